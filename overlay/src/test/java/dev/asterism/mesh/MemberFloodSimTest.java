package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.node.TunnelEvent;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;

/** A member that keeps the control plane of a peer busy. */
class MemberFloodSimTest {

    private static final int BURST = 100;
    private static final int FLOOD = 100 * BURST;
    private static final Duration SOON = Duration.ofMillis(200);

    @Seeded
    void doesNotKeepOthersFromHandshakesNorTheOperatorFromAReload(SimMesh sim) {
        for (MessageType type :
                new MessageType[] {MessageType.LIGHTHOUSE, MessageType.TEST, MessageType.CONTROL}) {
            Mesh mesh = new Mesh(sim);
            MeshHost flooder = mesh.host("flooder " + type);
            MeshHost b = mesh.host("b " + type);
            MeshHost c = mesh.host("c " + type).knows(b);
            flooder.knows(b);
            mesh.startAll();
            mesh.connect(flooder, b);

            flood(mesh, flooder, b, type, 40);
            b.section("listen", "{host: 0.0.0.0, port: 4242, send_recv_error: never}");
            b.reload();
            long greeting = c.sendTo(b, "greeting");
            mesh.runUntil(b.sim().received(greeting), SOON);

            mesh.exchange(b, c, SOON);
            assertThat(b.node().node().snapshot().config().listen().sendRecvError().name())
                    .isEqualTo("NEVER");
            assertThat(b.node().node().commands().refused()).isZero();
            assertThat(b.node().node().stats().count(Direction.INBOUND, PacketOutcome.RATE_LIMITED))
                    .isGreaterThan(FLOOD / 2);
        }
    }

    /** A tunnel that its peer closes again and again is closed once. */
    @Seeded
    void ofCloseMessagesClosesItsOwnTunnelOnly(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost flooder = mesh.host("flooder");
        MeshHost b = mesh.host("b");
        MeshHost c = mesh.host("c").knows(b);
        flooder.knows(b);
        mesh.startAll();
        mesh.connect(flooder, b);
        mesh.connect(c, b);

        flood(mesh, flooder, b, MessageType.CLOSE_TUNNEL, 0);
        mesh.keepTalking(c, b, SOON, 5);

        assertThat(b.sim().events(TunnelEvent.Removed.class)).isNotEmpty();
        assertThat(b.tunnelsTo(c)).hasSize(1);
    }

    /** As fast as a receive buffer takes it. */
    private static void flood(
            Mesh mesh, MeshHost flooder, MeshHost target, MessageType type, int length) {
        for (int sent = 0; sent < FLOOD; sent += BURST) {
            flooder.node().flood(target.address(), type, new byte[length], BURST);
            mesh.runFor(Duration.ofMillis(1));
        }
    }
}
