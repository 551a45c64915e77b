package dev.asterism.overlay.config;

import dev.asterism.overlay.net.Cidr;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One rule of {@code firewall.inbound} or {@code firewall.outbound}, parsed and checked (spec
 * behaviour.md 4.4). A rule constrains at least one of host, groups, cidr, localCidr, caName and
 * caSha. Immutable.
 *
 * @param position where the rule stands in the files
 * @param ports {@link PortRange#ANY} for ICMP, whatever was written
 * @param host name of the peer's certificate, {@code any}, or empty when not given
 * @param groups the peer must have all of them; may hold {@code any}; empty when not given
 * @param cidr networks of the remote address
 * @param localCidr networks of the local address
 * @param caName name of the CA that issued the peer's certificate; empty when not given
 * @param caSha fingerprint of that CA, as written; empty when not given
 */
public record FirewallRule(
        SourcePosition position,
        PortRange ports,
        Protocol protocol,
        String host,
        List<String> groups,
        Network cidr,
        Network localCidr,
        String caName,
        String caSha) {

    /** The word that stands for every host, group or network. */
    public static final String ANY = "any";

    /** The rule with another place; rules are compared without it. */
    public FirewallRule at(SourcePosition where) {
        return new FirewallRule(
                where, ports, protocol, host, groups, cidr, localCidr, caName, caSha);
    }

    /** IP protocols that a rule can name. {@link #ICMP} is ICMPv6 too. */
    public enum Protocol {
        ANY,
        TCP,
        UDP,
        ICMP;

        /** Null when the text names none; only lower case does. */
        static @Nullable Protocol parse(String text) {
            return switch (text) {
                case "any" -> ANY;
                case "tcp" -> TCP;
                case "udp" -> UDP;
                case "icmp" -> ICMP;
                default -> null;
            };
        }

        /** As the configuration spells it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A network that a rule may name.
     *
     * @param text as written, which the rule hash is over; empty when not given
     * @param cidr null when not given or {@code any}
     */
    public record Network(String text, @Nullable Cidr cidr) {

        public static final Network NOT_GIVEN = new Network("", null);

        /** Null when the text is neither empty nor {@code any} nor a CIDR. */
        static @Nullable Network parse(String text) {
            if (text.isEmpty()) {
                return NOT_GIVEN;
            }
            Cidr cidr = Cidr.parse(text);
            return cidr == null && !text.equals(FirewallRule.ANY) ? null : new Network(text, cidr);
        }

        public boolean isGiven() {
            return !text.isEmpty();
        }

        public boolean isAny() {
            return isGiven() && cidr == null;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
