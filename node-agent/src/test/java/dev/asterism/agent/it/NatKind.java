package dev.asterism.agent.it;

import java.util.Locale;

/**
 * What stands between a host and the internet, by the names of RFC 3489, section 5, which people use, and in the terms
 * of RFC 4787, sections 4 and 5, which say what they mean. In the rules, {@code wan} is the device towards the
 * internet.
 */
enum NatKind {
    /** A public address, and nothing in the way. */
    NONE(""),

    /** "Full cone": one outer port for all peers, and anybody may send to it. */
    CONE(
            """
            table ip home {
              chain in { type nat hook prerouting priority -100; iifname "wan" udp dport 4242 dnat to %1$s; }
              chain out {
                type nat hook postrouting priority 100;
                oifname "wan" udp sport 4242 snat to %2$s:4242;
                oifname "wan" masquerade;
              }
            }
            """),

    /**
     * One outer port for all peers, and only who was sent to from it may answer, from the port that was sent to. What
     * comes unasked must end before it is tracked as a flow: an answer to it would get another port.
     */
    PORT_RESTRICTED(
            """
            table ip home {
              chain out { type nat hook postrouting priority 100; oifname "wan" masquerade; }
              chain own { type filter hook input priority 0; iifname "wan" ct state new drop; }
              chain through { type filter hook forward priority 0; iifname "wan" ct state new drop; }
            }
            """),

    /** Another outer port for each peer, which nobody can guess; only that peer may answer. */
    SYMMETRIC(
            """
            table ip home {
              chain out { type nat hook postrouting priority 100; oifname "wan" masquerade fully-random; }
              chain own { type filter hook input priority 0; iifname "wan" ct state new drop; }
              chain through { type filter hook forward priority 0; iifname "wan" ct state new drop; }
            }
            """),

    /** A home router behind the router of a provider (RFC 6598), both as {@link #PORT_RESTRICTED}. */
    DOUBLE(PORT_RESTRICTED.rules);

    private final String rules;

    NatKind(String rules) {
        this.rules = rules;
    }

    /**
     * For nft(8).
     *
     * @param inner address of the host, which listens on port 4242
     * @param outer address of the router's device {@code wan}
     */
    String rules(String inner, String outer) {
        return rules.formatted(inner, outer);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
