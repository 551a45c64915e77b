package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import dev.asterism.sim.SimDatagram;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Two hosts with a direct path, each reachable through a relay as well, that talk. */
final class RelayedPair {

    final ProbeFlow there;
    final ProbeFlow back;
    private final RelayMesh world;
    private final MeshHost second;
    private final MeshHost third;

    RelayedPair(SimMesh sim) {
        world = new RelayMesh(sim).withDirectPath().acquainted();
        second = world.otherRelay("second");
        third = world.otherRelay("third");
        world.start();
        there = new ProbeFlow(world.mesh, world.a, world.b);
        back = new ProbeFlow(world.mesh, world.b, world.a);
        world.mesh.connect(world.a, world.b);
        world.connectRelay();
        talk(Duration.ofSeconds(3));
    }

    Mesh mesh() {
        return world.mesh;
    }

    MeshHost a() {
        return world.a;
    }

    MeshHost b() {
        return world.b;
    }

    MeshHost relay() {
        return world.relay;
    }

    /** Both can be reached through it as well, and have a tunnel to it. */
    MeshHost secondRelay() {
        namesSecondRelay();
        world.mesh.connect(world.a, second);
        world.mesh.connect(world.b, second);
        return second;
    }

    /** Both can be reached through it as well, but nobody has a tunnel to it. */
    MeshHost namesSecondRelay() {
        world.reachedThrough(world.a, world.relay, second);
        world.reachedThrough(world.b, world.relay, second);
        return second;
    }

    /** Both can be reached through the second and the third one as well; nobody has a tunnel to these. */
    MeshHost namesThirdRelay() {
        world.reachedThrough(world.a, world.relay, second, third);
        world.reachedThrough(world.b, world.relay, second, third);
        return third;
    }

    /** Nobody tells a through which relays b can be reached, so that b has to begin, as with a stock a. */
    RelayedPair whereBHasToBegin() {
        world.reachedThrough(world.b);
        return this;
    }

    /** Both name two relays, and ten seconds have gone by since their direct path was cut. */
    static RelayedPair withStandby(SimMesh sim) {
        RelayedPair pair = new RelayedPair(sim);
        pair.namesSecondRelay();
        pair.cut();
        pair.talk(Duration.ofSeconds(10));
        return pair;
    }

    /** As {@link #withStandby}, and both had a tunnel to the second relay before. */
    static RelayedPair overTwoRelays(SimMesh sim) {
        RelayedPair pair = new RelayedPair(sim);
        pair.secondRelay();
        pair.cut();
        pair.talk(Duration.ofSeconds(10));
        return pair;
    }

    /** Of the first two relays the one that {@link #relayInUse} is not. */
    MeshHost otherRelay() {
        return relayInUse() == second ? relay() : second;
    }

    /** The relay through which what a sends to b goes. */
    MeshHost relayInUse() {
        Ip address = RelayMesh.relayOf(a().primaryTo(b()));
        return Stream.of(relay(), second, third)
                .filter(relay -> relay.address().equals(address))
                .findFirst()
                .orElseThrow();
    }

    void cut() {
        world.mesh.network().cut(a().sim(), b().sim());
    }

    void talk(Duration time) {
        ProbeFlow.run(there, back, time);
    }

    void mark() {
        there.mark();
        back.mark();
    }

    /** Of the direction in which it was longer, since the mark. */
    Duration longestSilence() {
        return Collections.max(List.of(there.longestSilence(), back.longestSilence()));
    }

    void requireSilenceBelow(Duration bar) {
        assertThat(there.longestSilence()).isLessThan(bar);
        assertThat(back.longestSilence()).isLessThan(bar);
    }

    void drop(Predicate<SimDatagram> which) {
        world.mesh
                .network()
                .intercept(
                        (datagram, onward) -> {
                            if (!which.test(datagram)) {
                                onward.accept(datagram);
                            }
                        });
    }
}
