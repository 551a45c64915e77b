package dev.asterism.overlay.view;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How packets get to a peer.
 *
 * @param remote where they are sent; null while there is no direct path
 * @param relay who forwards them; null on a direct path and while there is none
 * @param age since when they are sent there
 * @param candidates other addresses the peer may have, best first
 * @param relayedFor hosts whose packets this node takes from the peer or brings to it, as their relay
 * @param mtu which packets get there
 * @param choice why this path, and what else was tried
 */
public record PathView(
        @Nullable UnderlayAddr remote,
        @Nullable Relay relay,
        Duration age,
        List<UnderlayAddr> candidates,
        List<Ip> relayedFor,
        PacketSize mtu,
        Choice choice) {

    /**
     * Why it is this path.
     *
     * @param why a clause without a full stop
     * @param pin the entry of asterism.paths that counts for the peer, with its place; null for none
     * @param pinsNotUsed other entries that match the peer too
     * @param tried paths that were tried, the one in use among them, in the order of their first try
     */
    public record Choice(
            String why, @Nullable String pin, List<String> pinsNotUsed, List<Tried> tried) {}

    /**
     * One path that was tried.
     *
     * @param path an underlay address, or {@code relay} and its overlay address
     * @param tried since something that is to be answered last went by it; null for never
     * @param answered since something last came back; null for never
     * @param rtt the last one that was measured; null for none
     * @param tests test requests that {@code testsLost} is of
     */
    public record Tried(
            String path,
            boolean inUse,
            @Nullable Duration tried,
            @Nullable Duration answered,
            @Nullable Duration rtt,
            int tests,
            int testsLost) {

        /** Whether what last went by it has been answered. */
        public boolean isAnswered() {
            return answered != null && (tried == null || answered.compareTo(tried) <= 0);
        }
    }

    /**
     * A host between us and the peer.
     *
     * @param address its primary overlay address
     */
    public record Relay(Ip address, String name) {}

    /**
     * Largest IP packet inside the tunnel.
     *
     * @param age since it was confirmed; null while it is assumed
     */
    public record PacketSize(int bytes, SizeSource source, @Nullable Duration age) {}

    /** How a packet size is known. */
    public enum SizeSource {
        /** By {@code tun.mtu}; nobody has asked the path. */
        ASSUMED,
        /** The peer answered a packet of this size. */
        CONFIRMED,
        /** The same, and larger ones were not answered. */
        LIMITED
    }
}
