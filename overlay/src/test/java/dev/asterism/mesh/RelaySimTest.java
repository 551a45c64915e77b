package dev.asterism.mesh;

import static dev.asterism.mesh.RelayMesh.entries;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.handshake.KnownPrefixes;
import dev.asterism.overlay.node.TunnelEvent;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.relay.RelayEntry;
import dev.asterism.overlay.relay.RelayEvent;
import dev.asterism.overlay.relay.RelayRole;
import dev.asterism.overlay.relay.RelayState;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimLink;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.Trap;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Peers that reach each other through a relay only (conformance.md A2). */
class RelaySimTest {

    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** R01. */
    @Seeded
    void carriesPacketsBothWaysThroughARelayThatBothKnow(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim).start();

        long first = world.a.sendTo(world.b, "first");
        world.mesh.runUntil(world.b.sim().received(first), FIRST);
        world.mesh.keepTalking(world.a, world.b, Duration.ofMillis(100), 50);

        world.mesh.runUntil(
                world.isRelayed(world.a, world.b).and(world.isRelayed(world.b, world.a)), SECOND);
        assertThat(entries(world.a, world.relay))
                .singleElement()
                .matches(e -> e.role() == RelayRole.TERMINAL && e.peer().equals(world.b.address()))
                .matches(e -> e.state() == RelayState.ESTABLISHED);
        assertThat(entries(world.relay, world.a))
                .singleElement()
                .matches(e -> e.role() == RelayRole.FORWARDING)
                .matches(e -> e.peer().equals(world.b.address()) && e.packets().packetsIn() > 50);
        assertThat(entries(world.relay, world.b))
                .singleElement()
                .matches(e -> e.role() == RelayRole.FORWARDING)
                .matches(e -> e.peer().equals(world.a.address()) && e.packets().packetsOut() > 50);
    }

    /** The relay is asked for a host that it has yet to reach: nobody has to ask again when it has. */
    @Seeded
    void keepsARequestUntilTheRelayHasReachedThePeer(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim).start();
        world.mesh.connect(world.a, world.relay);
        SimLink slow = SimLink.WIDE_AREA.withLatency(Duration.ofMillis(500));
        sim.network().link(world.relay.sim(), world.b.sim(), slow);

        long first = world.a.sendTo(world.b, "first");

        // A handshake of the relay with b, the request and its answer, message 1 and its answer,
        // and the packet.
        world.mesh.runUntil(world.b.sim().received(first), Duration.ofMillis(3_700));
    }

    /** A stock relay would forward nothing until both ends have answered once more. */
    @Seeded
    void isNotAskedAgainForWhatWorks(SimMesh sim) {
        RelayMesh world = connected(sim);
        SimLink slow = SimLink.WIDE_AREA.withLatency(Duration.ofMillis(150));
        sim.network().link(world.a.sim(), world.relay.sim(), slow);
        sim.network().link(world.b.sim(), world.relay.sim(), slow);
        ProbeFlow there = new ProbeFlow(world.mesh, world.a, world.b);
        ProbeFlow back = new ProbeFlow(world.mesh, world.b, world.a);
        ProbeFlow.run(there, back, SECOND.multipliedBy(3));
        int asked = world.a.sim().events(RelayEvent.Requested.class).size();

        world.a.node().handshakeWith(world.b.address());
        ProbeFlow.run(there, back, SECOND.multipliedBy(3));
        world.mesh.runFor(SECOND);

        assertThat(world.a.tunnelsTo(world.b)).hasSizeGreaterThan(1);
        assertThat(there.lost() + back.lost()).isZero();
        assertThat(world.a.sim().events(RelayEvent.Requested.class)).hasSize(asked);
    }

    /** R04. */
    @Seeded
    void isMadeAgainWhenTheRelayHasLostItsTunnelToThePeer(SimMesh sim) {
        RelayMesh world = connected(sim);

        world.forgets(world.relay, world.b);
        long lost = world.a.sendTo(world.b, "lost");
        world.mesh.runFor(Duration.ofMillis(100));
        assertThat(world.b.sim().received(lost).holds()).isFalse();
        world.talkUntilHeard(world.a, world.b, Duration.ofSeconds(5));

        world.mesh.exchange(world.a, world.b, SECOND);
        world.mesh.runUntil(world.isRelayed(world.a, world.b), SECOND);
    }

    /** R05. */
    @Seeded
    void isTakenUpAgainByAPeerThatLostItsSession(SimMesh sim) {
        RelayMesh world = connected(sim);
        int asked = world.a.sim().events(RelayEvent.Requested.class).size();

        world.forgets(world.b, world.a);
        assertThat(entries(world.b, world.relay))
                .singleElement()
                .matches(e -> e.state() == RelayState.DISESTABLISHED);
        world.talkUntilHeard(world.a, world.b, Duration.ofSeconds(5));

        assertThat(entries(world.b, world.relay))
                .singleElement()
                .matches(e -> e.state() == RelayState.ESTABLISHED);
        world.mesh.exchange(world.b, world.a, SECOND);
        assertThat(world.a.sim().events(RelayEvent.Requested.class)).hasSize(asked);
    }

    /** R06. */
    @Seeded
    void servesTwoEndsThatBeginAtOnce(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim).start();

        world.mesh.exchange(world.a, world.b, FIRST);
        world.mesh.keepTalking(world.a, world.b, Duration.ofMillis(200), 100);

        world.mesh.runUntil(
                world.a.hasTunnelsTo(world.b, 1).and(world.b.hasTunnelsTo(world.a, 1)),
                Duration.ofSeconds(1));
    }

    /** R07. */
    @Seeded
    void movesToTheRelaysNewSessionsWithoutALostPacket(SimMesh sim) {
        RelayMesh world = connected(sim);
        List<Tunnel> before = world.a.tunnelsTo(world.b);

        world.relay.groups("engineers").reload();
        world.mesh.keepTalking(world.a, world.b, Duration.ofMillis(100), 400);

        for (MeshHost end : List.of(world.a, world.b)) {
            assertThat(end.tunnelsTo(world.relay)).singleElement().matches(MeshHost::isEngineer);
            assertThat(entries(end, world.relay))
                    .singleElement()
                    .matches(e -> MeshHost.isEngineer(e.tunnel()) && e.isUsable());
        }
        assertThat(world.a.tunnelsTo(world.b)).isEqualTo(before);
    }

    /** R08. */
    @Seeded
    void forwardsAFrameOnceHoweverOftenItComes(SimMesh sim) {
        RelayMesh world = connected(sim);
        Trap frames =
                Trap.watching(
                        sim.network(),
                        datagram ->
                                datagram.to().equals(world.relay.endpoint())
                                        && datagram.content().length() > Header.LENGTH
                                        && datagram.content().at(0) == 0x11
                                        && datagram.content().at(1) == MessageType.MESSAGE_RELAY);
        long sent = world.a.sendTo(world.b, "once");
        world.mesh.runUntil(world.b.sim().received(sent), SECOND);
        long out = entries(world.relay, world.b).getFirst().packets().packetsOut();

        for (int i = 0; i < 5; i++) {
            sim.network().replay(frames.caught().getFirst());
        }
        world.mesh.runFor(Duration.ofMillis(100));

        assertThat(entries(world.relay, world.b).getFirst().packets().packetsOut()).isEqualTo(out);
        assertThat(
                        world.relay
                                .node()
                                .node()
                                .stats()
                                .count(Direction.INBOUND, PacketOutcome.RELAY_REPLAYED))
                .isEqualTo(5);
    }

    /** R09. */
    @Seeded
    void findsAnEntryOnANonPrimarySession(SimMesh sim) {
        RelayMesh world = connected(sim);

        world.a.node().handshakeWith(world.relay.address());
        world.mesh.runUntil(world.a.hasTunnelsTo(world.relay, 2), SECOND);
        assertThat(entries(world.a, world.relay))
                .singleElement()
                .matches(e -> e.tunnel() != world.a.primaryTo(world.relay));
        world.mesh.exchange(world.a, world.b, SECOND);
        world.a.node().handshakeWith(world.b.address());

        world.mesh.runUntil(world.a.hasTunnelsTo(world.b, 2), SECOND);
        world.mesh.exchange(world.a, world.b, SECOND);
        assertThat(entries(world.a, world.relay)).hasSize(1);
    }

    /**
     * The keys of the outer packet are the relay's: a packet inside does not move the tunnel to the
     * relay's address.
     */
    @Seeded
    void neverTakesTheRelaysAddressForThePeers(SimMesh sim) {
        RelayMesh world = connected(sim);
        world.mesh.keepTalking(world.a, world.b, Duration.ofMillis(100), 20);

        assertThat(world.a.sim().events(TunnelEvent.Roamed.class)).isEmpty();
        assertThat(world.b.sim().events(TunnelEvent.Roamed.class)).isEmpty();
        assertThat(Objects.requireNonNull(world.a.primaryTo(world.b)).remote()).isNull();
    }

    /** wire.md 7.4: an authentic packet that comes straight ends relaying. */
    @Seeded
    void goesStraightOnceAPacketComesStraight(SimMesh sim) {
        RelayMesh world = connected(sim);
        sim.network().heal(world.a.sim(), world.b.sim());
        world.a.knows(world.b).reload();
        world.mesh.runFor(Duration.ofMillis(10));

        world.a.node().probe(world.b.address(), world.b.endpoint());
        world.mesh.runUntil(
                world.a.primaryTo(world.b, "is direct", t -> t.remote() != null), SECOND);

        world.mesh.runUntil(
                world.b.primaryTo(world.a, "is direct", t -> t.remote() != null), SECOND);
        world.mesh.exchange(world.a, world.b, SECOND);
    }

    /** R13. */
    @Seeded
    void tellsOfRelaysAtInfoOnlyWhenTheyChanged(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim);
        world.relay.section("relay", "{am_relay: false}");
        world.start();

        world.a.sendTo(world.b, "never");
        world.mesh.runFor(Duration.ofSeconds(6));

        List<RelayEvent.Attempted> told = world.a.sim().events(RelayEvent.Attempted.class);
        assertThat(told.size()).isGreaterThan(5);
        assertThat(told).filteredOn(event -> event.level() == MeshEvent.Level.INFO).hasSize(1);
    }

    /** A peer that is told need not find out by silence. */
    @Seeded
    void tellsRelayedPeersThatItEnds(SimMesh sim) {
        RelayMesh world = connected(sim);

        world.a.sim().stop();
        world.mesh.runFor(SECOND);

        assertThat(world.b.tunnelsTo(world.a)).isEmpty();
    }

    /** By its overlay address, which budgets for message 1 through a relay count by. */
    @Seeded
    void takesARelayedPeerForProven(SimMesh sim) {
        RelayMesh world = connected(sim);

        assertThat(world.b.node().node().control().handshakes().knownPrefixes().entries())
                .extracting(KnownPrefixes.Entry::prefix)
                .contains(world.a.address());
    }

    /** The change of certificate makes new sessions, to which entries in use would move. */
    @Seeded
    void forwardsNothingAnyMoreOnceItIsNoRelay(SimMesh sim) {
        RelayMesh world = connected(sim);

        world.relay.section("relay", "{am_relay: false}").groups("engineers").reload();
        for (int i = 0; i < 400; i++) {
            world.a.sendTo(world.b, "on and on");
            world.mesh.runFor(Duration.ofMillis(100));
        }

        for (MeshHost end : List.of(world.a, world.b)) {
            assertThat(end.tunnelsTo(world.relay)).singleElement().matches(MeshHost::isEngineer);
            assertThat(entries(world.relay, end)).noneMatch(RelayEntry::isUsable);
        }
    }

    private static RelayMesh connected(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim).start();
        world.mesh.exchange(world.a, world.b, FIRST);
        world.mesh.keepTalking(world.a, world.b, Duration.ofMillis(100), 3);
        return world;
    }
}
