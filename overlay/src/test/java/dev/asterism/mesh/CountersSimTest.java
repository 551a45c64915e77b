package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.handshake.HandshakeCounters;
import dev.asterism.overlay.node.CountedMessage;
import dev.asterism.overlay.node.MessageTally;
import dev.asterism.overlay.node.NodeTotals;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;

/** What metrics read: handshakes by result, messages by type, tunnels by state. */
class CountersSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Seeded
    void bothEndsCountAHandshake(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        a.sendTo(b, "first");
        mesh.runUntil(a.hasTunnelsTo(b, 1), SECOND);
        mesh.runFor(SECOND);

        HandshakeCounters began = handshakes(a);
        assertThat(began.initiated()).isEqualTo(1);
        assertThat(began.completed()).isEqualTo(1);
        assertThat(began.timedOut()).isZero();
        assertThat(began.waitingSent()).isEqualTo(1);
        assertThat(began.durations().snapshot().count()).isEqualTo(1);
        assertThat(began.durations().snapshot().recent().getFirst())
                .isBetween(1L, SECOND.toNanos());
        HandshakeCounters answered = handshakes(b);
        assertThat(answered.initiated()).isZero();
        assertThat(answered.answered()).isEqualTo(1);
        assertThat(answered.confirmed()).isEqualTo(1);

        assertThat(messages(a).sent(CountedMessage.HANDSHAKE))
                .isEqualTo(messages(b).received(CountedMessage.HANDSHAKE))
                .isEqualTo(1);
        assertThat(messages(b).sent(CountedMessage.HANDSHAKE)).isEqualTo(1);
        NodeTotals totals = a.node().node().totals();
        assertThat(totals.primary()).isEqualTo(1);
        assertThat(totals.tunnels()).isEqualTo(1);
        assertThat(totals.addresses()).isEqualTo(1);
        assertThat(totals.remoteIndexes()).isEqualTo(1);
        assertThat(totals.pendingHosts()).isZero();
        assertThat(totals.lossCounts()).startsWith(1).hasSize(NodeTotals.lossBounds().length + 1);
    }

    @Seeded
    void aHandshakeThatNobodyAnswersTimesOut(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost b = mesh.host("b");
        MeshHost a = mesh.host("a").knows(b).start();
        mesh.network().cut(a.sim(), b.sim());

        a.sendTo(b, "lost");
        mesh.runFor(SECOND);
        assertThat(a.node().node().totals().pendingHosts()).isEqualTo(1);
        assertThat(a.node().node().totals().pendingIndexes()).isEqualTo(1);
        mesh.runFor(SECOND.multipliedBy(30));

        assertThat(handshakes(a).timedOut()).isEqualTo(1);
        assertThat(handshakes(a).completed()).isZero();
        assertThat(a.node().node().totals().pendingHosts()).isZero();
        assertThat(a.node().node().stats().count(Direction.OUTBOUND, PacketOutcome.QUEUED))
                .as("the packet waited")
                .isEqualTo(1);
        assertThat(a.node().node().stats().count(Direction.OUTBOUND, PacketOutcome.NO_TUNNEL))
                .as("in vain")
                .isEqualTo(1);
    }

    @Seeded
    void lostPacketsAreRememberedWhenTheirTunnelIsGone(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        long before = b.node().node().totals().gaps().lost();
        b.node().node().shutDown();

        assertThat(b.node().node().totals().tunnels()).isZero();
        assertThat(b.node().node().totals().gaps().lost()).isEqualTo(before);
        mesh.runFor(SECOND);
        assertThat(messages(a).received(CountedMessage.CLOSE_TUNNEL)).isPositive();
        assertThat(messages(b).sent(CountedMessage.CLOSE_TUNNEL))
                .isEqualTo(messages(a).received(CountedMessage.CLOSE_TUNNEL));
    }

    private static HandshakeCounters handshakes(MeshHost host) {
        return host.node().node().control().handshakes().counters();
    }

    private static MessageTally messages(MeshHost host) {
        return host.node().node().messages();
    }
}
