package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.PathReason;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimLink;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.Objects;

/**
 * Paths that lose packets (docs/adr/0034-pinned-paths.md, rules 2 and 3). A packet every 50 ms in both directions.
 */
class PathLossSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final SimLink LOSSY = SimLink.WIDE_AREA.withLoss(0.1);

    @Seeded({1, 2, 3, 4, 5})
    void leavesARelayThatLosesPacketsForOneThatDoesNot(SimMesh sim) {
        RelayedPair world = RelayedPair.overTwoRelays(sim);
        MeshHost used = world.relayInUse();
        sim.network().link(world.a().sim(), used.sim(), LOSSY);

        int byTheOther = 0;
        Ip lossy = used.address();
        for (int i = 0; i < 120; i++) {
            world.talk(SECOND);
            Tunnel tunnel = tunnel(world);
            byTheOther += lossy.equals(RelayMesh.relayOf(tunnel)) ? 0 : 1;
        }

        assertThat(RelayMesh.relayOf(tunnel(world))).isNotNull().isNotEqualTo(lossy);
        assertThat(byTheOther).isGreaterThan(45);
    }

    /** It is left when it looks dark, and three tests lost in a row look so; no measure leads away from it. */
    @Seeded({1, 2, 3, 4, 5})
    void doesNotLeaveADirectPathForWhatItMeasured(SimMesh sim) {
        RelayedPair world = new RelayedPair(sim);
        sim.network().link(world.a().sim(), world.b().sim(), LOSSY);

        for (int i = 0; i < 120; i++) {
            world.talk(SECOND);
            assertThat(tunnel(world).watch().paths.reason())
                    .isNotIn(PathReason.LESS_LOSS, PathReason.SHORTER);
        }
    }

    private static Tunnel tunnel(RelayedPair world) {
        return Objects.requireNonNull(world.a().primaryTo(world.b()));
    }
}
