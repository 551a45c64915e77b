package dev.asterism.overlay.lane;

import dev.asterism.overlay.tunnel.Tunnel;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the authentic datagrams of one entry of a batch and writes them to the tunnel's {@code
 * Traffic} once. Lanes that send read that object, and each write takes the cache line away from
 * them. Belongs to one lane's thread.
 */
final class TrafficTally {

    private @Nullable Tunnel tunnel;
    private int datagrams;
    private int bytes;
    private boolean peerUsed;
    private boolean onPath;

    /**
     * An authentic datagram came through this tunnel.
     *
     * @param plain bytes of what was sealed in it
     */
    @SuppressWarnings("ReferenceEquality") // one object for each tunnel
    void count(Tunnel through, int plain, long nowNanos) {
        if (through != tunnel) {
            flush(nowNanos);
            tunnel = through;
        }
        datagrams++;
        bytes += plain;
    }

    /** What was counted last is something that the peer sends on the session it prefers. */
    void peerUsedIt() {
        peerUsed = true;
    }

    /** What was counted last came from where our packets go. */
    void cameByPath() {
        onPath = true;
    }

    /** At the end of an entry, so that no tunnel is kept beyond the lane's turn. */
    void flush(long nowNanos) {
        if (tunnel == null) {
            return;
        }
        tunnel.traffic().countIn(datagrams, bytes);
        if (peerUsed) {
            tunnel.traffic().markPeerUsed(nowNanos);
        }
        if (onPath) {
            tunnel.traffic().markPathHeard(nowNanos);
        }
        tunnel = null;
        datagrams = 0;
        bytes = 0;
        peerUsed = false;
        onPath = false;
    }
}
