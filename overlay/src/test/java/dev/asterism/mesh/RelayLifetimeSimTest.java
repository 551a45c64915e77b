package dev.asterism.mesh;

import static dev.asterism.mesh.RelayMesh.entries;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.relay.RelayEntry;
import dev.asterism.overlay.relay.RelayTable;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;

/** What relaying leaves behind (spec wire.md 8.6). */
class RelayLifetimeSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Entries end with the tunnel that they stand on, and carry nothing once the other end is gone. */
    @Seeded
    void leavesNothingOfPeersThatHaveEnded(SimMesh sim) {
        RelayMesh world = connected(sim);
        assertThat(table(world.relay).size()).isEqualTo(2);

        world.a.sim().stop();
        world.mesh.runFor(SECOND);

        assertThat(entries(world.relay, world.b))
                .singleElement()
                .matches(entry -> !entry.isUsable() && entry.onward() == null);
        assertThat(table(world.relay).size()).isEqualTo(1);
        assertThat(entries(world.b, world.relay)).noneMatch(RelayEntry::isUsable);

        world.b.sim().stop();
        world.mesh.runFor(SECOND);

        assertThat(table(world.relay).size()).isZero();
    }

    /** The ends forget a relay that has ended, whatever it carried for them. */
    @Seeded
    void leavesNothingOfARelayThatHasEnded(SimMesh sim) {
        RelayMesh world = connected(sim);

        world.relay.sim().stop();
        world.mesh.runFor(SECOND);

        assertThat(table(world.a).size()).isZero();
        assertThat(table(world.b).size()).isZero();
    }

    /** Entries move to the sessions of the new certificate, and the old ones go with the old sessions. */
    @Seeded
    void takesNoMoreRoomAfterManyChangesOfCertificate(SimMesh sim) {
        RelayMesh world = connected(sim);

        for (int change = 0; change < 6; change++) {
            world.relay.groups("shift-" + change).reload();
            world.mesh.keepTalking(world.a, world.b, Duration.ofMillis(100), 400);
        }

        assertThat(table(world.relay).size()).isEqualTo(2);
        assertThat(table(world.a).size()).isEqualTo(1);
        assertThat(table(world.b).size()).isEqualTo(1);
        assertThat(entries(world.relay, world.a)).singleElement().matches(RelayEntry::isUsable);
        assertThat(entries(world.relay, world.b)).singleElement().matches(RelayEntry::isUsable);
    }

    private static RelayTable table(MeshHost host) {
        return host.node().node().relays();
    }

    private static RelayMesh connected(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim).start();
        world.mesh.exchange(world.a, world.b, Duration.ofSeconds(2));
        world.mesh.keepTalking(world.a, world.b, Duration.ofMillis(100), 3);
        return world;
    }
}
