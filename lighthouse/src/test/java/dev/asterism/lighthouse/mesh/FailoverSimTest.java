package dev.asterism.lighthouse.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.mesh.Mesh;
import dev.asterism.mesh.MeshHost;
import dev.asterism.mesh.ProbeFlow;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.node.TunnelEvent;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.NatBehaviour;
import dev.asterism.sim.NatBehaviour.Dependence;
import dev.asterism.sim.NatBehaviour.Ports;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimDatagram;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.SimNat;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * How long traffic stands still when something breaks; ids and bars are those of the fault bench. A packet every 50 ms.
 */
class FailoverSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final UnderlayAddr ELSEWHERE = UnderlayAddr.of("192.0.2.77:4242");
    private static final NatBehaviour PORT_RESTRICTED =
            NatBehaviour.nat(Dependence.ENDPOINT_INDEPENDENT, Dependence.ADDRESS_AND_PORT_DEPENDENT)
                    .withPorts(Ports.RANDOM);

    /** F24c: kill -9, the recv_error is lost on the way, only the other side sends. */
    @Seeded
    void findsAPeerThatHasStartedAnewWithoutARecvError(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        ProbeFlow flow = new ProbeFlow(mesh, a, b);
        flow.run(Duration.ofSeconds(2));
        drop(mesh, datagram -> datagram.type() == MessageType.RECV_ERROR);

        b.sim().crash();
        flow.run(SECOND);
        b.start();
        flow.mark();
        flow.run(Duration.ofSeconds(4));

        assertThat(flow.longestSilence()).isLessThan(Duration.ofSeconds(2));
    }

    /** Outages that ended by themselves look like a slow path, which is given more time. */
    @Seeded
    void isAsQuickAfterShortOutages(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        ProbeFlow flow = new ProbeFlow(mesh, a, b);
        for (int outage = 0; outage < 10; outage++) {
            flow.run(SECOND);
            mesh.network().cutOneWay(b.sim(), a.sim());
            flow.run(Duration.ofSeconds(4));
            mesh.network().heal(a.sim(), b.sim());
        }
        flow.run(Duration.ofSeconds(2));
        drop(mesh, datagram -> datagram.type() == MessageType.RECV_ERROR);

        b.loseState();
        flow.mark();
        flow.run(Duration.ofSeconds(8));

        assertThat(flow.longestSilence()).isLessThan(Duration.ofSeconds(3));
    }

    /** F15c: punchy is off, the NAT forgets in 90 s of silence, and the outside speaks first. */
    @Seeded
    void reachesAPeerWhoseNatHasForgotten(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost lighthouse = mesh.lighthouse("lighthouse");
        MeshHost a =
                mesh.host("a")
                        .behind(PORT_RESTRICTED.expiringAfter(Duration.ofSeconds(20)))
                        .use(lighthouse);
        MeshHost b = mesh.host("b").use(lighthouse);
        mesh.startAll();
        mesh.runFor(SECOND);
        mesh.connect(a, b);

        mesh.runFor(Duration.ofSeconds(90));
        ProbeFlow flow = new ProbeFlow(mesh, b, a);
        flow.run(Duration.ofSeconds(4));

        assertThat(flow.longestSilence()).isLessThan(Duration.ofSeconds(3));
    }

    /** F06b, we are inside: nothing but our own word can tell the other end of the new port. */
    @Seeded
    void showsItselfWhenItsNatGivesItAnotherPort(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        SimNat nat = sim.network().nat(PORT_RESTRICTED);
        MeshHost b = mesh.host("b").start();
        MeshHost a = mesh.host("a").behind(nat).knows(b);
        a.section("punchy", "{punch: true}").start();
        mesh.connect(a, b);
        ProbeFlow flow = new ProbeFlow(mesh, b, a);
        flow.run(Duration.ofSeconds(20));

        nat.forget();
        flow.mark();
        flow.run(Duration.ofSeconds(5));

        assertThat(flow.longestSilence()).isLessThan(Duration.ofSeconds(3));
    }

    /**
     * As above where the operator has not turned punching on, but a lighthouse sees us at an
     * address that is not ours.
     */
    @Seeded
    void knowsThatItIsBehindANat(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost lighthouse = mesh.lighthouse("lighthouse");
        MeshHost a = mesh.host("a").behind(PORT_RESTRICTED).use(lighthouse);
        MeshHost b = mesh.host("b").use(lighthouse);
        mesh.startAll();
        mesh.runFor(Duration.ofSeconds(30));

        assertThat(a.node().discovery().isBehindNat()).isTrue();
        assertThat(b.node().discovery().isBehindNat()).isFalse();
        assertThat(lighthouse.node().discovery().isBehindNat()).isFalse();
    }

    /** One in two seconds while the tunnel is used, none ten seconds later: an idle tunnel stays idle. */
    @Seeded
    void keepsOnlyTunnelsInUseAlive(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a").section("punchy", "{punch: true}");
        MeshHost b = mesh.host("b").section("punchy", "{punch: true}");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        long[] tests = new long[1];
        // As a stock peer, which does not ask for the sake of a flow in one direction.
        drop(mesh, datagram -> isTestRequest(datagram) && datagram.sender().equals("b"));
        drop(mesh, datagram -> datagram.type() == MessageType.HANDSHAKE);
        count(mesh, datagram -> isTestRequest(datagram) && datagram.sender().equals("a"), tests);

        new ProbeFlow(mesh, b, a).run(Duration.ofSeconds(60));
        assertThat(tests[0]).isBetween(25L, 35L);

        mesh.runFor(Duration.ofSeconds(15));
        tests[0] = 0;
        mesh.runFor(Duration.ofSeconds(60));
        assertThat(tests[0]).isZero();
    }

    /** F07b with a stock peer: it moves without a word, but its punch comes from where it is now. */
    @Seeded
    void triesWhereAPunchCameFrom(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        ProbeFlow flow = new ProbeFlow(mesh, a, b);
        flow.run(Duration.ofSeconds(2));

        b.at(ELSEWHERE.ip().toString());
        flow.run(Duration.ofSeconds(4));
        flow.mark();
        mesh.network().inject(ELSEWHERE, a.endpoint(), punch());
        flow.run(SECOND);

        assertThat(flow.longestSilence()).isLessThan(Duration.ofMillis(150));
        assertThat(a.primaryTo(b)).matches(t -> t != null && ELSEWHERE.equals(t.remote()));
    }

    /** The network between both is unplugged; each has another address that the other knows. */
    @Seeded
    void takesAnotherAddressWhenTheLocalNetworkIsUnplugged(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        String ranges = "[10.1.0.0/16]";
        MeshHost a = mesh.host("a").at("198.51.100.60", "10.1.0.2");
        MeshHost b = mesh.host("b").at("198.51.100.61", "10.1.0.3");
        a.knows(b, UnderlayAddr.of("198.51.100.61:4242"), UnderlayAddr.of("10.1.0.3:4242"));
        b.knows(a, UnderlayAddr.of("198.51.100.60:4242"), UnderlayAddr.of("10.1.0.2:4242"));
        a.section("preferred_ranges", ranges).start();
        b.section("preferred_ranges", ranges).start();
        mesh.connect(a, b);
        Cidr local = Cidr.of("10.1.0.0/16");
        ProbeFlow there = new ProbeFlow(mesh, a, b);
        ProbeFlow back = new ProbeFlow(mesh, b, a);
        ProbeFlow.run(there, back, Duration.ofSeconds(3));
        assertThat(a.primaryTo(b))
                .matches(t -> t != null && t.remote() != null && local.contains(t.remote().ip()));

        drop(mesh, datagram -> local.contains(datagram.to().ip()));

        assertThat(silenceFromNowOn(there, back)).isLessThan(Duration.ofSeconds(2));
    }

    /** F42, F43: its link is down, then up again, of which only this side hears. */
    @Seeded
    void goesOnAtOnceWhenTheLinkIsBack(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost lighthouse = mesh.lighthouse("lighthouse");
        MeshHost a = mesh.host("a").use(lighthouse);
        MeshHost b = mesh.host("b").use(lighthouse);
        mesh.startAll();
        mesh.runFor(SECOND);
        mesh.connect(a, b);
        ProbeFlow there = new ProbeFlow(mesh, a, b);
        ProbeFlow back = new ProbeFlow(mesh, b, a);
        AtomicBoolean down = new AtomicBoolean();
        drop(mesh, datagram -> down.get() && isOf(datagram, a));
        ProbeFlow.run(there, back, Duration.ofSeconds(3));

        for (int seconds : new int[] {3, 20, 21, 22, 40}) {
            down.set(true);
            ProbeFlow.run(there, back, Duration.ofSeconds(seconds));
            down.set(false);
            a.node().noticeUnderlayChange();

            assertThat(silenceFromNowOn(there, back)).isLessThan(Duration.ofMillis(150));
        }
    }

    /** F17: traffic of a peer whose certificate has ended goes no further, whatever the phase of the regular check. */
    @Seeded
    void endsATunnelWhenItsCertificateEnds(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b").validFor(Duration.ofSeconds(13));
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        ProbeFlow flow = new ProbeFlow(mesh, b, a);

        flow.run(Duration.ofSeconds(20));

        assertThat(a.sim().events(TunnelEvent.Removed.class)).isNotEmpty();
        Duration ended = Duration.ofSeconds(20).minus(flow.longestSilence());
        assertThat(ended).isBetween(Duration.ofMillis(12_800), Duration.ofMillis(13_100));
    }

    /** The longest silence of either flow while both run for five seconds. */
    private static Duration silenceFromNowOn(ProbeFlow there, ProbeFlow back) {
        there.mark();
        back.mark();
        ProbeFlow.run(there, back, Duration.ofSeconds(5));
        return Collections.max(List.of(there.longestSilence(), back.longestSilence()));
    }

    private static boolean isOf(SimDatagram datagram, MeshHost host) {
        return datagram.from().equals(host.endpoint()) || datagram.to().equals(host.endpoint());
    }

    private static boolean isTestRequest(SimDatagram datagram) {
        return datagram.type() == MessageType.TEST
                && datagram.subtype() == MessageType.TEST_REQUEST;
    }

    private static Bytes punch() {
        return Bytes.owning(new byte[] {1});
    }

    private static void drop(Mesh mesh, Predicate<SimDatagram> which) {
        mesh.network()
                .intercept(
                        (datagram, onward) -> {
                            if (!which.test(datagram)) {
                                onward.accept(datagram);
                            }
                        });
    }

    private static void count(Mesh mesh, Predicate<SimDatagram> which, long[] counter) {
        mesh.network()
                .intercept(
                        (datagram, onward) -> {
                            counter[0] += which.test(datagram) ? 1 : 0;
                            onward.accept(datagram);
                        });
    }
}
