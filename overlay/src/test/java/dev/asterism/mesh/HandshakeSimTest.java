package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.handshake.HandshakeEvent;
import dev.asterism.overlay.handshake.KnownPrefixes;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimDatagram;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.SimRandom;
import dev.asterism.sim.Trap;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** Handshake messages that are lost, doubled, damaged, strange or misdirected (spec conformance.md A1). */
class HandshakeSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final UnderlayAddr STRANGER = UnderlayAddr.of("192.0.2.66:666");

    /** E01. */
    @Seeded
    void survivesGarbageForItsPendingIndex(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Trap answers = Trap.holding(sim.network(), from(b, 2));
        mesh.startAcquainted(a, b);

        long first = a.sendTo(b, "first");
        mesh.runUntil(answers.hasCaught(1), SECOND);
        int index = a.sim().events(HandshakeEvent.Message1Sent.class).getFirst().initiatorIndex();
        sim.network()
                .inject(
                        b.endpoint(),
                        a.endpoint(),
                        ForgedDatagrams.of(MessageType.HANDSHAKE, 0, index, 2, 200));
        mesh.runFor(Duration.ofMillis(50));
        assertThat(a.isPending(b)).isTrue();
        assertThat(a.tunnelsTo(b)).isEmpty();

        answers.pass(0);
        mesh.runUntil(b.sim().received(first), SECOND);

        mesh.exchange(a, b, SECOND);
        assertThat(a.tunnelsTo(b)).hasSize(1);
        assertThat(b.tunnelsTo(a)).hasSize(1);
        assertMirrored(a.tunnelsTo(b).getFirst(), b.tunnelsTo(a).getFirst(), a, b);
    }

    /** E09. */
    @Seeded
    void answersTheSameMessage1WithTheStoredMessage2(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Trap requests = Trap.holding(sim.network(), from(a, 1));
        Trap answers = Trap.holding(sim.network(), from(b, 2));
        mesh.startAcquainted(a, b);

        long first = a.sendTo(b, "first");
        mesh.runUntil(requests.hasCaught(1), SECOND);
        requests.pass(0);
        requests.pass(0);
        mesh.runUntil(answers.hasCaught(2), SECOND);
        answers.open();
        answers.pass(1);
        mesh.runUntil(b.sim().received(first), SECOND);

        assertThat(answers.caught().get(0).content()).isEqualTo(answers.caught().get(1).content());
        assertThat(a.tunnelsTo(b)).hasSize(1);
        assertThat(b.tunnelsTo(a)).hasSize(1);
    }

    /** Who has used the tunnel has message 2: a copy of its message 1 that comes late gets none. */
    @Seeded
    void sendsMessage2NoMoreOnceThePeerHasUsedTheTunnel(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Trap requests = Trap.holding(sim.network(), from(a, 1));
        Trap answers = Trap.watching(sim.network(), from(b, 2));
        mesh.startAcquainted(a, b);

        long first = a.sendTo(b, "first");
        mesh.runUntil(requests.hasCaught(1), SECOND);
        requests.pass(0);
        mesh.runUntil(b.sim().received(first), SECOND);
        requests.pass(0);
        mesh.runFor(Duration.ofMillis(100));

        assertThat(answers.caught()).hasSize(1);
        mesh.exchange(a, b, SECOND);
        assertThat(a.tunnelsTo(b)).hasSize(1);
        assertThat(b.tunnelsTo(a)).hasSize(1);
    }

    /** A responder may use its new tunnel at once: its first packet arrives with message 2. */
    @Seeded
    void takesAPacketThatComesRightBehindMessage2(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        a.knows(b);
        a.start();
        b.start();
        Trap recvErrors = Trap.watching(sim.network(), d -> d.type() == MessageType.RECV_ERROR);

        a.node().handshakeWith(b.address());
        mesh.runUntil(b.hasTunnelsTo(a, 1), SECOND);
        long first = b.sendTo(a, "right behind message 2");

        mesh.runUntil(a.sim().received(first), SECOND);
        assertThat(recvErrors.caught()).isEmpty();
    }

    /** E10. */
    @Seeded
    void survivesATruncatedMessage2(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Trap answers = Trap.holding(sim.network(), from(b, 2));
        mesh.startAcquainted(a, b);

        long first = a.sendTo(b, "first");
        mesh.runUntil(answers.hasCaught(1), SECOND);
        Bytes whole = answers.caught().getFirst().content();
        for (int length = 0; length < whole.length(); length += 7) {
            answers.pass(0, ForgedDatagrams.truncated(whole, length));
        }
        mesh.runFor(Duration.ofMillis(50));
        assertThat(a.isPending(b)).isTrue();

        answers.pass(0);
        mesh.runUntil(b.sim().received(first), SECOND);
    }

    /** E11. */
    @Seeded
    void isSilentAboutMessage2ForAnUnknownIndex(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        Tunnel before = a.primaryTo(b);
        Trap replies = Trap.watching(sim.network(), to(STRANGER));

        fromUnknown(sim, a, ForgedDatagrams.of(MessageType.HANDSHAKE, 0, 0x1234567, 2, 200));

        assertThat(replies.caught()).isEmpty();
        assertThat(a.tunnelsTo(b)).containsExactly(before);
        mesh.exchange(a, b, SECOND);
    }

    /** E12, E13. */
    @Seeded
    void isSilentAboutStrangeCountersAndSubtypes(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Bytes message1 = caughtMessage1(mesh, a, b);
        Trap replies = Trap.watching(sim.network(), to(STRANGER));

        for (long counter : new long[] {0, 3, 99, Long.MAX_VALUE, -1}) {
            fromUnknown(sim, b, ForgedDatagrams.reheaded(message1, 0, 0, counter));
        }
        fromUnknown(sim, b, ForgedDatagrams.reheaded(message1, 99, 0, 1));

        assertThat(replies.caught()).isEmpty();
        assertThat(b.tunnelsTo(a)).isEmpty();
        assertThat(b.isPending(a)).isFalse();
    }

    /** E14. */
    @Seeded
    void isSilentAboutMessage1WithAnIndex(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Bytes message1 = caughtMessage1(mesh, a, b);
        Trap replies = Trap.watching(sim.network(), to(STRANGER));

        fromUnknown(sim, b, ForgedDatagrams.reheaded(message1, 0, 7, 1));
        assertThat(replies.caught()).isEmpty();
        assertThat(b.tunnelsTo(a)).isEmpty();

        fromUnknown(sim, b, message1);
        assertThat(replies.caught()).isNotEmpty();
    }

    /** E15, but for what is still kept (ADR 0056). */
    @Seeded
    void ignoresAnAnswerThatComesAMinuteAfterTheFirstTry(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        a.knows(b).start();
        b.start();
        Trap requests = Trap.holding(sim.network(), from(a, 1));

        a.sendTo(b, "lost");
        mesh.runUntil(a.sim().emitted(HandshakeEvent.TimedOut.class), Duration.ofSeconds(20));
        mesh.runFor(Duration.ofSeconds(60));
        requests.pass(0);
        mesh.runUntil(b.hasTunnelsTo(a, 1), SECOND);
        mesh.runFor(Duration.ofMillis(50));

        assertThat(a.tunnelsTo(b)).isEmpty();
        assertThat(a.isPending(b)).isFalse();
        assertThat(b.primaryTo(a)).matches(tunnel -> tunnel != null && !tunnel.isConfirmed());
    }

    @Seeded
    void takesAnAnswerThatComesSoonAfterItGaveUp(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        a.knows(b).start();
        b.start();
        Trap requests = Trap.holding(sim.network(), from(a, 1));

        a.sendTo(b, "lost");
        mesh.runUntil(a.sim().emitted(HandshakeEvent.TimedOut.class), Duration.ofSeconds(20));
        requests.pass(0);
        mesh.runUntil(a.hasTunnelsTo(b, 1), SECOND);

        mesh.exchange(a, b, SECOND);
        assertThat(b.tunnelsTo(a)).hasSize(1);
    }

    /** E16. */
    @Seeded
    void doesNotShakeHandsWithItself(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Bytes message1 = caughtMessage1(mesh, a, b);
        Trap replies = Trap.watching(sim.network(), to(STRANGER));

        fromUnknown(sim, a, message1);

        assertThat(replies.caught()).isEmpty();
        assertThat(a.node().node().tunnels().size()).isZero();
    }

    /** E17. */
    @Seeded
    void obeysRemoteAllowListForMessage1(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        b.section(
                "lighthouse",
                "{remote_allow_list: {\"192.0.2.0/24\": false, \"0.0.0.0/0\": true}}");
        Bytes message1 = caughtMessage1(mesh, a, b);
        UnderlayAddr allowed = UnderlayAddr.of("203.0.113.9:9");
        Trap replies = Trap.watching(sim.network(), to(STRANGER).or(to(allowed)));

        fromUnknown(sim, b, message1);
        assertThat(replies.caught()).isEmpty();
        assertThat(b.tunnelsTo(a)).isEmpty();

        sim.network().inject(allowed, b.endpoint(), message1);
        mesh.runFor(Duration.ofMillis(50));
        assertThat(replies.caught()).isNotEmpty();
        assertThat(b.tunnelsTo(a)).hasSize(1);
    }

    /** No answer can reach it, and a socket cannot send there. */
    @Seeded
    void dropsWhatComesFromPortZero(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Bytes message1 = caughtMessage1(mesh, a, b);

        sim.network().inject(new UnderlayAddr(STRANGER.ip(), 0), b.endpoint(), message1);
        mesh.runFor(Duration.ofMillis(50));
        assertThat(b.tunnelsTo(a)).isEmpty();

        fromUnknown(sim, b, message1);
        assertThat(b.tunnelsTo(a)).hasSize(1);
    }

    /**
     * A copied message 1 that wins the race from a forged source must not make that source one
     * where the peer has been.
     */
    @Seeded
    void takesForProvenWhereTheFirstPacketCameFrom(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Trap answers = Trap.watching(sim.network(), from(b, 2));
        Bytes message1 = caughtMessage1(mesh, a, b);

        fromUnknown(sim, b, message1);
        sim.network().inject(b.endpoint(), a.endpoint(), answers.caught().getFirst().content());
        mesh.runFor(SECOND);

        assertThat(b.tunnelsTo(a)).singleElement().matches(Tunnel::isConfirmed);
        assertThat(provenAt(b)).containsExactly(prefixOf(a));
        assertThat(b.tunnelsTo(a).getFirst().remote()).isEqualTo(a.endpoint());
    }

    /** Roaming proves as much as a first packet does. */
    @Seeded
    void takesForProvenWhereThePeerMovedTo(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        a.at("192.0.2.77");
        long news = a.sendTo(b, "news");
        mesh.runUntil(b.sim().received(news), SECOND);
        mesh.runFor(SECOND);

        assertThat(provenAt(b)).contains(Ip.of("192.0.2.0"));
    }

    private static Ip prefixOf(MeshHost host) {
        return Ip.ofIpv4(host.endpoint().ip().ipv4() & 0xFFFFFF00);
    }

    private static List<Ip> provenAt(MeshHost host) {
        return host.node().node().control().handshakes().knownPrefixes().entries().stream()
                .map(KnownPrefixes.Entry::prefix)
                .toList();
    }

    /** E18. */
    @Seeded
    void staysWhereItIsWhenMessage1ComesAgainFromElsewhere(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Trap requests = Trap.watching(sim.network(), from(a, 1));
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        Tunnel before = b.primaryTo(a);

        fromUnknown(sim, b, requests.caught().getFirst().content());

        assertThat(b.tunnelsTo(a)).containsExactly(before);
        assertThat(before).matches(t -> t != null && a.endpoint().equals(t.remote()));
        mesh.exchange(a, b, SECOND);
    }

    /** Three in ten messages are lost; ten tries make the first packet arrive all the same. */
    @Seeded({1, 2, 3, 4, 5, 6, 7, 8})
    void deliversTheFirstPacketThroughHeavyLoss(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        SimRandom dice = sim.random("loss");
        sim.network()
                .intercept(
                        (datagram, onward) -> {
                            if (datagram.type() != MessageType.HANDSHAKE || dice.chance(0.7)) {
                                onward.accept(datagram);
                            }
                        });
        mesh.startAcquainted(a, b);

        long first = a.sendTo(b, "first");

        mesh.runUntil(b.sim().received(first), TEN_SECONDS);
    }

    private static Bytes caughtMessage1(Mesh mesh, MeshHost a, MeshHost b) {
        Trap requests = Trap.holding(mesh.network(), from(a, 1));
        a.knows(b).start();
        b.start();
        a.sendTo(b, "caught");
        mesh.runUntil(requests.hasCaught(1), SECOND);
        return requests.caught().getFirst().content();
    }

    private static void fromUnknown(SimMesh sim, MeshHost victim, Bytes content) {
        sim.network().inject(STRANGER, victim.endpoint(), content);
        sim.runFor(Duration.ofMillis(50));
    }

    private static Predicate<SimDatagram> from(MeshHost sender, int message) {
        return d -> d.sender().equals(sender.name()) && d.isHandshakeMessage(message);
    }

    private static Predicate<SimDatagram> to(UnderlayAddr address) {
        return d -> d.to().equals(address);
    }

    private static void assertMirrored(Tunnel ofA, Tunnel ofB, MeshHost a, MeshHost b) {
        assertThat(ofA.session().localIndex()).isEqualTo(ofB.session().remoteIndex());
        assertThat(ofA.session().remoteIndex()).isEqualTo(ofB.session().localIndex());
        assertThat(ofA.remote()).isEqualTo(b.endpoint());
        assertThat(ofB.remote()).isEqualTo(a.endpoint());
        assertThat(ofA.peerName()).isEqualTo("b");
        assertThat(ofB.peerName()).isEqualTo("a");
    }
}
