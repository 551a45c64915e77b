package dev.asterism.overlay.handshake;

import static dev.asterism.overlay.handshake.TestWorld.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelMonitor;
import dev.asterism.overlay.tunnel.TunnelTable.TunnelRank;
import dev.asterism.overlay.wire.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which certificate a handshake shows: the table of the specification (wire.md 4.6), and what follows (6.4). */
class CertificateChoiceTest {

    private static final Ip B4 = Ip.of("10.42.0.2");
    private static final Ip B6 = Ip.of("fd42::2");
    private static final UnderlayAddr AT_A = UnderlayAddr.of("192.0.2.1:4242");
    private static final UnderlayAddr AT_B = UnderlayAddr.of("203.0.113.2:4242");

    /**
     * @param versions those of the certificates that we have
     * @param initiating {@code pki.initiating_version}; 0 when not given
     * @param asked what a peer is known to prefer; 0 for nothing
     * @param shown 0: nothing is sent
     */
    @ParameterizedTest
    @CsvSource({
        "1,  0, 0, 10.42.0.2, 1",
        "1,  2, 0, 10.42.0.2, 1",
        "1,  0, 0, fd42::2,   0",
        "1,  0, 2, 10.42.0.2, 0",
        "2,  0, 0, 10.42.0.2, 2",
        "2,  2, 0, fd42::2,   2",
        "12, 0, 0, 10.42.0.2, 1",
        "12, 1, 0, 10.42.0.2, 1",
        "12, 2, 0, 10.42.0.2, 2",
        "12, 0, 0, fd42::2,   2",
        "12, 0, 2, 10.42.0.2, 2",
        "12, 2, 1, fd42::2,   1",
    })
    void anInitiatorShows(String versions, int initiating, int asked, String target, int shown) {
        TestPki pki = TestPki.seeded(5);
        TestWorld a = new TestWorld(pki, host(pki, "a", 1, versions, initiating), 1);
        Ip peer = Ip.of(target);
        a.knows(peer, AT_B);

        a.handshakes.initiator().startWith(asked, peer, at(0));
        for (int i = 0; i < 100; i++) {
            a.handshakes.onTimer(at(i / 10.0));
        }

        assertThat(a.sent.isEmpty()).isEqualTo(shown == 0);
        if (shown != 0) {
            assertThat(shownIn(a.lastSent(), Curve.CURVE25519)).isEqualTo(shown);
        } else {
            assertThat(a.events).hasAtLeastOneElementOfType(HandshakeEvent.NoCertificate.class);
        }
        assertThat(a.failed).as("nobody answers").containsExactly(peer);
    }

    /** Both know CAs for both versions, here one CA for all. */
    @ParameterizedTest
    @CsvSource({
        "1,  1,  1, 1",
        "1,  2,  1, 2",
        "1,  12, 1, 1",
        "2,  1,  2, 1",
        "2,  2,  2, 2",
        "2,  12, 2, 2",
        "12, 1,  1, 1",
        "12, 2,  1, 2",
        "12, 12, 1, 1",
    })
    void aResponderShows(String ofA, String ofB, int byA, int byB) {
        for (Curve curve : new Curve[] {Curve.CURVE25519, Curve.P256}) {
            Pair pair = Pair.connected(curve, ofA, ofB);

            assertThat(shownIn(pair.a.lastSent(), curve)).isEqualTo(byA);
            assertThat(pair.atA.origin().ourCertificate().version()).isEqualTo(byA);
            assertThat(pair.atB.peer().certificate().version()).isEqualTo(byA);
            assertThat(pair.atB.origin().ourCertificate().version()).isEqualTo(byB);
            assertThat(pair.atA.peer().certificate().version()).isEqualTo(byB);
            assertThat(pair.atA.session().localIndex()).isEqualTo(pair.atB.session().remoteIndex());
        }
    }

