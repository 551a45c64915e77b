package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.node.TunnelEvent;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code asterism.paths}. Two hosts and a relay that both know; a packet every 50 ms in both directions. */
class PathPinSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Seeded
    void neverGoesThroughARelayWhoseUseIsForbidden(SimMesh sim) {
        World world = new World(sim);
        world.pinA(world.b().address().toString(), "never: relay");
        world.start();

        world.talk(Duration.ofSeconds(20));

        assertThat(world.a().tunnelsTo(world.b())).noneMatch(PathPinSimTest::isRelayed);
        assertThat(world.there.longestSilence()).isGreaterThan(Duration.ofSeconds(19));
        assertThat(world.back.longestSilence()).isGreaterThan(Duration.ofSeconds(19));

        sim.network().heal(world.a().sim(), world.b().sim());
        world.talk(Duration.ofSeconds(20));
        assertThat(isDirect(world.a().primaryTo(world.b()))).isTrue();
    }

    /** The address alone does not say it; the certificate in the handshake does. */
    @Seeded
    void knowsAPeerByItsName(SimMesh sim) {
        World world = new World(sim);
        world.pinA("b", "never: relay");
        world.start();

        world.talk(Duration.ofSeconds(20));

        assertThat(world.a().tunnelsTo(world.b())).noneMatch(PathPinSimTest::isRelayed);
        assertThat(world.there.longestSilence()).isGreaterThan(Duration.ofSeconds(19));
    }

    @Seeded
    void knowsAPeerByItsGroup(SimMesh sim) {
        World world = new World(sim);
        world.b().groups("office");
        world.pinA("group:office", "never: relay");
        world.start();

        world.talk(Duration.ofSeconds(20));

        assertThat(world.a().tunnelsTo(world.b())).noneMatch(PathPinSimTest::isRelayed);
    }

    @Seeded
    void goesThroughThePreferredRelayThoughADirectPathWorks(SimMesh sim) {
        World world = new World(sim).withDirectPath();
        world.pinA(world.b().address().toString(), "prefer: relay " + world.relay().address());
        world.start();

        world.talk(Duration.ofSeconds(15));

        assertThat(RelayMesh.relayOf(world.a().primaryTo(world.b())))
                .isEqualTo(world.relay().address());
        world.there.mark();
        world.talk(Duration.ofSeconds(60));
        assertThat(RelayMesh.relayOf(world.a().primaryTo(world.b())))
                .isEqualTo(world.relay().address());
        assertThat(world.there.longestSilence()).isLessThan(SECOND);
    }

    /** The relay by its certificate's name, on a tunnel that has worked directly so far. */
    @Seeded
    void movesToThePreferredRelayAfterAReloadWithoutALostPacket(SimMesh sim) {
        World world = new World(sim).withDirectPath();
        world.start();
        world.talk(Duration.ofSeconds(5));
        assertThat(isDirect(world.a().primaryTo(world.b()))).isTrue();

        world.pinA("b", "prefer: relay relay");
        world.a().reload();
        world.talk(Duration.ofSeconds(15));
        world.mesh().runFor(SECOND);

        assertThat(RelayMesh.relayOf(world.a().primaryTo(world.b())))
                .isEqualTo(world.relay().address());
        assertThat(world.there.lost() + world.back.lost()).isZero();

        world.a().section("asterism", "{paths: {}}").reload();
        world.talk(Duration.ofSeconds(70));
        assertThat(isDirect(world.a().primaryTo(world.b()))).isTrue();
    }

    /** A pin is no reason to be dark. */
    @Seeded
    void goesStraightWhileThePreferredRelayIsDownAndReturnsToIt(SimMesh sim) {
        World world = new World(sim).withDirectPath();
        world.pinA(world.b().address().toString(), "prefer: relay " + world.relay().address());
        world.start();
        world.talk(Duration.ofSeconds(15));

        world.relay().sim().crash();
        world.there.mark();
        world.back.mark();
        world.talk(Duration.ofSeconds(10));
        assertThat(isDirect(world.a().primaryTo(world.b()))).isTrue();
        assertThat(world.there.longestSilence()).isLessThan(Duration.ofSeconds(3));
        assertThat(world.back.longestSilence()).isLessThan(Duration.ofSeconds(3));

        world.relay().start();
        world.talk(Duration.ofSeconds(90));
        assertThat(RelayMesh.relayOf(world.a().primaryTo(world.b())))
                .isEqualTo(world.relay().address());
    }

    @Seeded
    void leavesARelayThatAReloadForbids(SimMesh sim) {
        World world = new World(sim);
        world.start();
        world.talk(Duration.ofSeconds(10));
        assertThat(isRelayed(world.a().primaryTo(world.b()))).isTrue();

        world.pinA("b", "never: relay");
        world.a().reload();
        world.talk(Duration.ofSeconds(10));
        assertThat(world.a().tunnelsTo(world.b())).noneMatch(PathPinSimTest::isRelayed);

        sim.network().heal(world.a().sim(), world.b().sim());
        world.talk(Duration.ofSeconds(20));
        assertThat(isDirect(world.a().primaryTo(world.b()))).isTrue();
    }

    /** The outer address of what a relay brings is the relay's. */
    @Seeded
    void doesNotTakeTheRelaysAddressForThePeersWhenThePeerSendsThroughIt(SimMesh sim) {
        World world = new World(sim).withDirectPath();
        world.b()
                .section(
                        "asterism",
                        "{paths: {a: {prefer: relay " + world.relay().address() + "}}}");
        world.start();

        world.talk(Duration.ofSeconds(30));

        assertThat(isRelayed(world.b().primaryTo(world.a()))).isTrue();
        Tunnel straight = world.a().primaryTo(world.b());
        if (straight == null) {
            throw new AssertionError("no tunnel");
        }
        assertThat(straight.remote()).isIn(null, world.b().endpoint());
        assertThat(straight.remotes().candidates(List.of()))
                .doesNotContain(world.relay().endpoint());
        assertThat(world.a().sim().events(TunnelEvent.Roamed.class)).isEmpty();
    }

    /** Each end sends by the relay that its own configuration prefers, and the other's tests do not draw it away. */
    @Seeded
    void staysOnThePreferredRelayThoughThePeerPrefersAnother(SimMesh sim) {
        World world = new World(sim);
        MeshHost second = world.secondRelay();
        world.pinA("b", "prefer: relay " + world.relay().address());
        world.b().section("asterism", "{paths: {a: {prefer: relay " + second.address() + "}}}");
        world.start();
        world.talk(Duration.ofSeconds(75));
        world.there.mark();
        world.back.mark();
        int before = world.a().sim().events(TunnelEvent.PathChanged.class).size();

        for (int round = 0; round < 50; round++) {
            world.talk(Duration.ofSeconds(3));
            assertThat(RelayMesh.relayOf(world.a().primaryTo(world.b())))
                    .isEqualTo(world.relay().address());
            assertThat(RelayMesh.relayOf(world.b().primaryTo(world.a())))
                    .isEqualTo(second.address());
        }
        world.mesh().runFor(SECOND);

        assertThat(world.a().sim().events(TunnelEvent.PathChanged.class)).hasSize(before);
        assertThat(world.there.lost() + world.back.lost()).isZero();
    }

    /** What the peer prefers is no permission. */
    @Seeded
    void keepsOffRelaysThatArePreferredByThePeerAndForbiddenHere(SimMesh sim) {
        World world = new World(sim).withDirectPath();
        world.pinA("b", "never: relay");
        world.b()
                .section(
                        "asterism",
                        "{paths: {a: {prefer: relay " + world.relay().address() + "}}}");
        world.start();

        for (int round = 0; round < 40; round++) {
            world.talk(Duration.ofSeconds(1));
            assertThat(world.a().tunnelsTo(world.b())).noneMatch(PathPinSimTest::isRelayed);
        }
        world.mesh().runFor(SECOND);
        assertThat(isDirect(world.a().primaryTo(world.b()))).isTrue();
        assertThat(world.there.longestSilence()).isLessThan(Duration.ofSeconds(2));
        assertThat(world.back.longestSilence()).isLessThan(Duration.ofSeconds(2));
    }

    private static boolean isDirect(@Nullable Tunnel tunnel) {
        return tunnel != null && tunnel.path() instanceof Path.Direct;
    }

    private static boolean isRelayed(@Nullable Tunnel tunnel) {
        return tunnel != null && tunnel.path() instanceof Path.Relayed;
    }

    private static final class World {

        final ProbeFlow there;
        final ProbeFlow back;
        private final RelayMesh world;

        World(SimMesh sim) {
            world = new RelayMesh(sim).acquainted();
            there = new ProbeFlow(world.mesh, world.a, world.b);
            back = new ProbeFlow(world.mesh, world.b, world.a);
        }

        World withDirectPath() {
            world.withDirectPath();
            return this;
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

        Mesh mesh() {
            return world.mesh;
        }

        void pinA(String peers, String pin) {
            world.a.section("asterism", "{paths: {\"" + peers + "\": {" + pin + "}}}");
        }

        /** Both ends can be reached through it as well. */
        MeshHost secondRelay() {
            MeshHost second = world.otherRelay("second");
            world.reachedThrough(world.a, world.relay, second);
            world.reachedThrough(world.b, world.relay, second);
            return second;
        }

        void start() {
            world.start().connectRelay();
            there.mark();
            back.mark();
        }

        void talk(Duration time) {
            ProbeFlow.run(there, back, time);
        }
    }
}
