package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.node.TunnelEvent;
import dev.asterism.overlay.tunnel.PathHistory;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.view.PathView;
import dev.asterism.overlay.view.PeerView;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimLink;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which of several paths that work is taken, by round trip, and what people are told of it. A packet every 50
 * ms in both directions.
 */
class PathChoiceSimTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Seeded
    void takesTheNearerOfTwoRelays(SimMesh sim) {
        World world = new World(sim);
        world.relayLatency(world.first(), Duration.ofMillis(60));
        world.relayLatency(world.second, Duration.ofMillis(10));

        world.talk(MINUTE.multipliedBy(2));

        assertThat(world.usedRelay()).isEqualTo(world.second.address());
    }

    /** Two relays that take turns in being the nearer one. */
    @Seeded
    void changesOnceAMinuteAtMost(SimMesh sim) {
        World world = new World(sim);
        world.talk(Duration.ofSeconds(5));
        int changes = 0;
        Ip used = world.usedRelay();
        for (int second = 0; second < 300; second++) {
            if (second % 20 == 0) {
                boolean turn = second % 40 == 0;
                world.relayLatency(world.first(), Duration.ofMillis(turn ? 10 : 60));
                world.relayLatency(world.second, Duration.ofMillis(turn ? 60 : 10));
            }
            world.talk(Duration.ofSeconds(1));
            Ip now = world.usedRelay();
            changes += Objects.equals(now, used) ? 0 : 1;
            used = now;
        }
        assertThat(changes).isBetween(1, 6);
    }

    /** Tests and their answers do not keep a tunnel in use. */
    @Seeded
    void measuresNothingWhenNobodySends(SimMesh sim) {
        World world = new World(sim);
        world.talk(MINUTE);
        sim.runFor(MINUTE);
        long[] relayed = new long[1];
        sim.network()
                .intercept(
                        (datagram, onward) -> {
                            boolean message = datagram.type() == MessageType.MESSAGE;
                            relayed[0] +=
                                    message && datagram.subtype() == MessageType.MESSAGE_RELAY
                                            ? 1
                                            : 0;
                            onward.accept(datagram);
                        });

        sim.runFor(MINUTE);

        assertThat(relayed[0]).isZero();
    }

    /** As Nebula's log does. */
    @Seeded
    void saysOfARelayedPeerWhereItsRelayIs(SimMesh sim) {
        World world = new World(sim);
        world.talk(Duration.ofSeconds(5));

        assertThat(world.a().sim().events(TunnelEvent.Established.class))
                .filteredOn(event -> event.certName().equals("b"))
                .isNotEmpty()
                .allMatch(event -> String.valueOf(event.udpAddr()).endsWith(":4242 (relayed)"));
    }

    @Seeded
    void explainsAPathWithinABound(SimMesh sim) {
        World world = new World(sim);
        world.talk(Duration.ofSeconds(20));

        PathView.Choice choice = world.choice();
        assertThat(choice.tried()).filteredOn(PathView.Tried::inUse).hasSize(1);
        assertThat(choice.tried())
                .anyMatch(
                        one ->
                                one.path().equals(world.b().endpoint().toString())
                                        && !one.isAnswered()
                                        && one.tried() != null);
        assertThat(choice.tried())
                .anyMatch(one -> one.path().startsWith("relay ") && one.isAnswered());

        PathHistory paths = Objects.requireNonNull(world.tunnel()).watch().paths;
        for (int i = 0; i < 100; i++) {
            paths.ofRelay(Ip.ofIpv4(0x0A2A1000 + i)).tested(i);
        }
        assertThat(paths.records()).hasSize(PathHistory.MAX_PATHS);
    }

    private static final class World {

        final MeshHost second;
        private final RelayMesh world;
        private final ProbeFlow there;
        private final ProbeFlow back;

        World(SimMesh sim) {
            world = new RelayMesh(sim).acquainted();
            second = world.otherRelay("second");
            world.reachedThrough(world.a, world.relay, second);
            world.reachedThrough(world.b, world.relay, second);
            world.start();
            there = new ProbeFlow(world.mesh, world.a, world.b);
            back = new ProbeFlow(world.mesh, world.b, world.a);
            for (MeshHost end : List.of(world.a, world.b)) {
                world.mesh.connect(end, world.relay);
                world.mesh.connect(end, second);
            }
        }

        void relayLatency(MeshHost relay, Duration latency) {
            SimLink link = SimLink.WIDE_AREA.withLatency(latency);
            world.mesh.network().link(world.a.sim(), relay.sim(), link);
            world.mesh.network().link(world.b.sim(), relay.sim(), link);
        }

        MeshHost a() {
            return world.a;
        }

        MeshHost b() {
            return world.b;
        }

        MeshHost first() {
            return world.relay;
        }

        @Nullable Tunnel tunnel() {
            return world.a.primaryTo(world.b);
        }

        @Nullable Ip usedRelay() {
            return RelayMesh.relayOf(tunnel());
        }

        PathView.Choice choice() {
            PeerView peer =
                    world.a
                            .node()
                            .node()
                            .inspector()
                            .peer(world.b.address(), world.mesh.sim().clock().tick(Duration.ZERO));
            return Objects.requireNonNull(peer).path().choice();
        }

        void talk(Duration time) {
            ProbeFlow.run(there, back, time);
        }
    }
}