    /**
     * After the first handshake each end begins another one or not (6.4), until both are content: a
     * peer must not handshake with us again and again.
     *
     * @param settled the versions shown by the initiator and the responder of the last handshake
     */
    @ParameterizedTest
    @CsvSource({
        "1,  0, 1,  0, 11",
        "1,  0, 2,  0, 12",
        "2,  0, 1,  0, 21",
        "1,  0, 12, 0, 11",
        "1,  0, 12, 2, 21",
        "12, 0, 12, 0, 11",
        "12, 2, 12, 0, 22",
        "12, 0, 12, 2, 22",
        "12, 0, 2,  0, 22",
        "12, 2, 1,  0, 21",
    })
    void afterOneMoreHandshakeAtMostBothAreContent(
            String ofA, int initiatingA, String ofB, int initiatingB, String settled) {
        Pair pair = new Pair(Curve.CURVE25519, ofA, initiatingA, ofB, initiatingB);
        pair.handshake(pair.a, pair.b, 0);
        int more = 0;
        String shown = pair.shown(pair.atA, pair.atB);
        for (int i = 0; i < 4; i++) {
            int fromA = wanted(pair.atA, pair.a.identity);
            int fromB = wanted(pair.atB, pair.b.identity);
            if (fromA != 0) {
                pair.handshake(pair.a, pair.b, fromA);
                shown = pair.shown(pair.atA, pair.atB);
                more++;
            } else if (fromB != 0) {
                pair.handshake(pair.b, pair.a, fromB);
                shown = pair.shown(pair.atB, pair.atA);
                more++;
            }
        }

        assertThat(shown).isEqualTo(settled);
        assertThat(more).isLessThanOrEqualTo(1);
        assertThat(pair.a.tunnels.byOverlay(Ip.of("10.42.0.2"))).isSameAs(pair.atA);
    }

