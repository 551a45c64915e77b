package dev.asterism.mesh;

import static dev.asterism.mesh.RelayMesh.entries;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.relay.RelayEvent;
import dev.asterism.overlay.relay.RelayMessage;
import dev.asterism.overlay.relay.RelayRefusal;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/** What a relay and an end do not follow (conformance.md A2, C). */
class RelayRefusalSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration FIRST = Duration.ofSeconds(2);

    /** R10. */
    @Seeded
    void survivesRequestsFromItselfAndMessagesWithoutSense(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim).start();
        world.mesh.connect(world.a, world.relay);

        send(world, request(world.relay.address(), world.b.address()));
        send(world, HexFormat.of().parseHex("0801"));
        send(world, HexFormat.of().parseHex("08011084868808"));
        send(world, HexFormat.of().parseHex("0801ff"));
        send(
                world,
                new RelayMessage(
                                RelayMessage.Kind.RESPONSE,
                                RelayMessage.Form.V1,
                                77,
                                78,
                                world.a.address(),
                                world.b.address())
                        .encode());
        world.mesh.runFor(SECOND);

        assertThat(world.relay.sim().events(RelayEvent.Refused.class))
                .extracting(RelayEvent.Refused::reason)
                .containsExactly(
                        RelayRefusal.FROM_OURSELVES,
                        RelayRefusal.MALFORMED,
                        RelayRefusal.MALFORMED,
                        RelayRefusal.MALFORMED,
                        RelayRefusal.UNKNOWN_INDEX);
        assertThat(entries(world.relay, world.a)).isEmpty();
        world.mesh.exchange(world.a, world.b, FIRST);
    }

    /** R11. */
    @Seeded
    void ignoresRequestsWhenItIsNoRelay(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim);
        world.relay.section("relay", "{am_relay: false}");
        world.start();
        world.mesh.connect(world.relay, world.b);

        long never = world.a.sendTo(world.b, "never");
        world.mesh.runFor(Duration.ofSeconds(5));

        assertThat(world.b.sim().received(never).holds()).isFalse();
        assertThat(entries(world.relay, world.a)).isEmpty();
        assertThat(world.relay.sim().events(RelayEvent.Refused.class))
                .isNotEmpty()
                .allMatch(event -> event.reason() == RelayRefusal.NOT_A_RELAY);
    }

    /** R12. */
    @Seeded
    void doesNotRelayToWhomItReachesThroughARelayItself(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim);
        MeshHost second = world.mesh.host("second").section("relay", "{am_relay: true}");
        second.knows(world.relay);
        second.knows(world.b);
        world.relay.knows(second);
        world.b.knows(second);
        world.reachedThrough(world.relay, second);
        sim.network().cut(world.b.sim(), world.relay.sim());
        world.start();
        long first = world.b.sendTo(world.relay, "through the second");
        world.mesh.runUntil(world.relay.sim().received(first), FIRST);

        long never = world.a.sendTo(world.b, "never");
        world.mesh.runFor(Duration.ofSeconds(5));

        assertThat(world.b.sim().received(never).holds()).isFalse();
        assertThat(entries(world.relay, world.a)).isEmpty();
        assertThat(world.relay.sim().events(RelayEvent.Refused.class))
                .isNotEmpty()
                .allMatch(event -> event.reason() == RelayRefusal.NO_DIRECT_PATH);
        assertThat(world.relay.node().node().relays().size()).isEqualTo(1);
    }

    /** N01. */
    @Seeded
    void discardsARequestInTheNameOfAnotherHost(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim);
        MeshHost victim = world.end("victim");
        world.start();
        world.mesh.connect(world.a, world.relay);
        world.mesh.connect(world.b, world.relay);

        send(world, request(victim.address(), world.b.address()));
        world.mesh.runFor(SECOND);

        assertThat(world.relay.sim().events(RelayEvent.Refused.class))
                .extracting(RelayEvent.Refused::reason)
                .containsExactly(RelayRefusal.FROM_IS_NOT_THE_SENDER);
        assertThat(world.relay.node().node().relays().size()).isZero();
        assertThat(entries(world.b, world.relay)).isEmpty();
    }

    /** A member that asks for a thousand hosts makes the relay look for a few of them, and nobody else suffers. */
    @Seeded
    void looksForFewOfTheHostsThatOneMemberAsksFor(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim);
        MeshHost honest = world.end("honest");
        sim.network().cut(honest.sim(), world.b.sim());
        world.start();
        world.mesh.connect(world.a, world.relay);

        for (int i = 0; i < 1_000; i++) {
            send(world, request(world.a.address(), Ip.ofIpv4(0x0A2A1000 + i)));
            world.mesh.runFor(Duration.ofMillis(1));
        }
        world.mesh.runFor(SECOND);

        assertThat(world.relay.node().node().control().handshakes().pendingHosts())
                .isBetween(20, 40);
        world.mesh.exchange(honest, world.b, FIRST);
    }

    /** The requests of one pair that a relay passes on. */
    @Seeded
    void passesOnFewRequestsOfAPairThatAsksTooOften(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim).start();
        world.mesh.connect(world.a, world.relay);
        world.mesh.connect(world.b, world.relay);

        byte[] request = request(world.a.address(), world.b.address());
        world.a.node().flood(world.relay.address(), MessageType.CONTROL, request, 400);
        world.mesh.runFor(SECOND);

        int passedOn = world.relay.sim().events(RelayEvent.Requested.class).size();
        List<RelayEvent.Refused> refused = world.relay.sim().events(RelayEvent.Refused.class);
        long limited =
                world.relay
                        .node()
                        .node()
                        .stats()
                        .count(Direction.INBOUND, PacketOutcome.RATE_LIMITED);
        assertThat(passedOn).isBetween(15, 30);
        assertThat(refused)
                .isNotEmpty()
                .allMatch(event -> event.reason() == RelayRefusal.PAIR_TOO_OFTEN)
                .allMatch(event -> event.relayFrom().equals(world.a.address()));
        assertThat(passedOn + refused.size() + limited).as("each ended one way").isEqualTo(400);
    }

    /** Who is a relay no longer forwards nothing any more. */
    @Seeded
    void stopsForwardingAtAReload(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim).start();
        world.mesh.exchange(world.a, world.b, FIRST);
        world.mesh.exchange(world.a, world.b, SECOND);

        world.relay.section("relay", "{am_relay: false}").reload();
        world.mesh.runFor(Duration.ofMillis(10));
        long never = world.a.sendTo(world.b, "never");
        world.mesh.runFor(Duration.ofSeconds(3));

        assertThat(world.b.sim().received(never).holds()).isFalse();
    }

    private static byte[] request(Ip from, Ip to) {
        return new RelayMessage(RelayMessage.Kind.REQUEST, RelayMessage.Form.V1, 4711, 0, from, to)
                .encode();
    }

    private static void send(RelayMesh world, byte[] message) {
        world.a.node().flood(world.relay.address(), MessageType.CONTROL, message, 1);
    }
}
