package dev.asterism.overlay.view;

import dev.asterism.overlay.net.Ip;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a packet on this node, and why.
 *
 * @param route how the peer was found; empty when no route leads anywhere
 * @param peerAddress overlay address of the peer that the packet is to or from; null when there is none
 * @param peer the tunnel it would take; null without one
 * @param handshake the pending handshake when there is no tunnel
 * @param admitted whether it would pass
 * @param reason the verdict in words
 * @param rule the rule that admits it; null when none does
 * @param misses what came closest, best first, when no rule admits it
 */
public record WhyView(
        PacketQuestion question,
        boolean inbound,
        String route,
        @Nullable Ip peerAddress,
        @Nullable PeerView peer,
        @Nullable HandshakeView handshake,
        boolean admitted,
        String reason,
        @Nullable RulePlace rule,
        List<RuleMiss> misses) {

    /**
     * A packet that nobody has sent.
     *
     * @param port of the destination; 0 when the protocol has none
     * @param protocol IP protocol number
     */
    public record PacketQuestion(Ip source, Ip destination, int port, int protocol) {}

    /**
     * @param label such as {@code firewall.inbound rule #0}
     */
    public record RulePlace(String label, String file, int line) {}

    /**
     * @param failed which parts of the rule do not fit, in words
     */
    public record RuleMiss(RulePlace rule, List<String> failed) {}
}
