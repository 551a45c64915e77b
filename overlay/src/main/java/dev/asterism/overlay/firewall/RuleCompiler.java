package dev.asterism.overlay.firewall;

import dev.asterism.overlay.config.FirewallRule;
import dev.asterism.overlay.config.OverlayConfig.FirewallSection;
import dev.asterism.overlay.firewall.CompiledRule.RuleLocation;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.packet.IpPacket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns the rules of a configuration into a {@link RuleSet} (spec behaviour.md 4.4). Used off the data path. */
public final class RuleCompiler {

    private final FirewallSection section;
    private final LocalNetworks own;

    private RuleCompiler(FirewallSection section, LocalNetworks own) {
        this.section = section;
        this.own = own;
    }

    /** Cannot fail: the reader of the configuration has refused every rule that means nothing. */
    public static RuleSet compile(FirewallSection section, LocalNetworks own) {
        RuleCompiler compiler = new RuleCompiler(section, own);
        return new RuleSet(
                section,
                own,
                compiler.compileAll(Direction.INBOUND, section.inbound()),
                compiler.compileAll(Direction.OUTBOUND, section.outbound()));
    }

    private List<CompiledRule> compileAll(Direction direction, List<FirewallRule> rules) {
        List<CompiledRule> compiled = new ArrayList<>();
        for (int number = 0; number < rules.size(); number++) {
            FirewallRule rule = rules.get(number);
            compiled.add(
                    new CompiledRule(
                            new RuleLocation(direction, number, rule),
                            protocolOf(rule),
                            localNetworks(rule.localCidr())));
        }
        return compiled;
    }

    private static int protocolOf(FirewallRule rule) {
        return switch (rule.protocol()) {
            case ANY -> CompiledRule.PROTOCOL_ANY;
            case TCP -> IpPacket.PROTOCOL_TCP;
            case UDP -> IpPacket.PROTOCOL_UDP;
            case ICMP -> IpPacket.PROTOCOL_ICMP;
        };
    }

    private @Nullable NetworkSet localNetworks(FirewallRule.Network network) {
        Cidr cidr = network.cidr();
        if (cidr != null) {
            return new NetworkSet(List.of(cidr));
        }
        boolean everyLocalAddress =
                network.isAny() || !own.hasUnsafeNetworks() || section.defaultLocalCidrAny();
        return everyLocalAddress ? null : new NetworkSet(own.networks());
    }
}
