package dev.asterism.lighthouse.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.client.LighthouseClientEvent;
import dev.asterism.mesh.Mesh;
import dev.asterism.mesh.MeshHost;
import dev.asterism.overlay.node.TunnelEvent;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.function.BiConsumer;

/** F35: two machines with one certificate, or with one overlay address. */
class DuplicateSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int WITHIN_SECONDS = 60;

    @Seeded
    void aCopiedCertificateIsNamedEverywhereWithinAMinute(SimMesh sim) {
        isNamed(sim, MeshHost::copyOf);
    }

    @Seeded
    void anAddressGivenTwiceIsNamedEverywhereWithinAMinute(SimMesh sim) {
        isNamed(sim, MeshHost::withAddressOf);
    }

    private static void isNamed(SimMesh sim, BiConsumer<MeshHost, MeshHost> duplicate) {
        Scene scene = new Scene(sim, duplicate);

        scene.talk(WITHIN_SECONDS);

        assertThat(scene.peer.sim().events(TunnelEvent.AddressUsedTwice.class)).hasSize(1);
        assertThat(scene.lighthouse.sim().events(TunnelEvent.AddressUsedTwice.class)).hasSize(1);
        assertThat(scene.one.sim().events(LighthouseClientEvent.OwnAddressUsedElsewhere.class))
                .hasSize(1);
        assertThat(scene.two.sim().events(LighthouseClientEvent.OwnAddressUsedElsewhere.class))
                .hasSize(1);
    }

    /** Once it is known, packets change between the two at most once a minute. */
    @Seeded
    void theTunnelForSendingChangesAtMostOnceAMinute(SimMesh sim) {
        Scene scene = new Scene(sim, MeshHost::copyOf);
        scene.talk(WITHIN_SECONDS);
        int before = scene.peer.sim().events(TunnelEvent.MadePrimary.class).size();

        scene.talk(180);

        assertThat(scene.peer.sim().events(TunnelEvent.MadePrimary.class).size() - before)
                .isLessThanOrEqualTo(3);
    }

    /** Neither a restart elsewhere nor a move is taken for a second machine. */
    @Seeded
    void oneMachineThatMovesAndStartsAnewIsNotSuspected(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost lighthouse = mesh.lighthouse("lighthouse");
        MeshHost a = mesh.host("a").use(lighthouse);
        MeshHost b = mesh.host("b").use(lighthouse);
        mesh.startAll();
        mesh.runFor(SECOND);
        mesh.connect(a, b);
        String home = b.endpoint().ip().toString();

        for (int i = 0; i < 4; i++) {
            b.at("192.0.2.77");
            b.node().noticeUnderlayChange();
            mesh.runFor(Duration.ofMillis(100));
            mesh.keepTalking(a, b, SECOND, 6);
            b.at(home);
            b.node().noticeUnderlayChange();
            mesh.runFor(Duration.ofMillis(100));
            mesh.keepTalking(a, b, SECOND, 6);
            b.sim().crash();
            b.sim().onInternet();
            b.start();
            mesh.runFor(SECOND);
            mesh.connect(b, a);
        }

        for (MeshHost host : new MeshHost[] {lighthouse, a, b}) {
            assertThat(host.sim().events(TunnelEvent.AddressUsedTwice.class)).isEmpty();
            assertThat(host.sim().events(LighthouseClientEvent.OwnAddressUsedElsewhere.class))
                    .isEmpty();
        }
    }

    /** An uplink that fails over and back: each time a new process, at the one address or the other. */
    @Seeded
    void oneMachineThatStartsAnewAtTwoAddressesInTurnIsNotSuspected(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(b, a);
        String home = b.endpoint().ip().toString();

        for (int i = 0; i < 6; i++) {
            b.sim().crash();
            b.at(i % 2 == 0 ? "192.0.2.77" : home);
            b.start();
            mesh.runFor(SECOND);
            mesh.connect(b, a);
            mesh.keepTalking(b, a, SECOND, 6);
        }

        assertThat(a.sim().events(TunnelEvent.AddressUsedTwice.class)).isEmpty();
    }

    private static final class Scene {

        final Mesh mesh;
        final MeshHost lighthouse;
        final MeshHost peer;
        final MeshHost one;
        final MeshHost two;

        Scene(SimMesh sim, BiConsumer<MeshHost, MeshHost> duplicate) {
            mesh = LighthouseMesh.of(sim);
            lighthouse = mesh.lighthouse("lighthouse").start();
            peer = mesh.host("peer").use(lighthouse).start();
            one = mesh.host("one").use(lighthouse).start();
            two = mesh.host("two").use(lighthouse);
            duplicate.accept(two, one);
            mesh.runFor(Duration.ofSeconds(7));
            two.start();
        }

        void talk(int seconds) {
            for (int i = 0; i < seconds; i++) {
                one.sendTo(peer, "from one");
                two.sendTo(peer, "from two");
                peer.sendTo(one, "to either");
                mesh.runFor(SECOND);
            }
        }
    }
}
