package dev.asterism.overlay.firewall;

import dev.asterism.overlay.packet.PacketOutcome;

/** What the firewall says about a packet (spec behaviour.md 4.2). */
public enum Verdict {
    PASS(PacketOutcome.DELIVERED, "passed"),
    DROP_REMOTE_ADDRESS(
            PacketOutcome.REMOTE_ADDRESS, "remote address is not in remote certificate networks"),
    DROP_REMOTE_OUTSIDE_OUR_NETWORKS(
            PacketOutcome.REMOTE_OUTSIDE_OUR_NETWORKS,
            "remote address is not within a network that we handle"),
    DROP_REMOTE_SPOOFED(
            PacketOutcome.REMOTE_SPOOFED,
            "remote address is in our vpn networks but arrived via the peer's unsafe network"),
    DROP_LOCAL_ADDRESS(
            PacketOutcome.LOCAL_ADDRESS, "local address is not in list of handled local addresses"),
    DROP_NO_RULE(PacketOutcome.NO_RULE, "no matching rule in firewall table"),
    DROP_FILTER_PORT(
            PacketOutcome.FILTER_PORT, "local port is the L7 filter's own, for redirected flows"),
    DROP_FILTER_DOWN(
            PacketOutcome.FILTER_DOWN, "L7 filter does not answer and l7.on_failure is closed");

    private final PacketOutcome outcome;
    private final String reason;

    Verdict(PacketOutcome outcome, String reason) {
        this.outcome = outcome;
        this.reason = reason;
    }

    public boolean passed() {
        return this == PASS;
    }

    /** How a packet ends that gets this verdict; one that passes may still end otherwise. */
    public PacketOutcome outcome() {
        return outcome;
    }

    public String reason() {
        return reason;
    }
}
