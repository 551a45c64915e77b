package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.relay.RelayEntry;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;

/** A preferred relay that does not carry our packets, and one that the entry asks to be reached through itself. */
class PinnedRelaySimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** The peer sends straight, so that nothing but an answer says that ours do not arrive. */
    @Seeded
    void goesStraightWhenThePreferredRelayHasLostThePeer(SimMesh sim) {
        RelayMesh world = pair(sim);
        world.a.section("asterism", "{paths: {b: {prefer: relay relay}}}");
        ProbeFlow there = new ProbeFlow(world.mesh, world.a, world.b);
        ProbeFlow back = new ProbeFlow(world.mesh, world.b, world.a);
        world.start().connectRelay();
        ProbeFlow.run(there, back, Duration.ofMinutes(2));
        assertThat(RelayMesh.relayOf(world.a.primaryTo(world.b))).isEqualTo(world.relay.address());

        sim.network().cut(world.b.sim(), world.relay.sim());
        there.mark();
        back.mark();
        ProbeFlow.run(there, back, Duration.ofSeconds(60));

        assertThat(there.longestSilence()).isLessThan(Duration.ofSeconds(5));
        assertThat(back.longestSilence()).isLessThan(Duration.ofSeconds(5));

        sim.network().heal(world.b.sim(), world.relay.sim());
        ProbeFlow.run(
                new ProbeFlow(world.mesh, world.b, world.relay), there, Duration.ofSeconds(20));
        ProbeFlow.run(there, back, Duration.ofSeconds(75));
        assertThat(RelayMesh.relayOf(world.a.primaryTo(world.b))).isEqualTo(world.relay.address());
    }

    /** As a stock peer does, which answers by its own path. */
    @Seeded
    void takesAnAnswerByAnotherPathForOne(SimMesh sim) {
        RelayMesh world = pair(sim);
        world.a.section("asterism", "{paths: {b: {prefer: relay relay}}}");
        world.b.section("asterism", "{paths: {a: {never: relay}}}"); // so it answers straight
        ProbeFlow there = new ProbeFlow(world.mesh, world.a, world.b);
        ProbeFlow back = new ProbeFlow(world.mesh, world.b, world.a);
        world.start().connectRelay();
        ProbeFlow.run(there, back, Duration.ofSeconds(80));
        assertThat(RelayMesh.relayOf(world.a.primaryTo(world.b))).isEqualTo(world.relay.address());
        Tunnel before = world.a.primaryTo(world.b);
        long[] message1 = new long[1];
        sim.network()
                .intercept(
                        (datagram, onward) -> {
                            boolean ours = datagram.sender().equals("a");
                            boolean handshake = datagram.type() == MessageType.HANDSHAKE;
                            message1[0] += ours && handshake ? 1 : 0;
                            onward.accept(datagram);
                        });

        ProbeFlow.run(there, back, Duration.ofSeconds(30));

        assertThat(message1[0]).isZero();
        assertThat(world.a.primaryTo(world.b)).isSameAs(before);
        assertThat(RelayMesh.relayOf(before)).isEqualTo(world.relay.address());
    }

    /** The entry is for a group that the relay is in as well. */
    @Seeded
    void doesNotLeadARelaysOwnTunnelThroughIt(SimMesh sim) {
        RelayMesh world = pair(sim);
        world.relay.groups("office");
        world.b.groups("office");
        world.a.section(
                "asterism",
                "{paths: {\"group:office\": {prefer: relay " + world.relay.address() + "}}}");
        world.start().connectRelay();
        ProbeFlow toRelay = new ProbeFlow(world.mesh, world.a, world.relay);
        ProbeFlow there = new ProbeFlow(world.mesh, world.a, world.b);

        for (int round = 0; round < 30; round++) {
            ProbeFlow.run(toRelay, there, SECOND);
            Tunnel own = world.a.primaryTo(world.relay);
            assertThat(own != null && own.path() instanceof Path.Direct).isTrue();
        }
        world.mesh.runFor(SECOND);

        assertThat(toRelay.lost()).isZero();
        assertThat(RelayMesh.entries(world.a, world.relay))
                .extracting(RelayEntry::peer)
                .containsOnly(world.b.address());
        assertThat(RelayMesh.relayOf(world.a.primaryTo(world.b))).isEqualTo(world.relay.address());
    }

    /** Two hosts whose direct path works, and a relay. */
    private static RelayMesh pair(SimMesh sim) {
        return new RelayMesh(sim).acquainted().withDirectPath();
    }
}
