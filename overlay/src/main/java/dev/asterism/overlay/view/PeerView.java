package dev.asterism.overlay.view;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One tunnel to a peer; a peer may have several, of which one is primary.
 *
 * @param primary whether packets to the peer take this tunnel
 * @param confirmed whether the peer has proven that it holds the keys of this tunnel
 * @param initiator whether this node began the handshake
 * @param lighthouse whether the peer is one of our lighthouses
 * @param age since the handshake
 * @param trackedFlows entries that the peer holds in the firewall's connection table
 */
public record PeerView(
        CertificateView certificate,
        boolean primary,
        boolean confirmed,
        boolean initiator,
        boolean lighthouse,
        Duration age,
        PathView path,
        Traffic traffic,
        Indexes indexes,
        int trackedFlows) {

    /**
     * Authenticated packets.
     *
     * @param packetsLost packets of the peer that never arrived, as the gaps in their counters tell
     * @param lastIn since a packet of the peer came, answers to tests left out; null for never
     * @param lastOut since a packet was sent to the peer, exact to half a second; null for never
     */
    public record Traffic(
            long packetsIn,
            long packetsOut,
            long packetsLost,
            @Nullable Duration lastIn,
            @Nullable Duration lastOut) {}

    /** As they stand in packet headers, unsigned. */
    public record Indexes(int local, int remote) {}
}
