package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;

/** A host that stood still, as a laptop asleep or a stopped process, while its peer gave their session up. */
class PausedHostSimTest {

    private static final Duration STEP = Duration.ofMillis(10);

    /** F08 and F34b. There is no doubt to clear up first: a packet, its recv_error, a handshake, a packet. */
    @Seeded
    void beginsAHandshakeAtTheFirstRecvErrorAfterAPause(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost sleeper = mesh.host("sleeper");
        MeshHost peer = mesh.host("peer");
        mesh.startAcquainted(sleeper, peer);
        mesh.connect(sleeper, peer);

        sleeper.sim().pause();
        mesh.runFor(Duration.ofSeconds(20));
        peer.loseState();
        mesh.runFor(Duration.ofMillis(100));
        sleeper.sim().resume();

        assertThat(millisUntilReceived(mesh, sleeper, peer)).isLessThan(100);
    }

    /** Whoever was awake asks the peer first, as anybody can say that a session is lost. */
    @Seeded
    void asksFirstWhenItHasNotPaused(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost ours = mesh.host("ours");
        MeshHost peer = mesh.host("peer");
        mesh.startAcquainted(ours, peer);
        mesh.connect(ours, peer);

        mesh.runFor(Duration.ofSeconds(20));
        peer.loseState();
        mesh.runFor(Duration.ofMillis(100));

        assertThat(millisUntilReceived(mesh, ours, peer)).isBetween(120L, 300L);
    }

    /**
     * F08: the peer has looked for the sleeper three times meanwhile, at seven seconds each. A stock host answers each
     * message 1 that it finds when it wakes up, and sends by the session that it made last.
     */
    @Seeded
    void aHostThatWakesUpElsewhereMakesNoSessionThatItsPeerHasForgotten(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost sleeper = mesh.host("sleeper");
        MeshHost peer = mesh.host("peer");
        mesh.startAcquainted(sleeper, peer);
        mesh.connect(sleeper, peer);
        ProbeFlow out = new ProbeFlow(mesh, sleeper, peer);
        ProbeFlow back = new ProbeFlow(mesh, peer, sleeper);
        ProbeFlow.run(out, back, Duration.ofSeconds(1));
        int before = peer.tunnelsTo(sleeper).size();

        sleeper.sim().pause();
        ProbeFlow.run(out, back, Duration.ofSeconds(20));
        sleeper.at("192.0.2.77");
        sleeper.sim().resume();
        mesh.runFor(Duration.ofMillis(20));

        assertThat(before).isEqualTo(1);
        assertThat(sleeper.tunnelsTo(peer))
                .as("the one from before, which the peer has given up, and one more")
                .hasSize(2)
                .filteredOn(tunnel -> knows(peer, tunnel))
                .hasSize(1);
    }

    /** Whether the other end has the session as well. */
    private static boolean knows(MeshHost peer, Tunnel tunnel) {
        return peer.node().node().tunnels().byIndex(tunnel.session().remoteIndex()) != null;
    }

    private static long millisUntilReceived(Mesh mesh, MeshHost from, MeshHost to) {
        int before = to.sim().deliveries().size();
        long millis = 0;
        while (to.sim().deliveries().size() == before && millis < 2_000) {
            from.sendTo(to, "again");
            mesh.runFor(STEP);
            millis += STEP.toMillis();
        }
        return millis;
    }
}
