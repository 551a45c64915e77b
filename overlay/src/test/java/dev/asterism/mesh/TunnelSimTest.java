package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.handshake.HandshakeEvent;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.node.RemovalReason;
import dev.asterism.overlay.node.TunnelEvent;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimHost;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.Trap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Tunnels that meet, die, are replaced and lead to the wrong host (spec conformance.md A1). */
class TunnelSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** E03, E05: with packets that wait. */
    @Seeded
    void leavesAWrongHostThatALighthouseNamed(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a").start();
        MeshHost b = mesh.host("b").start();
        MeshHost evil = mesh.host("evil").start();
        Trap closes = Trap.watching(sim.network(), d -> d.type() == MessageType.CLOSE_TUNNEL);

        a.learns(b, evil.endpoint());
        List<Long> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(a.sendTo(b, "waiting"));
        }
        mesh.runUntil(a.sim().emitted(HandshakeEvent.WrongHost.class), SECOND);
        a.learns(b, b.endpoint(), evil.endpoint());

        for (long probe : waiting) {
            mesh.runUntil(b.sim().received(probe), SECOND.multipliedBy(5));
        }
        mesh.runFor(SECOND);
        assertThat(a.sim().events(HandshakeEvent.WrongHost.class)).hasSize(1);
        assertThat(closes.caught()).hasSize(1);
        assertThat(a.tunnelsTo(evil)).isEmpty();
        assertThat(evil.tunnelsTo(a)).isEmpty();
        assertThat(a.isPending(evil)).isFalse();
    }

    /** E04. */
    @Seeded
    void leavesAWrongHostThatStaticHostMapNames(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost b = mesh.host("b").start();
        MeshHost evil = mesh.host("evil").start();
        MeshHost a = mesh.host("a").knows(b, evil.endpoint()).start();

        long first = a.sendTo(b, "first");
        mesh.runUntil(a.sim().emitted(HandshakeEvent.WrongHost.class), SECOND);
        a.learns(b, b.endpoint());

        mesh.runUntil(b.sim().received(first), SECOND.multipliedBy(5));
        mesh.runFor(SECOND);
        assertThat(a.tunnelsTo(evil)).isEmpty();
        assertThat(evil.tunnelsTo(a)).isEmpty();
        assertThat(a.isPending(evil)).isFalse();
    }

    /** E06. */
    @Seeded
    void endsWithOneTunnelWhenBothBegin(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);

        mesh.exchange(a, b, SECOND);
        assertThat(a.tunnelsTo(b)).hasSize(2);
        assertThat(b.tunnelsTo(a)).hasSize(2);

        mesh.keepTalking(a, b, SECOND, 60);
        assertMirrored(a, b);
    }

    /** E19: their message 1, their message 2, their message 1 again. */
    @Seeded
    void knowsAMessage1AgainAmongAllTunnelsOfAPeer(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Trap requests =
                Trap.holding(sim.network(), d -> d.sender().equals("b") && d.isHandshakeMessage(1));
        Trap answers =
                Trap.holding(sim.network(), d -> d.sender().equals("b") && d.isHandshakeMessage(2));
        mesh.startAcquainted(a, b);

        a.sendTo(b, "from a");
        b.sendTo(a, "from b");
        mesh.runUntil(requests.hasCaught(1).and(answers.hasCaught(1)), SECOND);
        requests.pass(0);
        answers.pass(0);
        mesh.runFor(Duration.ofMillis(50));
        requests.pass(0);
        mesh.runFor(Duration.ofMillis(50));
        requests.open();
        answers.open();

        assertThat(a.tunnelsTo(b)).hasSize(2);
        mesh.keepTalking(a, b, SECOND, 60);
        assertMirrored(a, b);
    }

    /** E07. */
    @Seeded
    void recoversWhenTheLowerAddressForgets(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");

        recovers(mesh, a, b, a);
    }

    /** E08. */
    @Seeded
    void recoversWhenTheHigherAddressForgets(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");

        recovers(mesh, a, b, b);
    }

    private static void recovers(Mesh mesh, MeshHost a, MeshHost b, MeshHost forgetful) {
        MeshHost other = forgetful == a ? b : a;
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        Tunnel dead = other.primaryTo(forgetful);

        forgetful.loseState();
        mesh.connect(forgetful, other);

        mesh.keepTalking(a, b, SECOND, 40);
        assertThat(other.tunnelsTo(forgetful)).hasSize(1).doesNotContain(dead);
        assertMirrored(a, b);
    }

    /** The other end keeps sending and detects the loss of the tunnel by itself. */
    @Seeded
    void recoversWhenTheOneWhoForgotIsSilent(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        b.loseState();
        a.sendTo(b, "lost");
        mesh.runFor(Duration.ofMillis(600));

        mesh.exchange(a, b, Duration.ofMillis(100));
    }

    /** E22, with both ciphers. */
    @Seeded
    void echoesALongTestRequest(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        for (String cipher : List.of("aes", "chachapoly")) {
            MeshHost a =
                    mesh.host("a-" + cipher)
                            .section("cipher", cipher)
                            .section("asterism", "{path_mtu: false}");
            MeshHost b =
                    mesh.host("b-" + cipher)
                            .section("cipher", cipher)
                            .section("asterism", "{path_mtu: false}");
            mesh.startAcquainted(a, b);
            mesh.connect(a, b);
            Trap replies =
                    Trap.watching(
                            sim.network(),
                            d ->
                                    d.sender().equals(b.name())
                                            && d.type() == MessageType.TEST
                                            && d.subtype() == MessageType.TEST_REPLY);

            a.node().sendTestRequest(b.address(), new byte[100]);
            mesh.runUntil(replies.hasCaught(1), SECOND);

            assertThat(replies.caught().getFirst().content().length()).isEqualTo(16 + 100 + 16);
            assertThat(replies.caught().getFirst().to()).isEqualTo(a.endpoint());
        }
    }

    /** E23. */
    @Seeded
    void closesAnIdleTunnelAtTheShorterTimeout(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a =
                mesh.host("a").section("tunnels", "{drop_inactive: true, inactivity_timeout: 30s}");
        MeshHost b =
                mesh.host("b").section("tunnels", "{drop_inactive: true, inactivity_timeout: 10m}");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        mesh.runUntil(a.hasTunnelsTo(b, 0).and(b.hasTunnelsTo(a, 0)), MINUTE);

        assertThat(a.sim().events(TunnelEvent.Removed.class))
                .extracting(TunnelEvent.Removed::reason)
                .containsExactly(RemovalReason.INACTIVE);
        assertThat(b.sim().events(TunnelEvent.Removed.class))
                .extracting(TunnelEvent.Removed::reason)
                .containsExactly(RemovalReason.CLOSED_BY_PEER);
    }

    /** A recv_error of another lane would overtake it, and the peer would not know why the tunnel has gone. */
    @Seeded
    void saysThatATunnelEndsBeforeItDoesNotKnowItAnyMore(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        List<Integer> held = new ArrayList<>();
        sim.network()
                .intercept(
                        (datagram, onward) -> {
                            if (datagram.type() == MessageType.CLOSE_TUNNEL) {
                                held.add(a.tunnelsTo(b).size());
                            }
                            onward.accept(datagram);
                        });

        mesh.connect(a, b);
        a.node().closeTunnels(b.address());
        mesh.runUntil(b.hasTunnelsTo(a, 0), SECOND);
        mesh.connect(a, b);
        String fingerprint = b.identity().certificate().fingerprint().toString();
        a.section("pki", "{ca: ca, cert: cert, key: key, blocklist: [" + fingerprint + "]}");
        a.reload();
        mesh.runUntil(b.hasTunnelsTo(a, 0), SECOND);
        a.section("pki", "{ca: ca, cert: cert, key: key}").reload();
        mesh.connect(a, b);
        a.sim().stop();
        mesh.runUntil(b.hasTunnelsTo(a, 0), SECOND);

        assertThat(held).containsExactly(1, 1, 1);
    }

    /** Its threads run on for a moment when it has closed its tunnels, and a peer with packets comes back at once. */
    @Seeded
    void makesNoTunnelAnyMoreOnceItEnds(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        int made = b.sim().events(TunnelEvent.Answered.class).size();
        int answered = a.sim().events(TunnelEvent.Answered.class).size();

        b.node().node().shutDown();
        for (int i = 0; i < 20; i++) {
            a.sendTo(b, "is anybody there");
            b.sendTo(a, "I am about to end");
            mesh.runFor(Duration.ofMillis(50));
        }

        assertThat(a.tunnelsTo(b)).isEmpty();
        assertThat(b.tunnelsTo(a)).isEmpty();
        assertThat(b.sim().events(TunnelEvent.Answered.class)).hasSize(made);
        assertThat(a.sim().events(TunnelEvent.Answered.class)).hasSize(answered);
    }

    /** E27. */
    @Seeded
    void obeysCloseTunnelOnlyWhenItIsAuthentic(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        a.sim().stop();
        mesh.runUntil(b.hasTunnelsTo(a, 0), SECOND);

        a.start();
        mesh.connect(a, b);
        Tunnel tunnel = b.tunnelsTo(a).getFirst();
        int index = tunnel.session().localIndex();
        for (int payload : new int[] {0, 16, 40}) {
            sim.network()
                    .inject(
                            a.endpoint(),
                            b.endpoint(),
                            ForgedDatagrams.of(MessageType.CLOSE_TUNNEL, 0, index, 100, payload));
        }
        mesh.runFor(SECOND.multipliedBy(5));
        assertThat(b.tunnelsTo(a)).contains(tunnel);
        mesh.exchange(a, b, SECOND);
    }

    /** E28. */
    @Seeded
    void reachesANetworkBehindAPeer(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost behind = mesh.host("router").routesFor("192.168.7.0/24");
        behind.section(
                "firewall",
                "{inbound: [{port: any, proto: any, host: any, local_cidr: any}],"
                        + " outbound: [{port: any, proto: any, host: any}]}");
        MeshHost a =
                mesh.host("a")
                        .section(
                                "tun",
                                "{unsafe_routes: [{route: 192.168.7.0/24, via: \""
                                        + behind.address()
                                        + "\"}]}");
        mesh.startAcquainted(a, behind);

        SimHost machine = sim.host("machine behind the router").overlay("192.168.7.9");
        long probe = a.sim().sendUdp(machine, 80, "through");

        mesh.runUntil(behind.sim().received(probe), SECOND);
    }

    /** V15: anybody can claim that a session is unknown. */
    @Seeded
    void keepsATunnelOnForgedRecvErrors(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        Tunnel tunnel = a.tunnelsTo(b).getFirst();
        int index = tunnel.session().remoteIndex();
        Trap tests =
                Trap.watching(
                        sim.network(), d -> d.sender().equals("a") && d.type() == MessageType.TEST);

        for (int i = 0; i < 5_000; i++) {
            sim.network()
                    .inject(
                            b.endpoint(),
                            a.endpoint(),
                            ForgedDatagrams.of(MessageType.RECV_ERROR, 0, index, 0, 0));
            mesh.runFor(Duration.ofMillis(1));
        }

        assertThat(a.tunnelsTo(b)).containsExactly(tunnel);
        assertThat(tests.caught()).hasSizeLessThanOrEqualTo(6);
        mesh.exchange(a, b, SECOND);
    }

    /**
     * Message 1 is plain text: a copy with another ephemeral key makes a session with the same remote index. When
     * that one dies, a recv_error of the peer must still find the session that lives.
     */
    @Seeded
    void listensToItsPeerAfterADamagedMessage1(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Trap requests = Trap.holding(sim.network(), d -> d.isHandshakeMessage(1));
        mesh.startAcquainted(a, b);
        long first = a.sendTo(b, "first");
        mesh.runUntil(requests.hasCaught(1), SECOND);
        byte[] damaged = requests.caught().getFirst().content().toArray();
        damaged[20] ^= 1;

        requests.pass(0);
        requests.pass(0, Bytes.owning(damaged));
        requests.open();
        mesh.runUntil(b.sim().received(first), SECOND);
        assertThat(b.tunnelsTo(a)).hasSize(2);

        mesh.keepTalking(a, b, SECOND, 30);
        assertThat(b.tunnelsTo(a)).hasSize(1);
        Tunnel alive = b.tunnelsTo(a).getFirst();
        assertThat(b.node().node().tunnels().byRemoteIndex(alive.session().remoteIndex()))
                .isSameAs(alive);
    }

    /** V01, F22: everything that was ever on the wire comes again, in order and backwards. */
    @Seeded
    void acceptsNothingTwice(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        mesh.keepTalking(a, b, Duration.ofMillis(100), 20);
        var recorded = sim.recorder().datagrams();

        recorded.forEach(sim.network()::replay);
        mesh.runFor(SECOND);
        recorded.reversed().forEach(sim.network()::replay);
        mesh.runFor(SECOND);

        mesh.exchange(a, b, SECOND);
        assertThat(a.tunnelsTo(b)).hasSizeLessThanOrEqualTo(2);
    }

    private static void assertMirrored(MeshHost a, MeshHost b) {
        assertThat(a.tunnelsTo(b)).hasSize(1);
        assertThat(b.tunnelsTo(a)).hasSize(1);
        assertThat(a.tunnelsTo(b).getFirst().session().localIndex())
                .isEqualTo(b.tunnelsTo(a).getFirst().session().remoteIndex());
    }
}
