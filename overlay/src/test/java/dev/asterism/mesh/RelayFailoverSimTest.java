package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimDatagram;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How long traffic stands still when a direct path or a relay breaks and another relay, or a direct
 * path, is there; ids and bars are those of the fault bench. A packet every 50 ms in both
 * directions.
 */
class RelayFailoverSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** F09a. */
    @Seeded
    void goesThroughARelayWhenTheDirectPathIsCut(SimMesh sim) {
        RelayedPair world = new RelayedPair(sim);

        sim.network().cut(world.a().sim(), world.b().sim());
        world.mark();
        world.talk(Duration.ofSeconds(30));

        world.requireSilenceBelow(Duration.ofSeconds(2));
        assertThat(RelayMesh.relayOf(world.a().primaryTo(world.b()))).isNotNull();
    }

    /** F09b, between two of ours. */
    @Seeded
    void goesThroughARelayWhenTheDirectPathIsCutInOneDirection(SimMesh sim) {
        RelayedPair world = new RelayedPair(sim);

        sim.network().cutOneWay(world.a().sim(), world.b().sim());
        world.mark();
        world.talk(Duration.ofSeconds(30));

        world.requireSilenceBelow(Duration.ofSeconds(3));
    }

    /** F09b, the peer does nothing: what we send does not arrive, though all that it sends does. */
    @Seeded
    void healsACutOfWhatItSendsByItself(SimMesh sim) {
        RelayedPair world = new RelayedPair(sim);
        world.drop(datagram -> datagram.sender().equals("b") && isOwnInitiative(datagram));

        sim.network().cutOneWay(world.a().sim(), world.b().sim());
        world.mark();
        world.talk(Duration.ofSeconds(30));

        world.requireSilenceBelow(Duration.ofSeconds(3));
    }

    /** F09b, the peer does nothing: it hears us, and we hear nothing. */
    @Seeded
    void healsACutOfWhatItHearsByItself(SimMesh sim) {
        healsACutOfWhatItHears(sim, world -> {});
    }

    /** A preferred address is no better than a relay while nothing comes from there. */
    @Seeded
    void staysAtTheRelayThoughTheCutPathIsPreferred(SimMesh sim) {
        healsACutOfWhatItHears(
                sim,
                world ->
                        world.a()
                                .section(
                                        "preferred_ranges",
                                        "[\"" + world.b().endpoint().ip() + "/32\"]")
                                .section("counters", "{try_promote: 10}")
                                .reload());
    }

    private static void healsACutOfWhatItHears(SimMesh sim, Consumer<RelayedPair> prepare) {
        RelayedPair world = new RelayedPair(sim);
        prepare.accept(world);
        world.drop(datagram -> datagram.sender().equals("b") && isOwnInitiative(datagram));
        long[] straight = new long[1];
        world.drop(
                datagram -> {
                    boolean sealed =
                            datagram.sender().equals("a")
                                    && datagram.to().equals(world.b().endpoint())
                                    && (datagram.type() == MessageType.MESSAGE
                                            || datagram.type() == MessageType.TEST);
                    straight[0] += sealed ? 1 : 0;
                    return false;
                });

        sim.network().cutOneWay(world.b().sim(), world.a().sim());
        world.mark();
        world.talk(Duration.ofSeconds(5));
        straight[0] = 0;
        world.talk(Duration.ofSeconds(30));

        world.requireSilenceBelow(Duration.ofSeconds(3));
        // A stock peer would follow it to the path by which we hear nothing.
        assertThat(straight[0]).isZero();
    }

    /** F24c with a relay: nothing tells the ends that their tunnels to it are dead. */
    @Seeded
    void findsARelayThatHasStartedAnewWithoutARecvError(SimMesh sim) {
        RelayedPair world = new RelayedPair(sim);
        sim.network().cut(world.a().sim(), world.b().sim());
        world.talk(Duration.ofSeconds(10));
        world.drop(datagram -> datagram.type() == MessageType.RECV_ERROR);

        world.relay().sim().crash();
        world.talk(SECOND);
        world.relay().start();
        world.mark();
        world.talk(Duration.ofSeconds(10));

        world.requireSilenceBelow(Duration.ofSeconds(3));
    }

    /** F09d. */
    @Seeded
    void returnsToTheDirectPathWithoutALostPacket(SimMesh sim) {
        RelayedPair world = new RelayedPair(sim);
        sim.network().cut(world.a().sim(), world.b().sim());
        world.talk(Duration.ofSeconds(20));
        assertThat(isDirect(world.a().primaryTo(world.b()))).isFalse();

        sim.network().heal(world.a().sim(), world.b().sim());
        world.mark();
        world.talk(Duration.ofSeconds(10));
        world.mesh().runFor(SECOND);

        assertThat(isDirect(world.a().primaryTo(world.b()))).isTrue();
        assertThat(isDirect(world.b().primaryTo(world.a()))).isTrue();
        assertThat(world.there.lost() + world.back.lost()).isZero();
    }

    /** Both began a handshake at the same time, so each may send by another tunnel; each returns by its own. */
    @Seeded
    void returnsToTheDirectPathWithTheTunnelThatItSendsBy(SimMesh sim) {
        RelayedPair world = new RelayedPair(sim);
        sim.network().cut(world.a().sim(), world.b().sim());
        world.talk(Duration.ofSeconds(20));
        world.a().node().handshakeWith(world.b().address());
        world.b().node().handshakeWith(world.a().address());
        world.talk(Duration.ofMillis(500));
        assertThat(isDirect(world.a().primaryTo(world.b()))).isFalse();

        sim.network().heal(world.a().sim(), world.b().sim());
        world.talk(Duration.ofSeconds(10));

        assertThat(isDirect(world.a().primaryTo(world.b()))).isTrue();
        assertThat(isDirect(world.b().primaryTo(world.a()))).isTrue();
    }

    /** A path that comes and goes does not take the traffic with it each time. */
    @Seeded
    void returnsOnceAMinuteAtMost(SimMesh sim) {
        RelayedPair world = new RelayedPair(sim);
        int returns = 0;
        boolean direct = true;
        for (int second = 0; second < 120; second++) {
            if (second % 20 == 0) {
                sim.network().cut(world.a().sim(), world.b().sim());
            } else if (second % 20 == 4) {
                sim.network().heal(world.a().sim(), world.b().sim());
            }
            world.talk(SECOND);
            boolean now = isDirect(world.a().primaryTo(world.b()));
            returns += now && !direct ? 1 : 0;
            direct = now;
        }
        assertThat(returns).isBetween(1, 3);
    }

    /** F10. */
    @Seeded({1, 2, 3, 6425840574852627222L})
    void goesThroughTheOtherRelayWhenTheOneInUseIsKilled(SimMesh sim) {
        RelayedPair world = RelayedPair.overTwoRelays(sim);
        MeshHost used = world.relayInUse();

        used.sim().crash();
        world.mark();
        world.talk(Duration.ofSeconds(10));

        world.requireSilenceBelow(Duration.ofSeconds(2));
    }

    /** Message 1 arrives by both relays, so the first one is no proof that answers arrive by it as well. */
    @Seeded
    void goesThroughTheOtherRelayWhenTheOneInUseReachesOneEndOnly(SimMesh sim) {
        RelayedPair world = RelayedPair.overTwoRelays(sim);
        MeshHost used = world.relayInUse();

        sim.network().cutOneWay(used.sim(), world.b().sim());
        world.mark();
        world.talk(Duration.ofSeconds(10));

        world.requireSilenceBelow(Duration.ofSeconds(3));
    }

    /** The other relay has started anew and does not find the end that it has to reach: that end must find out. */
    @Seeded
    void findsThatWhatItSendsToTheRelayIsLost(SimMesh sim) {
        RelayedPair world = RelayedPair.overTwoRelays(sim);
        MeshHost used = world.relayInUse();
        MeshHost other = world.otherRelay();
        world.drop(
                datagram ->
                        datagram.sender().equals(other.name()) && datagram.isHandshakeMessage(1));
        other.loseState();

        sim.network().cutOneWay(world.b().sim(), used.sim());
        world.mark();
        world.talk(Duration.ofSeconds(10));

        world.requireSilenceBelow(Duration.ofSeconds(3));
    }

    /** F10r. */
    @Seeded
    void goesOnWhenTheOnlyRelayIsBack(SimMesh sim) {
        RelayedPair world = new RelayedPair(sim);
        sim.network().cut(world.a().sim(), world.b().sim());
        world.talk(Duration.ofSeconds(10));

        world.relay().sim().crash();
        world.talk(SECOND);
        world.relay().start();
        world.mark();
        world.talk(Duration.ofSeconds(10));

        world.requireSilenceBelow(Duration.ofSeconds(2));
    }

    /** F10r: the pauses between two tries have become long, so that what the relay says of an index is what counts. */
    @Seeded({1, 2, 3, 4, 5})
    void doesNotWaitForTheNextTryWhenTheOnlyRelayIsBack(SimMesh sim) {
        RelayedPair world = new RelayedPair(sim);
        world.cut();
        world.talk(Duration.ofSeconds(10));

        world.relay().sim().crash();
        world.talk(Duration.ofMillis(2_750 + 350 * Math.floorMod(sim.seed(), 6)));
        world.relay().start();
        world.mark();
        world.talk(Duration.ofSeconds(10));

        world.requireSilenceBelow(Duration.ofMillis(400));
    }

    private static boolean isDirect(@Nullable Tunnel tunnel) {
        return tunnel != null && tunnel.path() instanceof Path.Direct;
    }

    /** Message 1 and test requests; what is relayed hides them, and so gets through. */
    private static boolean isOwnInitiative(SimDatagram datagram) {
        return datagram.isHandshakeMessage(1)
                || datagram.type() == MessageType.TEST
                        && datagram.subtype() == MessageType.TEST_REQUEST;
    }
}
