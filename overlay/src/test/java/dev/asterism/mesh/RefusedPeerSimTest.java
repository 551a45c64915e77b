package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.node.NodeInspector;
import dev.asterism.overlay.view.RefusedPeerView;
import dev.asterism.overlay.view.WhyView;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;

/** Whom a block list refused, and when that is forgotten. */
class RefusedPeerSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Host b has blocked the certificate of a, which had a tunnel. */
    private static final class Blocked {
        private final Mesh mesh;
        private final MeshHost a;
        private final MeshHost b;

        Blocked(SimMesh sim) {
            mesh = new Mesh(sim);
            a = mesh.host("a");
            b = mesh.host("b");
            mesh.startAcquainted(a, b);
            mesh.connect(a, b);
            block(a.identity().certificate().fingerprint().toString());
            mesh.runUntil(b.hasTunnelsTo(a, 0), SECOND);
            assertThat(inspector().refused(now()))
                    .extracting(RefusedPeerView::name)
                    .containsExactly("a");
        }

        void block(String fingerprints) {
            String pki = "{ca: ca, cert: cert, key: key, blocklist: [%s]}".formatted(fingerprints);
            b.section("pki", pki).reload();
        }

        NodeInspector inspector() {
            return b.node().node().inspector();
        }

        Tick now() {
            return mesh.sim().clock().tick(Duration.ZERO);
        }

        /** What {@code why} says of a packet to a. */
        String why() {
            return inspector()
                    .why(new WhyView.PacketQuestion(b.address(), a.address(), 80, 17), now())
                    .toString();
        }
    }

    @Seeded
    void isForgottenWhenNoListRefusesItAnyMore(SimMesh sim) {
        Blocked world = new Blocked(sim);
        world.mesh.runFor(SECOND.multipliedBy(7));
        assertThat(world.why())
                .contains("the certificate of a was refused by pki.blocklist ")
                .contains(" s ago");

        world.block("");
        world.mesh.runFor(Duration.ofMillis(1));
        assertThat(world.inspector().refused(world.now())).isEmpty();
        assertThat(world.why()).doesNotContain("refused by");
    }

    @Seeded
    void isForgottenWhenItComesWithAnotherCertificate(SimMesh sim) {
        Blocked world = new Blocked(sim);
        world.mesh.runFor(SECOND);
        assertThat(world.inspector().refused(world.now())).isNotEmpty();

        world.a.versions(2).reload();
        world.mesh.runFor(SECOND);
        long again = world.a.sendTo(world.b, "again");
        world.mesh.runUntil(world.b.sim().received(again), SECOND.multipliedBy(10));
        assertThat(world.inspector().refused(world.now())).isEmpty();
    }
}
