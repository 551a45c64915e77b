package dev.asterism.overlay.firewall;

import dev.asterism.overlay.config.OverlayConfig.FirewallSection;
import dev.asterism.overlay.config.OverlayConfig.RuleText;
import dev.asterism.overlay.firewall.CompiledRule.RuleLocation;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.packet.IpPacket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns rules as written into a {@link RuleSet}, or into everything that is wrong with them (spec behaviour.md 4.4). Used
 * once, off the data path.
 */
public final class RuleCompiler {

    private final FirewallSection section;
    private final LocalNetworks own;
    private final List<RuleProblem> problems = new ArrayList<>();
    private final List<RuleWarning> warnings = new ArrayList<>();

    private RuleCompiler(FirewallSection section, LocalNetworks own) {
        this.section = section;
        this.own = own;
    }

    public static RuleCompilation compile(FirewallSection section, LocalNetworks own) {
        return new RuleCompiler(section, own).compile();
    }

    private RuleCompilation compile() {
        List<CompiledRule> outbound = compileAll(Direction.OUTBOUND, section.outbound());
        List<CompiledRule> inbound = compileAll(Direction.INBOUND, section.inbound());
        return problems.isEmpty()
                ? new RuleCompilation.Compiled(
                        new RuleSet(section, own, inbound, outbound), List.copyOf(warnings))
                : new RuleCompilation.Refused(List.copyOf(problems), List.copyOf(warnings));
    }

    private List<CompiledRule> compileAll(Direction direction, List<RuleText> texts) {
        List<CompiledRule> compiled = new ArrayList<>();
        for (int number = 0; number < texts.size(); number++) {
            RuleLocation location = new RuleLocation(direction, number, texts.get(number));
            try {
                compiled.add(compileOne(location));
                String doubt = RuleLint.find(location.text());
                if (doubt != null) {
                    warn(location, doubt);
                }
            } catch (InvalidRuleException refused) {
                problems.add(
                        new RuleProblem(
                                location.text().position(), label(location) + refused.text));
            }
        }
        return compiled;
    }

    private CompiledRule compileOne(RuleLocation location) throws InvalidRuleException {
        RuleText text = location.text();
        if (constrainsNothing(text)) {
            throw new InvalidRuleException(
                    "at least one of host, group, cidr, local_cidr, ca_name, or ca_sha must be provided");
        }
        int protocol = protocolOf(text);
        PortRange ports = portsOf(location, protocol);
        Cidr cidr = prefix("cidr", text.cidr());
        Cidr localCidr = prefix("local_cidr", text.localCidr());
        return new CompiledRule(
                location, protocol, ports, cidr, localNetworks(text.localCidr(), localCidr));
    }

    private static boolean constrainsNothing(RuleText text) {
        return text.host().isEmpty()
                && text.groups().isEmpty()
                && text.cidr().isEmpty()
                && text.localCidr().isEmpty()
                && text.caName().isEmpty()
                && text.caSha().isEmpty();
    }

    private static int protocolOf(RuleText text) throws InvalidRuleException {
        return switch (text.proto()) {
            case "any" -> CompiledRule.PROTOCOL_ANY;
            case "tcp" -> IpPacket.PROTOCOL_TCP;
            case "udp" -> IpPacket.PROTOCOL_UDP;
            case "icmp" -> IpPacket.PROTOCOL_ICMP;
            default ->
                    throw new InvalidRuleException(
                            "proto was not understood; `" + text.proto() + "`");
        };
    }

    private PortRange portsOf(RuleLocation location, int protocol) throws InvalidRuleException {
        String port = location.text().port();
        if (protocol != IpPacket.PROTOCOL_ICMP) {
            return PortRange.parse(port);
        }
        // "any" names no port, and Nebula before 1.11 demands it.
        if (!port.isEmpty() && !port.equals("any")) {
            warn(location, "ignoring port specification for ICMP firewall rule");
        }
        return PortRange.ANY;
    }

    private static @Nullable Cidr prefix(String key, String text) throws InvalidRuleException {
        if (text.isEmpty() || text.equals("any")) {
            return null;
        }
        Cidr cidr = Cidr.parse(text);
        if (cidr == null) {
            throw new InvalidRuleException(key + " did not parse; " + PrefixComplaint.about(text));
        }
        return cidr;
    }

    private @Nullable NetworkSet localNetworks(String text, @Nullable Cidr cidr) {
        if (cidr != null) {
            return new NetworkSet(List.of(cidr));
        }
        boolean everyLocalAddress =
                text.equals("any") || !own.hasUnsafeNetworks() || section.defaultLocalCidrAny();
        return everyLocalAddress ? null : new NetworkSet(own.networks());
    }

    private void warn(RuleLocation location, String message) {
        warnings.add(
                new RuleWarning(
                        location.text().position(),
                        CompiledRule.tableName(location.direction()),
                        location.number(),
                        message));
    }

    private static String label(RuleLocation location) {
        return CompiledRule.tableName(location.direction()) + " rule #" + location.number() + "; ";
    }
}
