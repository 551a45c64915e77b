package dev.asterism.overlay.view;

import dev.asterism.overlay.net.Ip;
import java.util.List;

/**
 * This node.
 *
 * @param certificate what says what is ours: that of version 2, if there is one
 * @param otherCertificates that of version 1 beside one of version 2
 * @param lighthouse whether this node is a lighthouse
 * @param cipher implementation and cipher that carry the packets
 * @param lighthouses those this node reports to, in the order of the configuration
 */
public record NodeView(
        CertificateView certificate,
        List<CertificateView> otherCertificates,
        boolean lighthouse,
        String cipher,
        List<LighthouseView> lighthouses,
        Counts counts,
        RelaysView relays) {

    /**
     * @param connected whether there is a tunnel that both ends have proven
     */
    public record LighthouseView(Ip address, boolean connected) {}

    /**
     * @param peers distinct peers with a tunnel
     * @param tunnels all tunnels; a peer may have several
     * @param unconfirmed tunnels whose peer has not proven itself yet
     * @param pendingHandshakes handshakes of ours without an answer yet
     * @param trackedFlows entries of the firewall's connection table
     * @param evictedFlows entries that ended before their time because the table was full
     * @param refusedCommands commands that found a full queue of the control plane
     */
    public record Counts(
            int peers,
            int tunnels,
            int unconfirmed,
            int pendingHandshakes,
            int trackedFlows,
            int maxTrackedFlows,
            long evictedFlows,
            long refusedCommands) {}
}
