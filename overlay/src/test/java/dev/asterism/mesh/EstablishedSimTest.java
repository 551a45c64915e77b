package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.node.TunnelEvent;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.Condition;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.Trap;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** A tunnel is called established when the other end has proven to be there, once at each end. */
class EstablishedSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Seeded
    void theInitiatorSaysItWithMessage2AndTheResponderWithTheFirstPacket(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Trap answers =
                Trap.holding(sim.network(), d -> d.sender().equals("b") && d.isHandshakeMessage(2));
        Trap packets =
                Trap.holding(
                        sim.network(),
                        d -> d.sender().equals("a") && d.type() == MessageType.MESSAGE);
        mesh.startAcquainted(a, b);

        long[] probes = IntStream.range(0, 20).mapToLong(_ -> a.sendTo(b, "waiting")).toArray();
        mesh.runUntil(answers.hasCaught(1), SECOND);
        assertThat(established(a)).isEmpty();
        assertThat(established(b)).as("anybody can have sent message 1").isEmpty();
        assertThat(b.sim().events(TunnelEvent.Answered.class)).hasSize(1);

        answers.pass(0);
        answers.open();
        mesh.runUntil(packets.hasCaught(probes.length), SECOND);
        assertThat(established(a)).singleElement().matches(TunnelEvent.Established::initiator);
        assertThat(established(b)).as("message 2 may have been lost").isEmpty();
        assertThat(b.tunnelsTo(a)).noneMatch(Tunnel::isConfirmed);

        for (int i = 0; i < probes.length; i++) {
            packets.pass(i);
        }
        packets.open();
        mesh.runUntil(b.sim().received(probes[probes.length - 1]), SECOND);
        mesh.runUntil(isConfirmed(b, a), SECOND);
        assertThat(established(b)).singleElement().matches(one -> !one.initiator());

        mesh.keepTalking(a, b, SECOND, 10);
        assertThat(established(a)).hasSize(1);
        assertThat(established(b)).hasSize(1);
        for (TunnelEvent.Established one :
                List.of(established(a).getFirst(), established(b).getFirst())) {
            assertThat(one.level()).isEqualTo(MeshEvent.Level.INFO);
            assertThat(one.udpAddr()).isNotNull();
        }
    }

    /** Message 1 and message 2 more than once, as a lossy way makes them, and as anybody can who has seen them. */
    @Seeded
    void repeatedMessagesDoNotSayItAgain(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Trap requests = Trap.watching(sim.network(), d -> d.isHandshakeMessage(1));
        Trap answers = Trap.holding(sim.network(), d -> d.isHandshakeMessage(2));
        mesh.startAcquainted(a, b);

        long probe = a.sendTo(b, "waiting");
        mesh.runUntil(requests.hasCaught(2).and(answers.hasCaught(1)), SECOND);
        answers.open();
        answers.pass(0);
        answers.pass(0);
        mesh.runUntil(b.sim().received(probe), SECOND);
        mesh.runUntil(isConfirmed(b, a), SECOND);
        requests.caught().forEach(sim.network()::replay);
        answers.caught().forEach(sim.network()::replay);
        mesh.keepTalking(a, b, SECOND, 5);

        assertThat(established(a)).hasSize(1);
        assertThat(established(b)).hasSize(1);
        assertThat(b.sim().events(TunnelEvent.Answered.class)).hasSize(1);
    }

    private static Condition isConfirmed(MeshHost host, MeshHost peer) {
        return host.primaryTo(peer, "is confirmed", Tunnel::isConfirmed);
    }

    private static List<TunnelEvent.Established> established(MeshHost host) {
        return host.sim().events(TunnelEvent.Established.class);
    }
}