    /**
     * A valid certificate goes before one that has run out, at either end; beside no other, the one that has run out is
     * shown.
     *
     * @param over which versions have run out
     */
    @ParameterizedTest
    @CsvSource({
        "1,  0, 10.42.0.2, 2",
        "1,  1, 10.42.0.2, 2",
        "2,  2, 10.42.0.2, 1",
        "2,  0, fd42::2,   2",
        "12, 0, 10.42.0.2, 1",
        "12, 2, 10.42.0.2, 2",
    })
    void aValidCertificateGoesBeforeOneThatHasRunOut(
            String over, int asked, String target, int shown) {
        TestPki pki = TestPki.seeded(5);
        TestWorld a = new TestWorld(pki, hostOver(pki, over), 1);
        Ip peer = Ip.of(target);
        a.knows(peer, AT_B);

        a.handshakes.initiator().startWith(asked, peer, at(20));
        a.handshakes.onTimer(at(20));
        assertThat(shownIn(a.lastSent(), Curve.CURVE25519)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 2", "2, 2, 1", "2, 1, 1", "12, 1, 1", "12, 2, 2"})
    void aResponderShowsAValidCertificate(String over, String ofPeer, int shown) {
        TestPki pki = TestPki.seeded(5);
        TestWorld a = new TestWorld(pki, hostOver(pki, over), 1);
        TestWorld b = new TestWorld(pki, host(pki, "b", 2, ofPeer, 0), 2);
        Ip address = Ip.of("10.42.0.1");
        b.knows(address, AT_A);
        b.handshakes.initiator().start(address, null, at(20));
        b.handshakes.onTimer(at(20));

        Message1Outcome answer =
                a.handshakes.responder().answer(Path.to(AT_B), b.lastSent(), at(20));
        Tunnel tunnel = ((Message1Outcome.Accepted) answer).tunnel();
        assertThat(tunnel.origin().ourCertificate().version()).isEqualTo(shown);
    }

    /** A host of both versions; these run out 10 s after the start. */
    private static LocalIdentity hostOver(TestPki pki, String over) {
        Subject one = TestPki.subject("a", "10.42.0.1/16");
        Subject two = TestPki.subject("a", "10.42.0.1/16", "fd42::1/64");
        return pki.host(
                pki.key(),
                TestPki.certificate(1, over.contains("1") ? endingSoon(one) : one),
                TestPki.certificate(2, over.contains("2") ? endingSoon(two) : two));
    }

    private static Subject endingSoon(Subject subject) {
        return new Subject(
                subject.name(),
                subject.networks(),
                subject.unsafeNetworks(),
                subject.groups(),
                subject.notBefore(),
                TestPki.NOW.plusSeconds(10).getEpochSecond());
    }

    /** A peer whose certificate has several addresses is found by each of them, at both ends. */
    @ParameterizedTest
    @EnumSource(names = {"CURVE25519", "P256"})
    void aPeerIsFoundByEachOfItsAddresses(Curve curve) {
        Pair pair = Pair.connected(curve, "2", "2");

        assertThat(pair.a.tunnels.byOverlay(B4)).isSameAs(pair.atA);
        assertThat(pair.a.tunnels.byOverlay(B6)).isSameAs(pair.atA);
        assertThat(pair.b.tunnels.byOverlay(Ip.of("fd42::1"))).isSameAs(pair.atB);
        assertThat(pair.a.tunnels.size()).isEqualTo(1);
    }

    /** Message 1 proves nothing, whichever of the addresses in it has a tunnel that works. */
    @Test
    void anAddressThatIsNotThePeersFirstIsNotTakenOverByMessage1() {
        Pair pair = Pair.connected(Curve.CURVE25519, "1", "1");
        LocalIdentity otherWayRound = pair.pki.hostV2("a", "10.41.0.1/16", "10.42.0.1/16");
        TestWorld again = new TestWorld(pair.pki, otherWayRound, 7);
        again.knows(B4, AT_B);
        again.handshakes.initiator().startWith(0, B4, at(9));
        again.handshakes.onTimer(at(9));

        Message1Outcome outcome =
                pair.b.handshakes.responder().answer(Path.to(AT_A), again.lastSent(), at(9));

        assertThat(((Message1Outcome.Accepted) outcome).standing()).isEqualTo(TunnelRank.SECONDARY);
    }

    /** 0 when the end is content. */
    private static int wanted(Tunnel tunnel, LocalIdentity ours) {
        int next = TunnelMonitor.versionFor(tunnel, ours);
        return next == tunnel.origin().ourCertificate().version() ? 0 : next;
    }

    private static LocalIdentity host(
            TestPki pki, String name, int number, String versions, int initiating) {
        String four = "10.42.0." + number + "/16";
        String six = "fd42::" + number + "/64";
        LocalIdentity host =
                switch (versions) {
                    case "1" -> pki.host(name, four);
                    case "2" -> pki.hostV2(name, four, six);
                    default -> pki.hostV1AndV2(name, four, six);
                };
        return host.ofVersion(initiating) == null ? host : host.initiating(initiating);
    }

    private static int shownIn(Bytes message1, Curve curve) {
        int at = Header.LENGTH + 2 * curve.publicKeyBytes();
        HandshakePayload.Decoded payload =
                HandshakePayload.decodeMessage1(message1.slice(at, message1.length() - at));
        return ((HandshakePayload.Decoded.Valid) payload).payload().certVersion();
    }

    /** Two ends and the tunnel that they made last. */
    private static final class Pair {

        private final TestWorld a;
        private final TestWorld b;
        private Tunnel atA;
        private Tunnel atB;
        private int round;

        private final TestPki pki;

        @SuppressWarnings("NullAway.Init") // by handshake()
        Pair(Curve curve, String ofA, int initiatingA, String ofB, int initiatingB) {
            pki = TestPki.seeded(5, curve);
            a = new TestWorld(pki, host(pki, "a", 1, ofA, initiatingA), 1);
            b = new TestWorld(pki, host(pki, "b", 2, ofB, initiatingB), 2);
            a.knows(B4, AT_B);
            b.knows(Ip.of("10.42.0.1"), AT_A);
        }

        static Pair connected(Curve curve, String ofA, String ofB) {
            Pair pair = new Pair(curve, ofA, 0, ofB, 0);
            pair.handshake(pair.a, pair.b, 0);
            return pair;
        }

        void handshake(TestWorld from, TestWorld to, int version) {
            boolean aBegins = from == a;
            Path fromPath = Path.to(aBegins ? AT_A : AT_B);
            Path toPath = Path.to(aBegins ? AT_B : AT_A);
            round++;
            from.handshakes.initiator().startWith(version, to.identity.primary(), at(round));
            from.handshakes.onTimer(at(round));
            Message1Outcome.Accepted answered =
                    (Message1Outcome.Accepted)
                            to.handshakes
                                    .responder()
                                    .answer(fromPath, from.lastSent(), at(round + 0.1));
            Bytes message2 = answered.tunnel().origin().message2();
            to.tunnels.add(answered.tunnel(), answered.standing());
            answered.tunnel().confirm();
            to.tunnels.promote(answered.tunnel());
            int index = Header.remoteIndex(message2.asSegment(), 0);
            Message2Outcome.Completed done =
                    (Message2Outcome.Completed)
                            from.handshakes
                                    .initiator()
                                    .message2(toPath, index, message2, at(round + 0.2));
            from.tunnels.add(done.tunnel(), TunnelRank.PRIMARY);
            atA = aBegins ? done.tunnel() : answered.tunnel();
            atB = aBegins ? answered.tunnel() : done.tunnel();
        }

        String shown(Tunnel initiators, Tunnel responders) {
            return "%d%d"
                    .formatted(
                            initiators.origin().ourCertificate().version(),
                            responders.origin().ourCertificate().version());
        }
    }
}
