package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimLink;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.Trap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A peer that has forgotten a session begins another one, as stock Nebula does at a forged recv_error (F23d) and
 * everybody does after a restart; and what it costs when somebody only pretends that.
 */
class DoubtedSessionSimTest {

    private static final Duration ONE_WAY = Duration.ofMillis(25);
    private static final Duration MILLI = Duration.ofMillis(1);

    /** F23d: packets are not to be lost for one more round trip, until the peer's first packet comes. */
    @Seeded
    void losesNothingMoreOnceAPeerThatForgotTheSessionAsksForAnother(SimMesh sim) {
        Mesh mesh = farApart(sim);
        MeshHost ours = mesh.host("ours");
        MeshHost stock = mesh.host("stock");
        mesh.startAcquainted(ours, stock);
        mesh.connect(ours, stock);

        stock.loseState();
        List<Long> after = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            boolean asked = ours.tunnelsTo(stock).size() > 1;
            long probe = ours.sendTo(stock, "flow");
            if (asked) {
                after.add(probe);
            }
            stock.sendTo(ours, "flow");
            mesh.runFor(MILLI);
        }
        mesh.runFor(Duration.ofSeconds(1));

        assertThat(after).hasSizeGreaterThan(300);
        assertThat(arrived(stock)).containsAll(after).doesNotHaveDuplicates();
    }

    /** The peer's message 1 may be on the way when its recv_error comes, or the other way round. */
    @Seeded
    void losesNothingMoreWhenTheRecvErrorComesLater(SimMesh sim) {
        Mesh mesh = farApart(sim);
        MeshHost ours = mesh.host("ours");
        MeshHost stock = mesh.host("stock");
        mesh.startAcquainted(ours, stock);
        mesh.connect(ours, stock);

        stock.loseState();
        stock.sendTo(ours, "first");
        mesh.runUntil(ours.hasTunnelsTo(stock, 2), Duration.ofSeconds(1));
        List<Long> probes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            probes.add(ours.sendTo(stock, "flow"));
            mesh.runFor(Duration.ofMillis(10));
        }
        mesh.runFor(Duration.ofSeconds(1));

        assertThat(arrived(stock)).containsAll(probes).doesNotHaveDuplicates();
    }

    /**
     * F23d of a peer that has an older session besides the one that it was made to close: it goes on by that one and
     * begins no handshake.
     */
    @Seeded
    void followsAPeerThatGoesBackToAnOlderSession(SimMesh sim) {
        Mesh mesh = farApart(sim);
        MeshHost ours = mesh.host("ours");
        MeshHost stock = mesh.host("stock");
        mesh.startAcquainted(ours, stock);
        mesh.connect(ours, stock);
        Tunnel older = Objects.requireNonNull(stock.primaryTo(ours));
        connectAnew(mesh, stock, ours);
        talkEachMilli(mesh, ours, stock, 200);
        Tunnel newer = Objects.requireNonNull(stock.primaryTo(ours));
        assertThat(newer).isNotSameAs(older);

        stock.node().node().tunnels().remove(newer);
        List<Long> probes = talkEachMilli(mesh, ours, stock, 500);
        mesh.runFor(Duration.ofSeconds(1));

        // What is on the way when the session goes, and what is sent until its recv_error comes: a
        // round trip.
        assertThat(arrived(stock))
                .containsAll(probes.subList(75, probes.size()))
                .doesNotHaveDuplicates();
        assertThat(stock.tunnelsTo(ours)).hasSize(1);
    }

    /** Nobody is led to an older session by a recv_error that says so, when the peer uses the newer one. */
    @Seeded
    void aForgedRecvErrorDoesNotLeadBackToAnOlderSession(SimMesh sim) {
        Mesh mesh = farApart(sim);
        MeshHost ours = mesh.host("ours");
        MeshHost peer = mesh.host("peer");
        mesh.startAcquainted(ours, peer);
        mesh.connect(ours, peer);
        connectAnew(mesh, peer, ours);
        talkEachMilli(mesh, ours, peer, 200);
        Tunnel newer = Objects.requireNonNull(ours.primaryTo(peer));

        for (int i = 0; i < 20; i++) {
            forgeRecvError(sim, peer, ours, newer);
            talkEachMilli(mesh, ours, peer, 50);
        }

        assertThat(ours.primaryTo(peer)).isSameAs(newer);
        assertThat(ours.tunnelsTo(peer)).hasSize(2);
    }

    /** A peer up to 1.6 has forgotten the older session by then, though its last packets came by that. */
    @Seeded
    void aForgedRecvErrorDoesNotLeadBackFromASessionThatHasJustBeenMade(SimMesh sim) {
        Mesh mesh = farApart(sim);
        MeshHost ours = mesh.host("ours");
        MeshHost peer = mesh.host("peer");
        mesh.startAcquainted(ours, peer);
        mesh.connect(ours, peer);
        talkEachMilli(mesh, ours, peer, 100);
        connectAnew(mesh, ours, peer);
        Tunnel newer = Objects.requireNonNull(ours.primaryTo(peer));

        forgeRecvError(sim, peer, ours, newer);
        mesh.runFor(ONE_WAY.plus(Duration.ofMillis(5)));

        assertThat(ours.primaryTo(peer)).isSameAs(newer);
    }

    /** V15 and F22f at once: the peer has the session, and nobody has the one of the recorded message 1. */
    @Seeded
    void aRecordedMessage1WithAForgedRecvErrorLosesAndRepeatsNothing(SimMesh sim) {
        Mesh mesh = farApart(sim);
        MeshHost ours = mesh.host("ours");
        MeshHost peer = mesh.host("peer");
        Trap recorded =
                Trap.holding(
                        sim.network(),
                        d -> d.sender().equals(peer.name()) && d.isHandshakeMessage(1));
        mesh.startAcquainted(ours, peer);
        peer.sendTo(ours, "recorded");
        mesh.runUntil(recorded.hasCaught(1), Duration.ofSeconds(1));
        peer.loseState();
        recorded.open();
        mesh.connect(ours, peer);
        Tunnel living = Objects.requireNonNull(ours.primaryTo(peer));
        List<Long> probes = new ArrayList<>();

        for (int i = 0; i < 2_000; i++) {
            if (i == 50) {
                recorded.pass(0);
            }
            if (i % 100 == 60) {
                forgeRecvError(sim, peer, ours, living);
            }
            probes.add(ours.sendTo(peer, "flow"));
            mesh.runFor(MILLI);
        }
        mesh.runFor(Duration.ofSeconds(1));

        assertThat(ours.primaryTo(peer)).isSameAs(living);
        assertThat(arrived(peer)).containsAll(probes).doesNotHaveDuplicates();
    }

    /** The first one begins another handshake, so that it has two sessions with the other. */
    private static void connectAnew(Mesh mesh, MeshHost from, MeshHost to) {
        from.node().handshakeWith(to.address());
        mesh.runUntil(from.hasTunnelsTo(to, 2), Duration.ofSeconds(1));
    }

    /** Somebody else says in the peer's name that it has no such session. */
    private static void forgeRecvError(SimMesh sim, MeshHost peer, MeshHost ours, Tunnel denied) {
        int index = denied.session().remoteIndex();
        sim.network()
                .inject(
                        peer.endpoint(),
                        ours.endpoint(),
                        ForgedDatagrams.of(MessageType.RECV_ERROR, 0, index, 0, 0));
    }

    private static List<Long> talkEachMilli(Mesh mesh, MeshHost ours, MeshHost peer, int millis) {
        List<Long> probes = new ArrayList<>();
        for (int i = 0; i < millis; i++) {
            probes.add(ours.sendTo(peer, "flow"));
            peer.sendTo(ours, "flow");
            mesh.runFor(MILLI);
        }
        return probes;
    }

    private static Mesh farApart(SimMesh sim) {
        sim.network().wideArea(SimLink.WIDE_AREA.withLatency(ONE_WAY));
        return new Mesh(sim);
    }

    private static List<Long> arrived(MeshHost host) {
        return host.sim().deliveries().stream().map(delivery -> delivery.probe()).toList();
    }
}
