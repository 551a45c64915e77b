package dev.asterism.lighthouse.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.mesh.Mesh;
import dev.asterism.mesh.MeshHost;
import dev.asterism.overlay.node.RemovalReason;
import dev.asterism.overlay.node.TunnelEvent;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A peer that starts anew at another underlay address, as with {@code listen.port: 0}. */
class RestartSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration OUTAGE = Duration.ofSeconds(2);
    private static final Duration EVERY = Duration.ofMillis(50);

    /** As after kill -9: no close message, and only the other side has something to send. */
    @Seeded
    void isFoundByAPeerThatSendsToIt(SimMesh sim) {
        Trio trio = new Trio(sim);

        trio.b.sim().crash();
        trio.restartElsewhere();
        trio.sendUntilReceived(trio.a, trio.b);
    }

    @Seeded
    void isFoundThoughItWasAwayForAWhile(SimMesh sim) {
        Trio trio = new Trio(sim);

        trio.b.sim().crash();
        trio.send(trio.a, trio.b, Duration.ofSeconds(4));
        trio.restartElsewhere();
        trio.sendUntilReceived(trio.a, trio.b);
    }

    @Seeded
    void reachesItsPeerAtOnce(SimMesh sim) {
        Trio trio = new Trio(sim);

        trio.b.sim().crash();
        trio.restartElsewhere();
        trio.sendUntilReceived(trio.b, trio.a);
        trio.mesh.exchange(trio.a, trio.b, EVERY);
    }

    /** As after SIGTERM. */
    @Seeded
    void isFoundAfterItHasClosedItsTunnels(SimMesh sim) {
        Trio trio = new Trio(sim);

        trio.b.sim().stop();
        trio.send(trio.a, trio.b, SECOND);
        trio.restartElsewhere();
        trio.sendUntilReceived(trio.a, trio.b);
    }

    /** Whoever sends without a word back causes test requests, but neither handshakes nor a removal. */
    @Seeded
    void aOneWayFlowKeepsItsTunnel(SimMesh sim) {
        Trio trio = new Trio(sim);

        trio.send(trio.a, trio.b, Duration.ofSeconds(30));

        assertThat(trio.a.tunnelsTo(trio.b)).hasSize(1);
        assertThat(trio.toB(trio.a)).isEqualTo(1);
    }

    /** Both begin at once: the session that is not needed goes, and nobody is told that a peer is dead. */
    @Seeded
    void callsNoPeerDeadThatIsWell(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);

        mesh.exchange(a, b, SECOND);
        mesh.keepTalking(a, b, SECOND, 30);

        List<TunnelEvent.Removed> removed = new ArrayList<>();
        removed.addAll(a.sim().events(TunnelEvent.Removed.class));
        removed.addAll(b.sim().events(TunnelEvent.Removed.class));
        assertThat(removed).allMatch(gone -> gone.reason() == RemovalReason.SUPERSEDED);
    }

    /** Two hosts that found each other by the lighthouse and talk. */
    private static final class Trio {

        final Mesh mesh;
        final MeshHost a;
        final MeshHost b;

        Trio(SimMesh sim) {
            mesh = LighthouseMesh.of(sim);
            MeshHost lighthouse = mesh.lighthouse("lighthouse");
            a = mesh.host("a").use(lighthouse);
            b = mesh.host("b").use(lighthouse);
            mesh.startAll();
            mesh.runFor(SECOND);
            mesh.connect(a, b);
            mesh.keepTalking(a, b, Duration.ofMillis(100), 20);
        }

        void restartElsewhere() {
            b.sim().onInternet();
            b.start();
        }

        void send(MeshHost from, MeshHost to, Duration time) {
            for (Duration left = time; left.isPositive(); left = left.minus(EVERY)) {
                from.sendTo(to, "lost");
                mesh.runFor(EVERY);
            }
        }

        /** A packet every 50 ms; one of them must arrive in time. */
        void sendUntilReceived(MeshHost from, MeshHost to) {
            int before = to.sim().deliveries().size();
            for (Duration sent = Duration.ZERO;
                    sent.compareTo(OUTAGE) < 0 && to.sim().deliveries().size() == before;
                    sent = sent.plus(EVERY)) {
                from.sendTo(to, "again");
                mesh.runFor(EVERY);
            }
            assertThat(to.sim().deliveries().size()).isGreaterThan(before);
        }

        long toB(MeshHost from) {
            return from.sim().events(TunnelEvent.Established.class).stream()
                    .filter(made -> made.vpnAddrs().contains(b.address()))
                    .count();
        }
    }
}
