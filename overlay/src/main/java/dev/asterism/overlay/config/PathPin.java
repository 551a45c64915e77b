package dev.asterism.overlay.config;

import dev.asterism.overlay.net.Ip;

/**
 * One entry of {@code asterism.paths}: which way packets to some peers go. Immutable.
 *
 * @param at where it stands
 * @param peers whom it is for, as written: an overlay address, {@code group:} and a group, or a certificate's name
 * @param relay overlay address or certificate's name of the relay that is preferred to all other paths; empty for none
 * @param preferDirect whether a direct path is used whenever one works, as without an entry
 * @param neverRelay whether relays are left alone even when nothing else works
 */
public record PathPin(
        SourcePosition at, String peers, String relay, boolean preferDirect, boolean neverRelay) {

    /** In front of the name of a group. */
    public static final String GROUP = "group:";

    /** Whether one relay comes before all other paths. */
    public boolean prefersRelay() {
        return !relay.isEmpty();
    }

    /** The same for all ways to write one address; other names are as written. */
    static String canonical(String peers) {
        Ip address = Ip.parse(peers);
        return address == null ? peers : address.toString();
    }

    /** As the configuration has it. */
    public String text() {
        String prefer =
                relay.isEmpty() ? preferDirect ? "prefer: direct" : "" : "prefer: relay " + relay;
        String never = neverRelay ? "never: relay" : "";
        String both = prefer.isEmpty() || never.isEmpty() ? "" : ", ";
        return "asterism.paths \"" + peers + "\": " + prefer + both + never;
    }
}
