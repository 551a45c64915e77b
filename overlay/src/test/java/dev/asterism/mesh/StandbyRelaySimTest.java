package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.List;

/**
 * A second relay is ready before it is needed, and known to work, so that a switch needs no handshake (F10 of the fault
 * bench, bar 2 s). A packet every 50 ms in both directions.
 */
class StandbyRelaySimTest {

    private static final Duration READY = Duration.ofSeconds(10);

    /** Half a second until a lane looks again, half a second of silence, and the steps of a test. */
    private static final Duration SWITCH = Duration.ofMillis(1_500);

    /** F10: nobody had a tunnel to the second relay when the first was taken. */
    @Seeded
    void goesThroughTheSecondRelayWithoutAHandshake(SimMesh sim) {
        RelayedPair world = RelayedPair.withStandby(sim);
        List<Tunnel> before = tunnels(world);

        world.relayInUse().sim().crash();
        world.mark();
        world.talk(READY);

        world.requireSilenceBelow(SWITCH);
        assertThat(tunnels(world)).isEqualTo(before);
    }

    /** F10 in one direction: the end that sends nothing does not notice, and what little it sends must arrive. */
    @Seeded
    void takesThePeerWithIt(SimMesh sim) {
        RelayedPair world = RelayedPair.withStandby(sim);
        List<Tunnel> before = tunnels(world);

        world.relayInUse().sim().crash();
        world.there.mark();
        world.there.run(READY);
        assertThat(world.there.longestSilence()).isLessThan(SWITCH);
        world.mark();
        world.talk(Duration.ofSeconds(1));

        world.requireSilenceBelow(Duration.ofMillis(150));
        assertThat(tunnels(world)).isEqualTo(before);
    }

    /** The standby dies first, without a word; a third relay takes its place. */
    @Seeded
    void holdsAnotherRelayReadyWhenTheStandbyDies(SimMesh sim) {
        RelayedPair world = new RelayedPair(sim);
        MeshHost third = world.namesThirdRelay();
        world.cut();
        world.talk(READY);
        MeshHost used = world.relayInUse();
        assertThat(used).isNotEqualTo(third);

        world.otherRelay().sim().crash();
        world.talk(Duration.ofSeconds(20));
        List<Tunnel> before = tunnels(world);
        used.sim().crash();
        world.mark();
        world.talk(READY);

        world.requireSilenceBelow(SWITCH);
        assertThat(tunnels(world)).isEqualTo(before);
        assertThat(RelayMesh.relayOf(world.a().primaryTo(world.b()))).isEqualTo(third.address());
    }

    /** The standby loses all that it knew, while nothing but tests goes through it. */
    @Seeded
    void makesAStandbyReadyAgainThatHasStartedAnew(SimMesh sim) {
        RelayedPair world = RelayedPair.withStandby(sim);
        MeshHost used = world.relayInUse();

        world.otherRelay().loseState();
        world.talk(READY);
        List<Tunnel> before = tunnels(world);
        used.sim().crash();
        world.mark();
        world.talk(READY);

        world.requireSilenceBelow(SWITCH);
        assertThat(tunnels(world)).isEqualTo(before);
    }

    /** Readiness costs one test in five seconds, and nothing when the tunnel is not used. */
    @Seeded
    void costsOneTestInFiveSeconds(SimMesh sim) {
        RelayedPair world = RelayedPair.withStandby(sim);
        MeshHost standby = world.otherRelay();
        long[] sent = new long[1];
        world.drop(
                datagram -> {
                    boolean relayed =
                            datagram.type() == MessageType.MESSAGE
                                    && datagram.subtype() == MessageType.MESSAGE_RELAY;
                    boolean toStandby = datagram.to().equals(standby.endpoint());
                    sent[0] += relayed && toStandby && datagram.sender().equals("a") ? 1 : 0;
                    return false;
                });

        world.talk(Duration.ofSeconds(60));
        assertThat(sent[0]).isBetween(20L, 26L); // its own tests and the answers to the peer's

        world.mesh().runFor(Duration.ofSeconds(15));
        sent[0] = 0;
        world.mesh().runFor(Duration.ofSeconds(60));
        assertThat(sent[0]).isZero();
    }

    /** The sessions of both ends with each other. */
    private static List<Tunnel> tunnels(RelayedPair world) {
        Tunnel there = world.a().primaryTo(world.b());
        Tunnel back = world.b().primaryTo(world.a());
        assertThat(there).isNotNull();
        assertThat(back).isNotNull();
        return List.of(there, back);
    }
}
