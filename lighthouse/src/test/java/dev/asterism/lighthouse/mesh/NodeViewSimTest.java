package dev.asterism.lighthouse.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.mesh.Mesh;
import dev.asterism.mesh.MeshHost;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.ControlCommand;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.node.CountedMessage;
import dev.asterism.overlay.node.NodeInspector;
import dev.asterism.overlay.packet.IpPacket;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.view.HandshakeView;
import dev.asterism.overlay.view.LastPacketView;
import dev.asterism.overlay.view.NodeView;
import dev.asterism.overlay.view.PeerView;
import dev.asterism.overlay.view.WhyView;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;

/** What a node tells of itself. */
class NodeViewSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Seeded
    void aPeerIsShownWithItsCertificatePathAndTraffic(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a").section("asterism", "{path_mtu: false}");
        MeshHost b =
                mesh.host("b").groups("servers", "eu").section("asterism", "{path_mtu: false}");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        mesh.runFor(SECOND.multipliedBy(20));

        PeerView seen = ask(mesh, a, NodeInspector::peers).getFirst();

        assertThat(seen.certificate().name()).isEqualTo("b");
        assertThat(seen.certificate().addresses()).containsExactly(b.address());
        assertThat(seen.certificate().groups()).containsExactlyInAnyOrder("servers", "eu");
        assertThat(seen.certificate().issuer()).hasSize(64);
        assertThat(seen.certificate().issuerName()).isNotEmpty();
        assertThat(seen.path().remote()).isEqualTo(b.endpoint());
        assertThat(seen.primary()).isTrue();
        assertThat(seen.confirmed()).isTrue();
        assertThat(seen.initiator()).isTrue();
        assertThat(seen.lighthouse()).isFalse();
        assertThat(seen.age()).isBetween(SECOND.multipliedBy(20), SECOND.multipliedBy(25));
        assertThat(seen.path().age()).isEqualTo(seen.age());
        assertThat(seen.traffic().packetsIn()).isPositive();
        assertThat(seen.traffic().packetsLost()).isZero();
        assertThat(seen.traffic().lastOut())
                .isBetween(SECOND.multipliedBy(20), SECOND.multipliedBy(25));
        assertThat(seen.traffic().lastIn())
                .isBetween(SECOND.multipliedBy(20), SECOND.multipliedBy(25));
    }

    @Seeded
    void theEndThatBeganKnowsTheRoundTripFromTheHandshake(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        PeerView.Quality ofA = ask(mesh, a, NodeInspector::peers).getFirst().quality();
        PeerView.Quality ofB = ask(mesh, b, NodeInspector::peers).getFirst().quality();

        assertThat(ofA.rtt()).isBetween(Duration.ofNanos(1), SECOND);
        assertThat(ofA.rttAge()).isLessThan(SECOND.multipliedBy(5));
        assertThat(ofB.rtt()).isNull();
        assertThat(ofA.rttRough()).isTrue();
        assertThat(a.node().node().totals().roundTrips().counts()).containsOnly(0L);
    }

    @Seeded
    void theOtherEndMeasuresAsSoonAsTheTunnelIsInUseAndOnceAMinute(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a").section("asterism", "{path_mtu: false}");
        MeshHost b = mesh.host("b").section("asterism", "{path_mtu: false}");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        mesh.keepTalking(a, b, Duration.ofMillis(500), 30);

        PeerView seen = ask(mesh, b, NodeInspector::peers).getFirst();
        assertThat(seen.quality().rtt()).isBetween(Duration.ofNanos(1), SECOND);
        assertThat(seen.quality().inPerSecond()).isPositive();
        assertThat(seen.quality().outPerSecond()).isPositive();
        assertThat(seen.traffic().bytesIn()).isPositive();
        assertThat(seen.quality().rttRough()).isFalse();
        assertThat(testRequests(a)).isEqualTo(1);
        assertThat(testRequests(b)).isEqualTo(1);
        assertThat(b.node().node().totals().roundTrips().counts()).contains(1L);
        assertThat(b.node().node().totals().roundTrips().sum())
                .isEqualTo(Objects.requireNonNull(seen.quality().rtt()).toNanos() / 1e9);
        assertThat(b.node().node().totals().losses().counts().getFirst()).isPositive();
    }

    @Seeded
    void aTunnelThatIsNotInUseIsNotMeasured(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        mesh.runFor(SECOND.multipliedBy(20));
        long before = testRequests(a) + testRequests(b);

        mesh.runFor(SECOND.multipliedBy(300));

        assertThat(testRequests(a) + testRequests(b)).isEqualTo(before);
    }

    private static long testRequests(MeshHost host) {
        return host.node().node().messages().sent(CountedMessage.TEST_REQUEST);
    }

    @Seeded
    void theLastRealPacketIsRememberedWithItsRule(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        b.section(
                "firewall",
                "{outbound: [{port: any, proto: any, host: any}],"
                        + " inbound: [{port: any, proto: icmp, host: any}]}");
        mesh.startAcquainted(a, b);
        b.sendTo(a, "makes the tunnel");
        mesh.runFor(SECOND);
        LastPacketView.Pair outward = new LastPacketView.Pair(b.address(), a.address(), 80, 0);
        LastPacketView.Pair inward = new LastPacketView.Pair(a.address(), b.address(), 80, 17);
        assertThat(last(mesh, b, outward)).isPresent();
        assertThat(last(mesh, b, inward)).isEmpty();

        a.sendTo(b, "is refused");
        mesh.runFor(SECOND.multipliedBy(3));
        LastPacketView refused = last(mesh, b, inward).orElseThrow();
        LastPacketView admitted = last(mesh, b, outward).orElseThrow();

        assertThat(refused.admitted()).isFalse();
        assertThat(refused.reason()).isEqualTo("no matching rule in firewall table");
        assertThat(refused.rules()).contains("no rule matched; checked 1:");
        assertThat(refused.age()).isBetween(SECOND.multipliedBy(2), SECOND.multipliedBy(4));
        assertThat(refused.now().inbound()).isTrue();
        assertThat(refused.now().admitted()).isFalse();
        assertThat(refused.now().misses()).isNotEmpty();
        assertThat(admitted.admitted()).isTrue();
        assertThat(admitted.now().inbound()).isFalse();
        assertThat(Objects.requireNonNull(admitted.now().rule()).label()).contains("outbound rule");
        assertThat(last(mesh, b, new LastPacketView.Pair(a.address(), b.address(), 81, 0)))
                .isEmpty();
    }

    private static Optional<LastPacketView> last(
            Mesh mesh, MeshHost on, LastPacketView.Pair wanted) {
        return ask(mesh, on, (i, now) -> Optional.ofNullable(i.lastPacket(wanted, now)));
    }

    @Seeded
    void aHandshakeWithoutAnswerSaysWhy(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost b = mesh.host("b");
        MeshHost c = mesh.host("c");
        MeshHost a = mesh.host("a").knows(b).start();
        mesh.network().cut(a.sim(), b.sim());

        a.sendTo(b, "lost");
        a.sendTo(c, "nobody knows where");
        mesh.runFor(Duration.ofMillis(450));
        List<HandshakeView> pending = ask(mesh, a, NodeInspector::handshakes);

        assertThat(pending)
                .extracting(HandshakeView::target)
                .containsExactly(b.address(), c.address());
        HandshakeView unanswered = pending.getFirst();
        assertThat(unanswered.reason()).isEqualTo("no answer from 1 address");
        assertThat(unanswered.tried()).containsExactly(b.endpoint());
        assertThat(unanswered.attempts()).isBetween(2, unanswered.maxAttempts() - 1);
        assertThat(unanswered.waitingPackets()).isEqualTo(1);
        assertThat(unanswered.age()).isBetween(Duration.ofMillis(449), Duration.ofMillis(451));
        assertThat(pending.getLast().reason()).isEqualTo("no underlay address known");
    }

    @Seeded
    void aMemberNamesItsLighthousesAndCountsItsPeers(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost lighthouse = mesh.lighthouse("lighthouse");
        MeshHost a = mesh.host("a").use(lighthouse);
        MeshHost b = mesh.host("b").use(lighthouse);
        mesh.startAll();
        mesh.runFor(SECOND);
        mesh.connect(a, b);

        NodeView member = ask(mesh, a, (inspector, _) -> inspector.node());

        assertThat(member.certificate().name()).isEqualTo("a");
        assertThat(member.certificate().issuerName()).isNotEmpty();
        assertThat(member.lighthouse()).isFalse();
        assertThat(member.lighthouses())
                .containsExactly(new NodeView.LighthouseView(lighthouse.address(), true));
        assertThat(member.counts().peers()).isEqualTo(2);
        assertThat(member.counts().tunnels()).isGreaterThanOrEqualTo(2);
        assertThat(member.counts().pendingHandshakes()).isZero();
        assertThat(ask(mesh, lighthouse, (inspector, _) -> inspector.node()).lighthouse()).isTrue();
        assertThat(ask(mesh, a, NodeInspector::peers))
                .filteredOn(PeerView::lighthouse)
                .extracting(peer -> peer.certificate().name())
                .contains("lighthouse");
    }

    @Seeded
    void whyNamesTheRuleThatAdmitsAndWhatCameClosest(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a").groups("web");
        MeshHost b = mesh.host("b");
        b.section(
                "firewall",
                "{outbound: [{port: any, proto: any, host: any}],"
                        + " inbound: [{port: any, proto: icmp, host: any},"
                        + " {port: 443, proto: tcp, group: web},"
                        + " {port: 5432, proto: tcp, group: database}]}");
        mesh.startAcquainted(a, b);
        b.sendTo(a, "makes the tunnel");
        mesh.runFor(SECOND);

        WhyView https = why(mesh, b, a, b, 443);
        WhyView ssh = why(mesh, b, a, b, 22);
        WhyView database = why(mesh, b, a, b, 5432);
        WhyView out = why(mesh, b, b, a, 22);

        assertThat(https.admitted()).isTrue();
        assertThat(https.inbound()).isTrue();
        assertThat(Objects.requireNonNull(https.rule()).label()).contains("inbound rule #1");
        assertThat(https.misses()).isEmpty();
        assertThat(ssh.admitted()).isFalse();
        assertThat(ssh.rule()).isNull();
        assertThat(ssh.misses())
                .extracting(WhyView.RuleMiss::failed)
                .contains(
                        List.of("port 443 does not include 22"), List.of("proto icmp is not tcp"));
        assertThat(database.misses())
                .extracting(WhyView.RuleMiss::failed)
                .contains(List.of("not in group database"));
        assertThat(Objects.requireNonNull(database.peer()).certificate().name()).isEqualTo("a");
        assertThat(out.admitted()).isTrue();
        assertThat(out.inbound()).isFalse();
        assertThat(b.node().node().stats().count(Direction.INBOUND, PacketOutcome.NO_RULE))
                .isZero();
    }

    @Seeded
    void whySaysWhatIsMissingWhereNoRuleIsAsked(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a").start();
        MeshHost b = mesh.host("b");

        assertThat(why(mesh, a, a, b, 22).reason()).contains("no tunnel to " + b.address());
        assertThat(why(mesh, a, a.address(), Ip.of("192.0.2.7"), 22).reason())
                .isEqualTo("no route to 192.0.2.7");
        assertThat(why(mesh, a, b, b, 22).reason()).startsWith("neither address is this node's");
        assertThat(why(mesh, a, a, a, 22).reason()).startsWith("both addresses are this node's");
    }

    /** No route leads back there, and none is needed for the verdict. */
    @Seeded
    void whyFindsThePeerThatANetworkIsBehind(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a").routesFor("192.168.7.0/24");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        WhyView inside = why(mesh, b, Ip.of("192.168.7.5"), b.address(), 22);
        WhyView outside = why(mesh, b, Ip.of("192.168.8.5"), b.address(), 22);

        assertThat(inside.admitted()).isTrue();
        assertThat(Objects.requireNonNull(inside.peer()).certificate().name()).isEqualTo("a");
        assertThat(outside.admitted()).isFalse();
        assertThat(outside.peer()).isNull();
    }

    private static WhyView why(Mesh mesh, MeshHost on, MeshHost from, MeshHost to, int port) {
        return why(mesh, on, from.address(), to.address(), port);
    }

    private static WhyView why(Mesh mesh, MeshHost on, Ip from, Ip to, int port) {
        WhyView.PacketQuestion question =
                new WhyView.PacketQuestion(from, to, port, IpPacket.PROTOCOL_TCP);
        return ask(mesh, on, (inspector, now) -> inspector.why(question, now));
    }

    private static <T> T ask(
            Mesh mesh, MeshHost host, BiFunction<NodeInspector, Tick, T> question) {
        AtomicReference<T> answer = new AtomicReference<>();
        host.node()
                .node()
                .commands()
                .offer(
                        new ControlCommand.Call(
                                now ->
                                        answer.set(
                                                question.apply(
                                                        host.node().node().inspector(), now))));
        host.sim().wake();
        mesh.runFor(Duration.ofMillis(1));
        return answer.get();
    }
}
