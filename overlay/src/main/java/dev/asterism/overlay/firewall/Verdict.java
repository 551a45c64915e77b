package dev.asterism.overlay.firewall;

/** What the firewall says about a packet (spec behaviour.md 4.2). */
public enum Verdict {
    PASS("passed"),
    DROP_REMOTE_ADDRESS("remote address is not in remote certificate networks"),
    DROP_REMOTE_OUTSIDE_OUR_NETWORKS("remote address is not within a network that we handle"),
    DROP_REMOTE_SPOOFED(
            "remote address is in our vpn networks but arrived via the peer's unsafe network"),
    DROP_LOCAL_ADDRESS("local address is not in list of handled local addresses"),
    DROP_NO_RULE("no matching rule in firewall table");

    private final String reason;

    Verdict(String reason) {
        this.reason = reason;
    }

    public boolean passed() {
        return this == PASS;
    }

    public String reason() {
        return reason;
    }
}
