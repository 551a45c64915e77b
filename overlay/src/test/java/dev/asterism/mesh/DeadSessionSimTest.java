package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.Trap;
import java.time.Duration;
import java.util.List;

/**
 * The path of a session breaks and a handshake goes another way. Nebula from 1.7 on keeps the older session besides,
 * and where it has the lower address goes back to it for 5 s at its next check; so it is told that this one is dead.
 */
class DeadSessionSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** F09b. */
    @Seeded
    void thePeerIsToldOfASessionThatDoesNotBringItsPacketsAnyMore(SimMesh sim) {
        RelayedPair world = new RelayedPair(sim).whereBHasToBegin();
        Tunnel before = world.a().tunnelsTo(world.b()).getFirst();

        sim.network().cutOneWay(world.a().sim(), world.b().sim());
        world.talk(Duration.ofSeconds(2));

        assertThat(before.isRemoved()).isTrue();
        assertThat(world.a().primaryTo(world.b()))
                .matches(tunnel -> tunnel != null && tunnel.path() instanceof Path.Relayed);
    }

    /** F09a of two that looked for each other at the same time. */
    @Seeded
    void thePeerIsToldOfEachSessionThatItHasLeft(SimMesh sim) {
        RelayedPair world = new RelayedPair(sim).whereBHasToBegin();
        world.a().node().handshakeWith(world.b().address());
        world.talk(Duration.ofSeconds(1));
        List<Tunnel> before = List.copyOf(world.a().tunnelsTo(world.b()));
        assertThat(before).hasSize(2);

        sim.network().cutOneWay(world.a().sim(), world.b().sim());
        world.talk(Duration.ofSeconds(2));

        assertThat(before).allMatch(Tunnel::isRemoved);
    }

    /** F09a: both ends begin a handshake, and each tells the other. */
    @Seeded
    void bothAreToldOfASessionWhosePathIsCutInBothDirections(SimMesh sim) {
        RelayedPair world = new RelayedPair(sim);
        List<Tunnel> before =
                List.of(
                        world.a().tunnelsTo(world.b()).getFirst(),
                        world.b().tunnelsTo(world.a()).getFirst());

        world.cut();
        world.mark();
        world.talk(Duration.ofSeconds(3));
        long lostBefore = world.there.lost() + world.back.lost();
        world.talk(Duration.ofSeconds(10));

        assertThat(before).anyMatch(Tunnel::isRemoved);
        world.requireSilenceBelow(Duration.ofSeconds(2));
        assertThat(world.there.lost() + world.back.lost()).isLessThanOrEqualTo(lostBefore);
    }

    /** What comes late on a path that was only slow says that the session lives. */
    @Seeded
    void aSessionThatIsHeardFromAgainStays(SimMesh sim) {
        RelayedPair world = new RelayedPair(sim);
        Tunnel atA = world.a().tunnelsTo(world.b()).getFirst();
        Trap late =
                Trap.holding(
                        sim.network(),
                        d ->
                                d.sender().equals(world.a().name())
                                        && d.to().equals(world.b().endpoint()));

        for (int i = 0; i < 60 && world.b().tunnelsTo(world.a()).size() == 1; i++) {
            world.talk(ProbeFlow.EVERY);
        }
        assertThat(world.b().tunnelsTo(world.a())).hasSizeGreaterThan(1);
        for (int i = 0; i < late.caught().size(); i++) {
            late.pass(i);
        }
        late.open();
        world.talk(SECOND);

        assertThat(atA.isRemoved()).isFalse();
    }
}
