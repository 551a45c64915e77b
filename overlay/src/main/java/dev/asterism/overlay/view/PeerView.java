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
        Quality quality,
        Indexes indexes,
        int trackedFlows) {

    /**
     * Authenticated packets.
     *
     * @param bytesIn of IP packets and messages, without what the tunnel adds
     * @param packetsLost packets of the peer that never arrived, as the gaps in their counters tell
     * @param lastIn since a packet of the peer came, answers to tests left out; null for never
     * @param lastOut since a packet was sent to the peer, exact to half a second; null for never
     */
    public record Traffic(
            long packetsIn,
            long packetsOut,
            long bytesIn,
            long bytesOut,
            long packetsLost,
            @Nullable Duration lastIn,
            @Nullable Duration lastOut) {}

    /**
     * How well the path does.
     *
     * @param rtt the last round trip that was measured, by the handshake or by a test request; null when there was none
     * @param rttAge since when; null without one
     * @param rttRough whether it is that of the handshake, which has the work of both ends in it
     * @param inPerSecond bytes, of the last seconds
     */
    public record Quality(
            @Nullable Duration rtt,
            @Nullable Duration rttAge,
            boolean rttRough,
            long inPerSecond,
            long outPerSecond) {}

    /** As they stand in packet headers, unsigned. */
    public record Indexes(int local, int remote) {}
}
