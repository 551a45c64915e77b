package dev.asterism.lighthouse.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.mesh.Mesh;
import dev.asterism.mesh.MeshHost;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimDatagram;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.Trap;
import java.time.Duration;
import java.util.function.Predicate;

/** Two hosts look for each other, and the lighthouse begins to answer while they do. */
class MutualSearchSimTest {

    /** Both have asked again and again by then. */
    private static final Duration WITHOUT_LIGHTHOUSE = Duration.ofSeconds(3);

    /** F07c with a lighthouse that starts later than both (docs/adr/0051-who-hears-first.md). */
    @Seeded
    void handshakesOfTwoThatRegisterOneAfterTheOtherDoNotCross(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost lighthouse = mesh.lighthouse("lighthouse");
        MeshHost a = mesh.host("a").use(lighthouse).start();
        MeshHost b = mesh.host("b").use(lighthouse).start();
        Trap requests = Trap.watching(sim.network(), message1From(a).or(message1From(b)));
        Trap fromB = Trap.holding(sim.network(), d -> d.sender().equals(b.name()));
        for (int i = 0; i < WITHOUT_LIGHTHOUSE.toMillis() / 50; i++) {
            a.sendTo(b, "flow");
            b.sendTo(a, "flow");
            mesh.runFor(Duration.ofMillis(50));
        }
        lighthouse.start();
        mesh.runUntil(a.hasTunnelsTo(lighthouse, 1), Duration.ofSeconds(5));
        fromB.open();
        requests.caught().clear();

        long toB = a.sendTo(b, "first");
        long toA = b.sendTo(a, "first");
        mesh.runUntil(b.sim().received(toB), Duration.ofSeconds(5));
        mesh.runUntil(a.sim().received(toA), Duration.ofMillis(500));
        mesh.runFor(Duration.ofSeconds(1));

        assertThat(requests.caught().stream().filter(between(a, b)))
                .as("message 1 of the two to each other")
                .hasSize(1);
    }

    /** The lighthouse hears of both, and of what they look for, in the same moment. */
    @Seeded
    void handshakesOfTwoThatRegisterAtOnceDoNotCross(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost lighthouse = mesh.lighthouse("lighthouse").start();
        MeshHost a = mesh.host("a").use(lighthouse).start();
        MeshHost b = mesh.host("b").use(lighthouse).start();
        Trap requests = Trap.watching(sim.network(), message1From(a).or(message1From(b)));

        mesh.exchange(a, b, Duration.ofSeconds(1));
        mesh.runFor(Duration.ofSeconds(1));

        assertThat(requests.caught().stream().filter(between(a, b))).hasSize(1);
    }

    private static Predicate<SimDatagram> between(MeshHost a, MeshHost b) {
        return d -> d.to().equals(a.endpoint()) || d.to().equals(b.endpoint());
    }

    private static Predicate<SimDatagram> message1From(MeshHost sender) {
        return d -> d.sender().equals(sender.name()) && d.isHandshakeMessage(1);
    }
}
