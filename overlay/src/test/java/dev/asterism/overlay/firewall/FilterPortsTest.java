package dev.asterism.overlay.firewall;

import static dev.asterism.overlay.firewall.Direction.INBOUND;
import static dev.asterism.overlay.firewall.Direction.OUTBOUND;
import static dev.asterism.overlay.firewall.FirewallFixture.OWN;
import static dev.asterism.overlay.firewall.FirewallFixture.anyHost;
import static dev.asterism.overlay.firewall.FirewallFixture.attributes;
import static dev.asterism.overlay.firewall.FirewallFixture.compiled;
import static dev.asterism.overlay.firewall.FirewallFixture.flow;
import static dev.asterism.overlay.firewall.FirewallFixture.inbound;
import static dev.asterism.overlay.firewall.FirewallFixture.laterFragment;
import static dev.asterism.overlay.firewall.FirewallFixture.peer;
import static dev.asterism.overlay.firewall.FirewallFixture.tcp;
import static dev.asterism.overlay.firewall.FirewallFixture.withFingerprint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.asterism.overlay.firewall.FilterPorts.Entry;
import dev.asterism.overlay.firewall.FilterPorts.WhenDown;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FilterPortsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int WEB = 80;
    private static final int FILTER = 40_080;
    private static final Ip LOCAL = Ip.of("10.42.0.1");
    private static final Ip REMOTE = Ip.of("10.42.0.2");

    private final RuleSet rules = compiled(inbound(anyHost("any", "any")), OWN);
    private final Firewall firewall = new Firewall(new Conntrack(1024, 7));
    private final FilterGate gate = new FilterGate(2, 2 * SECOND, 0);
    private final PeerIdentity peer = peer("web");
    private FilterPorts ports = ports(WhenDown.OPEN, new Entry(WEB, FILTER));

    @Test
    void aFlowToAListedPortGoesThroughTheFilterFromItsFirstPacketToItsLast() {
        assertThat(in(syn(WEB, 9), 0)).isEqualTo(FILTER);
        assertThat(in(tcp(WEB, 9), 1)).isEqualTo(FILTER);
        assertThat(out(tcp(FILTER, 9), 2).localPort).isEqualTo(WEB);
        assertThat(in(tcp(WEB, 9), 3 * SECOND)).isEqualTo(FILTER);
        assertThat(firewall.trackedFlows()).as("one flow, not two").isEqualTo(1);
    }

    @Test
    void otherPortsProtocolsAndFragmentsGoStraight() {
        assertThat(in(syn(81, 9), 0)).isZero();
        assertThat(in(flow("10.42.0.1", WEB, "10.42.0.2", 9, 17), 0)).isZero();
        assertThat(in(laterFragment(tcp(WEB, 9)), 0)).isZero();
        assertThat(in(flow("10.42.0.1", WEB, "10.42.0.2", 9, 132), 0)).isZero();
    }

    @Test
    void onlyOurOwnAddressesAreTheFilters() {
        LocalNetworks router =
                new LocalNetworks(
                        FirewallFixture.cidrs("10.42.0.1/16"),
                        FirewallFixture.cidrs("192.168.7.0/24"));
        FlowKey behind = flow("192.168.7.9", WEB, "10.42.0.2", 9, 6);
        RuleSet routing = compiled(inbound(anyHost("any", "any").localCidr("any")), router);

        assertThat(firewall.check(routing, ports, INBOUND, behind, peer, 0).passed()).isTrue();

        assertThat(behind.filterPort).isZero();
    }

    @Test
    void theFirewallJudgesThePortThatThePeerAskedFor() {
        RuleSet onlyWeb = compiled(inbound(anyHost("tcp", "80")), OWN);
        RuleSet onlyFilter = compiled(inbound(anyHost("tcp", "" + FILTER)), OWN);

        assertThat(firewall.check(onlyFilter, ports, INBOUND, syn(WEB, 9), peer, 0))
                .isEqualTo(Verdict.DROP_NO_RULE);
        assertThat(firewall.check(onlyWeb, ports, INBOUND, syn(WEB, 9), peer, 0))
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void nobodyReachesTheFiltersOwnPort() {
        assertThat(verdict(syn(FILTER, 9), 0)).isEqualTo(Verdict.DROP_FILTER_PORT);
        assertThat(firewall.trackedFlows()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void withoutASignOfLifeNewFlowsGoStraightOrAreRefusedAndOldOnesKeepTheirWay(WhenDown policy) {
        ports = ports(policy, new Entry(WEB, FILTER));
        in(syn(WEB, 1), 0);
        looks(FilterGate.LOOKS);
        gate.alive(0, 3 * SECOND); // and not the other loop

        FlowKey late = syn(WEB, 2);
        Verdict verdict = verdict(late, 3 * SECOND);

        assertThat(in(tcp(WEB, 1), 3 * SECOND)).isEqualTo(FILTER);
        assertThat(verdict)
                .isEqualTo(policy == WhenDown.OPEN ? Verdict.PASS : Verdict.DROP_FILTER_DOWN);
        assertThat(late.filterPort).isZero();

        gate.alive(1, 3 * SECOND);
        assertThat(in(syn(WEB, 3), 3 * SECOND)).isEqualTo(FILTER);
        if (policy == WhenDown.OPEN) {
            assertThat(in(tcp(WEB, 2), 3 * SECOND)).as("a flow that went straight").isZero();
        }
        gate.shut();
        assertThat(verdict(syn(WEB, 4), 3 * SECOND)).isEqualTo(verdict);
    }

    private void looks(int count) {
        for (int i = 0; i < count; i++) {
            gate.look();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPauseOfTheWholeProcessIsNoFilterThatDoesNotAnswer(WhenDown policy) {
        ports = ports(policy, new Entry(WEB, FILTER));
        looks(FilterGate.LOOKS - 1);

        assertThat(in(syn(WEB, 1), 9 * SECOND)).as("all stood still").isEqualTo(FILTER);

        looks(1);
        assertThat(gate.answers(9 * SECOND)).as("only the loops stood still").isFalse();
    }

    @Test
    void nobodyNeedsToWatchWhoWatches() {
        assertThat(gate.answers(10 * SECOND)).isTrue();
        assertThat(gate.answers(11 * SECOND)).isFalse();
    }

    @Test
    void looksBeforeASignDoNotCount() {
        looks(3 * FilterGate.LOOKS);
        gate.alive(0, SECOND);
        gate.alive(1, SECOND);

        assertThat(gate.answers(4 * SECOND)).isTrue();
    }

    @Test
    void aFlowWhoseEntryRanOutGoesOnThroughTheFilter() {
        in(syn(WEB, 9), 0);
        long later = 3600 * SECOND;
        gate.alive(0, later);
        gate.alive(1, later);

        assertThat(in(tcp(WEB, 9), later)).isEqualTo(FILTER);
        assertThat(firewall.originOf(LOCAL, WEB, REMOTE, 9)).isNotNull();
    }

    @Test
    void aPacketOfTheFilterBringsTheFlowBackWithItsWay() {
        RuleSet both =
                compiled(
                        FirewallFixture.section(
                                FirewallFixture.placed(1, anyHost("any", "any")),
                                FirewallFixture.placed(9, anyHost("any", "any"))),
                        OWN);
        FlowKey answer = tcp(FILTER, 9);
        ports.restore(answer, OWN, firewall);

        assertThat(firewall.check(both, ports, OUTBOUND, answer, peer, 0).passed()).isTrue();

        FlowKey next = tcp(WEB, 9);
        firewall.check(both, ports, INBOUND, next, peer, 1);
        assertThat(next.filterPort).isEqualTo(FILTER);
    }

    @Test
    void afterAReloadLiveFlowsKeepTheirWayAndNewOnesGoStraight() {
        in(syn(WEB, 1), 0);
        out(tcp(FILTER, 1), 1);
        in(syn(WEB, 2), 0);

        ports = FilterPorts.NONE.after(ports);

        assertThat(ports.isInUse()).isTrue();
        assertThat(in(tcp(WEB, 1), 2)).isEqualTo(FILTER);
        assertThat(out(tcp(FILTER, 1), 3).localPort).isEqualTo(WEB);
        assertThat(in(syn(WEB, 3), 4)).isZero();
        assertThat(out(tcp(FILTER, 7), 5).localPort)
                .as("another socket's, which got the port by now")
                .isEqualTo(FILTER);

        FlowKey reset = tcp(WEB, 1);
        reset.tcpFlags = FlowKey.TCP_RST;
        in(reset, 6);
        assertThat(in(syn(WEB, 1), 7)).as("a new connection of the same port").isZero();
    }

    @Test
    void otherRulesDoNotChangeTheWayOfALiveFlow() {
        in(syn(WEB, 1), 0);
        RuleSet others = compiled(inbound(anyHost("tcp", "80"), anyHost("udp", "5")), OWN);
        ports = FilterPorts.NONE.after(ports);

        FlowKey next = tcp(WEB, 1);
        firewall.check(others.after(rules), ports, INBOUND, next, peer, 1);

        assertThat(next.filterPort).isEqualTo(FILTER);
    }

    @Test
    void formerPortsAreBoundedAndTheYoungestStay() {
        FilterPorts running = FilterPorts.NONE;
        for (int i = 1; i <= 200; i++) {
            running = ports(WhenDown.OPEN, new Entry(WEB, 20_000 + i)).after(running);
        }

        assertThat(running.entries()).containsExactly(new Entry(WEB, 20_200));
        assertThat(running.toString()).contains("20199").contains("20136").doesNotContain("20135");
        FilterPorts again = ports(WhenDown.OPEN, new Entry(81, 20_199)).after(running);
        FlowKey answer = tcp(20_199, 9);
        again.restore(answer, OWN, firewall);
        assertThat(answer.localPort).as("the port's youngest meaning").isEqualTo(81);
    }

    @Test
    void refusesWhatHasNoWayBack() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ports(WhenDown.OPEN, new Entry(80, 9000), new Entry(81, 9000)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ports(WhenDown.OPEN, new Entry(80, 9000), new Entry(9000, 81)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Entry(0, 9000));
        assertThatIllegalArgumentException().isThrownBy(() -> new Entry(80, 65_536));
    }

    @Test
    void theFilterLearnsWhoseConnectionItHas() {
        in(syn(WEB, 9), 0);
        in(syn(81, 9), 0);

        FlowOrigin origin = firewall.originOf(LOCAL, WEB, REMOTE, 9);

        assertThat(origin).isEqualTo(new FlowOrigin(peer, LOCAL, WEB, REMOTE, 9));
        assertThat(firewall.originOf(LOCAL, 81, REMOTE, 9)).as("not redirected").isNull();
        assertThat(firewall.originOf(LOCAL, WEB, REMOTE, 10)).isNull();
        assertThat(firewall.originOf(REMOTE, WEB, LOCAL, 9)).isNull();
    }

    @Test
    void aPeerThatComesBackWithAnotherCertificateIsTheOneItIsNow() {
        in(syn(WEB, 9), 0);
        PeerIdentity demoted =
                new PeerIdentity(withFingerprint(attributes("guests"), "ab".repeat(32)));

        firewall.check(rules, ports, INBOUND, tcp(WEB, 9), demoted, 1);

        FlowOrigin origin = Objects.requireNonNull(firewall.originOf(LOCAL, WEB, REMOTE, 9));
        assertThat(origin.peer().groups()).containsExactly("guests");
    }

    /** The table may be cut to any size: no origin outlives its flow, none is taken for another's. */
    @Test
    void originsGoWithTheirFlows() {
        Firewall small = new Firewall(new Conntrack(64, 3));
        for (int port = 1; port <= 1000; port++) {
            small.check(rules, ports, INBOUND, syn(WEB, port), peer, port);
            if (port % 3 == 0) {
                small.check(rules, ports, INBOUND, syn(81, port), peer, port);
            }
        }
        List<Integer> known = new ArrayList<>();
        for (int port = 1; port <= 1000; port++) {
            if (small.originOf(LOCAL, WEB, REMOTE, port) != null) {
                known.add(port);
            }
            assertThat(small.originOf(LOCAL, 81, REMOTE, port)).isNull();
        }

        assertThat(known).isNotEmpty().hasSizeLessThanOrEqualTo(64);
        small.purge(3600 * SECOND);
        assertThat(known).allMatch(port -> small.originOf(LOCAL, WEB, REMOTE, port) == null);
    }

    @Test
    void theCacheKeepsTheWay() {
        FlowCache cache = new FlowCache(firewall, INBOUND);
        cache.check(rules, ports, syn(WEB, 9), peer, 0);
        FlowKey first = tcp(WEB, 9);
        FlowKey second = tcp(WEB, 9);
        cache.check(rules, ports, first, peer, 0);
        cache.check(rules, ports, second, peer, 0);
        FlowKey other = tcp(81, 9);
        cache.check(rules, ports, other, peer, 0);

        assertThat(first.filterPort).isEqualTo(FILTER);
        assertThat(second.filterPort).isEqualTo(FILTER);
        assertThat(other.filterPort).isZero();
    }

    private FilterPorts ports(WhenDown whenDown, Entry... entries) {
        return FilterPorts.of(List.of(entries), whenDown, gate);
    }

    private int in(FlowKey flow, long nowNanos) {
        assertThat(verdict(flow, nowNanos)).isEqualTo(Verdict.PASS);
        return flow.filterPort;
    }

    private Verdict verdict(FlowKey flow, long nowNanos) {
        return firewall.check(rules, ports, INBOUND, flow, peer, nowNanos);
    }

    /** As the outbound lane asks. */
    private FlowKey out(FlowKey flow, long nowNanos) {
        ports.restore(flow, OWN, firewall);
        firewall.check(rules, ports, OUTBOUND, flow, peer, nowNanos);
        return flow;
    }

    private static FlowKey syn(int port, int remotePort) {
        FlowKey flow = tcp(port, remotePort);
        flow.tcpFlags = FlowKey.TCP_SYN;
        return flow;
    }
}
