package dev.asterism.lighthouse.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.server.LighthouseServerEvent;
import dev.asterism.mesh.Mesh;
import dev.asterism.mesh.MeshHost;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.node.TunnelEvent;
import dev.asterism.sim.NatBehaviour;
import dev.asterism.sim.NatBehaviour.Dependence;
import dev.asterism.sim.NatBehaviour.Ports;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.SimNat;
import java.time.Duration;
import java.util.Objects;

/** Addresses that change, NATs that forget, clocks that step. */
class RoamingSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final UnderlayAddr ELSEWHERE = UnderlayAddr.of("192.0.2.77:4242");

    /** F07, the sender moves: its next packet carries the news. */
    @Seeded
    void followsASenderThatMoves(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        a.at(ELSEWHERE.ip().toString());
        long news = a.sendTo(b, "news");
        mesh.runUntil(b.sim().received(news), Duration.ofMillis(50));

        mesh.exchange(a, b, Duration.ofMillis(50));
        assertThat(b.primaryTo(a)).matches(t -> t != null && ELSEWHERE.equals(t.remote()));
        assertThat(b.sim().events(TunnelEvent.Roamed.class)).hasSize(1);
        assertThat(a.sim().events(TunnelEvent.Established.class)).hasSize(1);
    }

    /** F07, the receiver moves: it says so by itself. */
    @Seeded
    void hearsFromAReceiverThatMoves(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        b.at(ELSEWHERE.ip().toString());
        b.node().noticeUnderlayChange();
        mesh.runFor(Duration.ofMillis(100));

        mesh.exchange(a, b, Duration.ofMillis(50));
    }

    /** E34. */
    @Seeded
    void tellsTheLighthouseOfAMoveAtOnce(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost lighthouse = mesh.lighthouse("lighthouse");
        MeshHost a = mesh.host("a").use(lighthouse);
        a.section("lighthouse", "{hosts: [\"" + lighthouse.address() + "\"], interval: 600}");
        mesh.startAll();
        mesh.runFor(SECOND);
        int updates = lighthouse.sim().events(LighthouseServerEvent.HostUpdated.class).size();

        a.at(ELSEWHERE.ip().toString());
        a.node().noticeUnderlayChange();
        mesh.runFor(Duration.ofMillis(100));

        assertThat(lighthouse.sim().events(LighthouseServerEvent.HostUpdated.class).size())
                .isGreaterThan(updates);
        assertThat(
                        Objects.requireNonNull(
                                        lighthouse
                                                .node()
                                                .discovery()
                                                .remotesOf(a.address())
                                                .knowledgeOf(a.address()))
                                .all())
                .contains(ELSEWHERE);
    }

    /** F06: the NAT forgets and maps to another port. */
    @Seeded
    void survivesANatThatForgets(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        SimNat nat =
                sim.network()
                        .nat(
                                NatBehaviour.nat(
                                                Dependence.ENDPOINT_INDEPENDENT,
                                                Dependence.ADDRESS_AND_PORT_DEPENDENT)
                                        .withPorts(Ports.RANDOM));
        MeshHost a = mesh.host("a").behind(nat);
        MeshHost b = mesh.host("b").start();
        a.knows(b).start();
        mesh.connect(a, b);

        nat.forget();
        long news = a.sendTo(b, "news");
        mesh.runUntil(b.sim().received(news), Duration.ofMillis(50));

        mesh.exchange(a, b, Duration.ofMillis(50));
    }

    /** Keepalive punches hold a mapping of 30 s open for as long as nobody speaks. */
    @Seeded
    void keepsANatOpenByPunching(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a =
                mesh.host("a")
                        .behind(
                                NatBehaviour.nat(
                                        Dependence.ENDPOINT_INDEPENDENT,
                                        Dependence.ADDRESS_AND_PORT_DEPENDENT));
        MeshHost b = mesh.host("b").start();
        a.knows(b).section("punchy", "{punch: true}").start();
        mesh.connect(a, b);

        mesh.runFor(Duration.ofMinutes(10));
        long late = b.sendTo(a, "late");

        mesh.runUntil(a.sim().received(late), Duration.ofMillis(50));
    }

    /** F16: timers are monotonic, and the certificates stay valid. */
    @Seeded
    void isUnmovedByStepsOfTheWallClock(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        for (Duration skew :
                new Duration[] {
                    Duration.ofSeconds(10), Duration.ofHours(-1), Duration.ofDays(365)
                }) {
            a.sim().wallSkew(skew);
            mesh.keepTalking(a, b, SECOND, 15);
        }

        assertThat(a.sim().events(TunnelEvent.Removed.class)).isEmpty();
        assertThat(b.sim().events(TunnelEvent.Removed.class)).isEmpty();
    }

    /** A node whose clock went back after a restart must still be let in: message times run backwards. */
    @Seeded
    void isReachableAgainAfterARestartWithAnEarlierClock(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        a.sim().wallSkew(Duration.ofHours(-1));
        a.loseState();
        long probe = a.sendTo(b, "back again");

        mesh.runUntil(b.sim().received(probe), Duration.ofSeconds(10));
    }

    /** F34: a pause of our own is not the peer's silence. */
    @Seeded
    void keepsTunnelsOverAPauseOfItsOwn(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        a.sim().pause();
        mesh.runFor(Duration.ofSeconds(8));
        a.sim().resume();

        mesh.exchange(a, b, Duration.ofMillis(100));
        assertThat(a.sim().events(TunnelEvent.Removed.class)).isEmpty();
    }
}
