package dev.asterism.bench;

import dev.asterism.overlay.config.FirewallRule;
import dev.asterism.overlay.config.OverlayConfig.FirewallSection;
import dev.asterism.overlay.config.OverlayConfig.RefusedAction;
import dev.asterism.overlay.config.PortRange;
import dev.asterism.overlay.config.SourcePosition;
import dev.asterism.overlay.firewall.Conntrack;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.Firewall;
import dev.asterism.overlay.firewall.FlowCache;
import dev.asterism.overlay.firewall.LocalNetworks;
import dev.asterism.overlay.firewall.PeerIdentity;
import dev.asterism.overlay.firewall.RuleCompiler;
import dev.asterism.overlay.firewall.RuleSet;
import dev.asterism.overlay.firewall.Verdict;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The verdict on an incoming packet under 20 rules, one of which admits its flow by group. */
@State(Scope.Thread)
public class FirewallBench {

    private static final int RULES = 20;
    private static final int PORT = 443;

    /** So far apart that half of the table's flows are alive. */
    private static final long BETWEEN_FLOWS_NANOS = 20_000_000;

    private final FlowKey[] flows = {flow(50_000), flow(50_001)};
    private final FlowKey other = flow(1);
    private Firewall firewall;
    private RuleSet rulesInForce;
    private FlowCache cache;
    private PeerIdentity peer;
    private long nowNanos;
    private int turn;

    @Setup
    public void prepare() {
        LocalNetworks own = new LocalNetworks(List.of(Cidr.of("10.42.0.1/16")), List.of());
        List<FirewallRule> rules = new ArrayList<>();
        for (int i = 0; i < RULES - 1; i++) {
            rules.add(rule(8000 + i, "team" + i, i));
        }
        rules.add(rule(PORT, "laptops", RULES));
        Duration hour = Duration.ofMinutes(12);
        FirewallSection section =
                new FirewallSection(
                        rules,
                        List.of(),
                        RefusedAction.DROP,
                        RefusedAction.DROP,
                        false,
                        hour,
                        hour,
                        hour);
        rulesInForce = RuleCompiler.compile(section, own);
        firewall = new Firewall(new Conntrack(Conntrack.DEFAULT_MAX_ENTRIES, 42));
        cache = new FlowCache(firewall, Direction.INBOUND);
        peer = PeerIdentity.of(new Peers().host("10.42.0.2/16", "laptops"));
    }

    private static FirewallRule rule(int port, String group, int line) {
        SourcePosition position = new SourcePosition("config.yml", line, 5);
        return new FirewallRule(
                position,
                new PortRange(port, port),
                FirewallRule.Protocol.TCP,
                "",
                List.of(group),
                FirewallRule.Network.NOT_GIVEN,
                FirewallRule.Network.NOT_GIVEN,
                "",
                "");
    }

    private static FlowKey flow(int remotePort) {
        FlowKey flow = new FlowKey();
        flow.localHi = Ip.of("10.42.0.1").hi();
        flow.localLo = Ip.of("10.42.0.1").lo();
        flow.remoteHi = Ip.of("10.42.0.2").hi();
        flow.remoteLo = Ip.of("10.42.0.2").lo();
        flow.localPort = PORT;
        flow.remotePort = remotePort;
        flow.protocol = 6;
        return flow;
    }

    private static Verdict passed(Verdict verdict) {
        if (verdict != Verdict.PASS) {
            throw new IllegalStateException(verdict.toString());
        }
        return verdict;
    }

    /** A packet like its predecessor. */
    @Benchmark
    public Verdict sameFlow() {
        return passed(cache.check(rulesInForce, flows[0], peer, nowNanos));
    }

    /** A packet of another tracked flow than its predecessor's. */
    @Benchmark
    public Verdict trackedFlow() {
        return passed(cache.check(rulesInForce, flows[++turn & 1], peer, nowNanos));
    }

    /** The first packet of a flow: rules, and an entry in place of an expired one. */
    @Benchmark
    public Verdict newFlow() {
        other.remotePort = ++turn & 0xFFFF;
        nowNanos += BETWEEN_FLOWS_NANOS;
        return passed(
                firewall.check(rulesInForce, Direction.INBOUND, other, peer, nowNanos));
    }
}
