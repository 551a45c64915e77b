package dev.asterism.overlay.handshake;

import static dev.asterism.overlay.handshake.TestWorld.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable.TunnelRank;
import dev.asterism.overlay.wire.Header;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two halves against each other and against everything that may arrive instead (spec wire.md 5). */
class HandshakeTest {

    private static final Ip B = Ip.of("10.42.0.2");
    private static final UnderlayAddr AT_A = UnderlayAddr.of("192.0.2.1:4242");
    private static final UnderlayAddr AT_B = UnderlayAddr.of("192.0.2.2:4242");

    private final TestPki pki = TestPki.seeded(3);
    private final TestWorld a = new TestWorld(pki, pki.host("a", "10.42.0.1/16"), 1);
    private final TestWorld b = new TestWorld(pki, pki.host("b", "10.42.0.2/16"), 2);

    @Test
    void bothEndsGetKeysThatFit() {
        Tunnel atB = answer(message1(0), 0.01);
        Message2Outcome.Completed done = complete(atB, 0.02);

        Tunnel atA = done.tunnel();
        assertThat(atA.isConfirmed()).isTrue();
        assertThat(atB.isConfirmed()).isFalse();
        assertThat(atA.session().remoteIndex()).isEqualTo(atB.session().localIndex());
        assertThat(atB.session().remoteIndex()).isEqualTo(atA.session().localIndex());
        assertThat(atA.peerName()).isEqualTo("b");
        assertThat(atB.peerName()).isEqualTo("a");
        assertThat(done.waiting())
                .extracting(QueuedMessage::payload)
                .containsExactly(Bytes.ofHex("45aa"));
    }

    @Test
    void doesNotClaimToHaveSentWhatTheNetworkRefused() {
        a.reachable = false;
        UnderlayAddr to = new UnderlayAddr(Ip.of("198.51.100.2"), 4242);
        a.knows(Ip.of("10.42.0.2"), to);

        a.handshakes.initiator().start(Ip.of("10.42.0.2"), null, TestWorld.at(0));
        a.handshakes.initiator().onTimer(TestWorld.at(0));

        assertThat(a.sent).isEmpty();
        assertThat(a.events)
                .containsExactly(
                        new HandshakeEvent.Message1NotSent(Ip.of("10.42.0.2"), List.of(to), 1));
    }

    /** A laptop without a network, and a host that is always wanted. */
    @Test
    void countsWhatTheNetworkRefusesAllNight() {
        a.reachable = false;
        Ip peer = Ip.of("10.42.0.2");
        a.knows(peer, new UnderlayAddr(Ip.of("198.51.100.2"), 4242));

        for (int second = 0; second < 3_600; second++) {
            a.handshakes.initiator().start(peer, null, TestWorld.at(second));
            a.handshakes.onTimer(TestWorld.at(second));
        }

        assertThat(a.events)
                .filteredOn(HandshakeEvent.Message1NotSent.class::isInstance)
                .hasSize(1);
        assertThat(a.events)
                .filteredOn(HandshakeEvent.MoreMessages1NotSent.class::isInstance)
                .hasSizeBetween(50, 60);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, false",
        "0, 1, false",
        "1, 0, false",
        "1, 1, true",
        "3, 1, true",
        "2, 1, false"
    })
    void anExtensionIsInForceWhenBothHaveShownIt(int ofA, int ofB, boolean inForce) {
        a.extensions = ofA;
        b.extensions = ofB;

        Tunnel atB = answer(message1(0), 0.01);
        Tunnel atA = complete(atB, 0.02).tunnel();

        assertThat(atA.session().partialChecksums()).isEqualTo(inForce);
        assertThat(atB.session().partialChecksums()).isEqualTo(inForce);
    }

    /** Message 1 is plain text, but it is in the transcript that message 2's tag covers. */
    @Test
    void nobodyOnTheWayCanTakeAnExtensionFromAHandshakeOrAddOne() {
        b.extensions = 1;
        a.extensions = 1;
        byte[] stripped = message1(0).toArray();
        assertThat(stripped[stripped.length - 1]).isEqualTo((byte) 1);
        stripped[stripped.length - 1] = 0;
        Tunnel atB = answer(Bytes.owning(stripped), 0.01);

        assertThat(atB.session().partialChecksums()).isFalse();
        assertThat(
                        a.handshakes
                                .initiator()
                                .message2(
                                        Path.to(AT_B),
                                        atB.session().remoteIndex(),
                                        atB.origin().message2(),
                                        at(0.02)))
                .isInstanceOf(Message2Outcome.Ignored.class);
    }

    @Test
    void everyAttemptSendsTheSameBytesAndTheLastOneGivesUp() {
        a.knows(B, AT_B);
        a.handshakes.initiator().start(B, null, at(0));
        for (double t = 0; t < 12; t += 0.05) {
            a.handshakes.initiator().onTimer(at(t));
        }

        assertThat(a.sent)
                .hasSize(10)
                .allMatch(sent -> sent.datagram().equals(a.sent.getFirst().datagram()));
        assertThat(a.handshakes.initiator().isPending(B)).isFalse();
        assertThat(a.events).anyMatch(HandshakeEvent.TimedOut.class::isInstance);
    }

    @Test
    void asksTheLighthousesAtEveryAttemptWhileNobodyKnowsAnAddress() {
        a.handshakes.initiator().start(B, null, at(0));
        for (double t = 0; t < 1.01; t += 0.05) {
            a.handshakes.initiator().onTimer(at(t));
        }
        assertThat(a.queried).containsExactly(B, B, B, B);
    }

    @Test
    void asksTheLighthousesAgainFromTheFourthAttemptOn() {
        a.knows(B, AT_B);
        a.handshakes.initiator().start(B, null, at(0));
        run(0, 0.85);
        assertThat(a.queried).as("attempts at 0, 0.2 and 0.5 s").containsExactly(B);

        run(0.85, 3);
        assertThat(a.queried).as("and at 0.9, 1.4, 2 and 2.7 s").containsExactly(B, B, B, B, B);
    }

    private void run(double from, double until) {
        for (double t = from; t < until; t += 0.05) {
            a.handshakes.initiator().onTimer(at(t));
        }
    }

    @Test
    void e09_theSameMessage1AgainIsAnsweredFromMemory() {
        Bytes message1 = message1(0);
        Tunnel tunnel = answer(message1, 0.01);

        Message1Outcome again = b.handshakes.responder().answer(Path.to(AT_A), message1, at(0.02));

        assertThat(again).isEqualTo(new Message1Outcome.AlreadySeen(tunnel));
        assertThat(b.tunnels.size()).isEqualTo(1);
    }

    @Test
    void e10_e01_aForgedOrTruncatedMessage2DoesNotDisturbTheGenuineOne() {
        Tunnel atB = answer(message1(0), 0.01);
        Bytes genuine = atB.origin().message2();
        int index = atB.session().remoteIndex();
        for (int length = Header.LENGTH; length < genuine.length(); length++) {
            Bytes cut = genuine.slice(0, length);
            if (length % 8 == 0) {
                assertThat(a.handshakes.initiator().message2(Path.to(AT_B), index, cut, at(0.02)))
                        .isInstanceOf(Message2Outcome.Ignored.class);
            }
        }

        assertThat(complete(atB, 0.03).tunnel().peerName()).isEqualTo("b");
    }

    @Test
    void e11_message2ForAnUnknownIndexIsIgnored() {
        Tunnel atB = answer(message1(0), 0.01);
        assertThat(
                        a.handshakes
                                .initiator()
                                .message2(
                                        Path.to(AT_B),
                                        atB.session().remoteIndex() + 1,
                                        atB.origin().message2(),
                                        at(0.02)))
                .isInstanceOf(Message2Outcome.Ignored.class);
        assertThat(a.handshakes.initiator().isPending(B)).isTrue();
    }

    @Test
    void e16_ourOwnMessage1ReflectedIsRefused() {
        Bytes message1 = message1(0);
        assertThat(a.handshakes.responder().answer(Path.to(AT_B), message1, at(0.01)))
                .isInstanceOf(Message1Outcome.Rejected.class);
        assertThat(refusals(a)).containsExactly(HandshakeRejection.OURSELVES);
    }

    @Test
    void e17_anAddressThatTheAllowListDeniesGetsNoAnswer() {
        b.remotePolicy = (_, remote) -> !remote.equals(AT_A);
        Bytes message1 = message1(0);

        assertThat(b.handshakes.responder().answer(Path.to(AT_A), message1, at(0.01)))
                .isInstanceOf(Message1Outcome.Rejected.class);
        assertThat(b.handshakes.responder().answer(Path.to(AT_B), message1, at(0.02)))
                .isInstanceOf(Message1Outcome.Accepted.class);
    }

    @Test
    void e03_aWrongHostIsNamedAndItsAddressIsTriedNoMore() {
        Ip intended = Ip.of("10.42.0.3");
        UnderlayAddr right = UnderlayAddr.of("192.0.2.3:4242");
        a.knows(intended, AT_B, right);
        a.handshakes.initiator().start(intended, QueuedMessage.packet(Bytes.ofHex("45aa")), at(0));
        a.handshakes.initiator().onTimer(at(0));
        Tunnel atB = answer(a.lastSent(), 0.01);

        Message2Outcome outcome =
                a.handshakes
                        .initiator()
                        .message2(
                                Path.to(AT_B),
                                atB.session().remoteIndex(),
                                atB.origin().message2(),
                                at(0.02));

        assertThat(outcome).isInstanceOf(Message2Outcome.WrongHost.class);
        assertThat(((Message2Outcome.WrongHost) outcome).waiting()).hasSize(1);
        assertThat(a.remotesOf(intended).candidates(List.of())).containsExactly(right);
    }

    @Test
    void anOlderMessage1IsTestedNotFollowed() {
        Bytes older = message1(0);
        TestWorld again = new TestWorld(pki, pki.host("a", "10.42.0.1/16"), 9);
        again.knows(B, AT_B);
        again.handshakes.initiator().start(B, null, at(5));
        again.handshakes.initiator().onTimer(at(5));
        Tunnel newer = answer(again.lastSent(), 5.01);
        newer.confirm();

        assertThat(b.handshakes.responder().answer(Path.to(AT_A), older, at(6)))
                .isEqualTo(new Message1Outcome.TooOld(newer));
    }

    /** The address has moved to another host, whose clock is behind. */
    @Test
    void theClocksOfTwoHostsWithOneAddressAreNotCompared() {
        Bytes older = message1(0);
        TestWorld other = new TestWorld(pki, pki.host("other", "10.42.0.1/16"), 9);
        other.knows(B, AT_B);
        other.handshakes.initiator().start(B, null, at(5));
        other.handshakes.initiator().onTimer(at(5));
        answer(other.lastSent(), 5.01).confirm();

        assertThat(b.handshakes.responder().answer(Path.to(AT_A), older, at(6)))
                .isInstanceOf(Message1Outcome.Accepted.class);
    }

    @Test
    void f22_message1NeverDisplacesATunnelThatWorks() {
        Tunnel works = answer(message1(0), 0.01);
        works.confirm();
        TestWorld stranger = new TestWorld(pki, pki.host("a", "10.42.0.1/16"), 9);
        stranger.knows(B, AT_B);
        stranger.handshakes.initiator().start(B, null, at(1));
        stranger.handshakes.initiator().onTimer(at(1));

        Message1Outcome outcome =
                b.handshakes.responder().answer(Path.to(AT_A), stranger.lastSent(), at(1.01));

        assertThat(outcome).isInstanceOf(Message1Outcome.Accepted.class);
        assertThat(((Message1Outcome.Accepted) outcome).standing()).isEqualTo(TunnelRank.SECONDARY);
    }

    @Test
    void f21_aMembersMessage1InMassCostsAFewSessionsASecond() {
        int accepted = 0;
        for (int i = 0; i < 200; i++) {
            Bytes forged = withTime(message1(0), i);
            if (b.handshakes.responder().answer(Path.to(AT_A), forged, at(1 + i * 0.0005))
                    instanceof Message1Outcome.Accepted) {
                accepted++;
            }
        }
        assertThat(accepted).isBetween(1, 6);
    }

    @Test
    void unknownAuthoritiesAndBlockedCertificatesAreRefused() {
        TestPki others = TestPki.seeded(99);
        TestWorld foreign = new TestWorld(others, others.host("x", "10.42.0.9/16"), 4);
        foreign.knows(B, AT_B);
        foreign.handshakes.initiator().start(B, null, at(0));
        foreign.handshakes.initiator().onTimer(at(0));
        assertThat(b.handshakes.responder().answer(Path.to(AT_A), foreign.lastSent(), at(0.01)))
                .isInstanceOf(Message1Outcome.Rejected.class);

        Blocklist blocked =
                Blocklist.parse(List.of(a.identity.certificate().fingerprint().toString()))
                        .blocklist();
        b.cas = b.cas.withBlocklist(blocked);
        assertThat(b.handshakes.responder().answer(Path.to(AT_A), message1(0), at(0.02)))
                .isInstanceOf(Message1Outcome.Rejected.class);
        assertThat(refusals(b))
                .containsExactly(HandshakeRejection.UNKNOWN_CA, HandshakeRejection.BLOCKLISTED);
    }

    @Test
    void truncatedAndDamagedMessage1NeverThrowsAndChangesNothing() {
        Bytes genuine = message1(0);
        for (int length = 0; length < genuine.length(); length++) {
            assertThat(
                            b.handshakes
                                    .responder()
                                    .answer(Path.to(AT_A), genuine.slice(0, length), at(0.01)))
                    .as("length %d", length)
                    .isInstanceOf(Message1Outcome.Rejected.class);
        }
        long seed = Long.getLong("test.seed", 5);
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = genuine.toArray();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                // The payload only: another ephemeral key is a valid message.
                int at = Header.LENGTH + 32 + random.nextInt(damaged.length - Header.LENGTH - 32);
                damaged[at] = (byte) random.nextInt(256);
            }
            b.handshakes.responder().answer(Path.to(AT_A), Bytes.owning(damaged), at(1 + i));
        }
        assertThat(b.tunnels.size()).as("seed %d", seed).isZero();
        assertThat(answer(genuine, 4000).peerName()).isEqualTo("a");
    }

    @Test
    void damagedMessage2NeverThrowsAndTheHandshakeStaysPending() {
        Tunnel atB = answer(message1(0), 0.01);
        Bytes genuine = atB.origin().message2();
        Random random = new Random(6);
        for (int i = 0; i < 40; i++) {
            byte[] damaged = genuine.toArray();
            int at = Header.LENGTH + random.nextInt(damaged.length - Header.LENGTH);
            damaged[at] ^= (byte) (1 + random.nextInt(255));
            assertThat(
                            a.handshakes
                                    .initiator()
                                    .message2(
                                            Path.to(AT_B),
                                            atB.session().remoteIndex(),
                                            Bytes.owning(damaged),
                                            at(0.02)))
                    .isInstanceOf(Message2Outcome.Ignored.class);
        }
        assertThat(complete(atB, 0.1).tunnel().peerName()).isEqualTo("b");
    }

    /** A stranger who saw our message 1 answers it first, correctly, with a certificate of another authority. */
    @Test
    void anAnswerWithAForeignCertificateDoesNotKeepTheGenuineOneOut() {
        Bytes message1 = message1(0);
        TestPki others = TestPki.seeded(99);
        TestWorld stranger = new TestWorld(pki, others.host("b", "10.42.0.2/16"), 4);
        Tunnel forged = acceptedBy(stranger, message1, 0.005);
        Tunnel atB = answer(message1, 0.01);

        assertThat(
                        a.handshakes
                                .initiator()
                                .message2(
                                        Path.to(AT_B),
                                        forged.session().remoteIndex(),
                                        forged.origin().message2(),
                                        at(0.015)))
                .isInstanceOf(Message2Outcome.Ignored.class);
        assertThat(refusals(a)).containsExactly(HandshakeRejection.UNKNOWN_CA);
        assertThat(complete(atB, 0.02).tunnel().session().remoteIndex())
                .isEqualTo(atB.session().localIndex());
    }

    @Test
    void junkFromElsewhereDoesNotUseUpTheBudgetOfTheAddressThatWasAsked() {
        Tunnel atB = answer(message1(0), 0.01);
        for (int i = 0; i < 2000; i++) {
            junk(atB, UnderlayAddr.of("198.51.100.7:" + (1 + i)), 0.02);
        }
        assertThat(complete(atB, 0.03).tunnel().peerName()).isEqualTo("b");
    }

    @Test
    void junkInThePeersNameIsForgottenWithItsSecond() {
        Tunnel atB = answer(message1(0), 0.01);
        for (int i = 0; i < 200; i++) {
            junk(atB, AT_B, 0.02);
        }
        long opened = refusals(a).stream().filter(HandshakeRejection.NOT_FOR_US::equals).count();
        assertThat(opened).isEqualTo(50);

        assertThat(complete(atB, 1.01).tunnel().peerName()).isEqualTo("b");
    }

    private void junk(Tunnel atB, UnderlayAddr from, double seconds) {
        byte[] junk = atB.origin().message2().toArray();
        junk[Header.LENGTH + 40] ^= 1;
        a.handshakes
                .initiator()
                .message2(
                        Path.to(from),
                        atB.session().remoteIndex(),
                        Bytes.owning(junk),
                        at(seconds));
    }

    @Test
    void aMessage1LongerThanFourKibibytesIsRefusedUnread() {
        byte[] padded = Arrays.copyOf(message1(0).toArray(), Responder.LONGEST_MESSAGE_1 + 1);
        b.handshakes.responder().answer(Path.to(AT_A), Bytes.owning(padded), at(0.01));
        assertThat(refusals(b)).containsExactly(HandshakeRejection.TOO_LONG);
    }

    @Test
    void theHundredAndFirstWaitingPacketIsDropped() {
        a.handshakes.initiator().start(B, null, at(0));
        for (int i = 0; i < 150; i++) {
            a.handshakes.initiator().start(B, QueuedMessage.packet(Bytes.ofHex("45")), at(0));
        }
        assertThat(a.neverSent).hasSize(50);
        assertThat(a.handshakes.initiator().takeWaiting(B)).hasSize(100);
        assertThat(a.events.stream().filter(HandshakeEvent.QueuedPacketDropped.class::isInstance))
                .hasSize(50);
    }

    @Test
    void whatWaitsForAHandshakeThatIsGivenUpIsToldOnce() {
        QueuedMessage packet = QueuedMessage.packet(Bytes.ofHex("45"));
        a.handshakes.initiator().start(B, packet, at(0));
        for (int seconds = 1; seconds < 60; seconds++) {
            assertThat(a.neverSent).hasSize(a.handshakes.initiator().isPending(B) ? 0 : 1);
            a.handshakes.initiator().onTimer(at(seconds));
        }
        assertThat(a.handshakes.initiator().isPending(B)).isFalse();
        assertThat(a.neverSent).containsExactly(packet);
    }

    @Test
    void packetsThatWaitForManyPeersShareOneBudget() {
        byte[] packet = new byte[1_300];
        packet[0] = 0x45;
        int offered = 0;
        for (int host = 1; host < 100; host++) {
            Ip absent = Ip.of("10.42.9." + host);
            for (int i = 0; i < 60; i++, offered++) {
                a.handshakes
                        .initiator()
                        .start(absent, QueuedMessage.packet(Bytes.copyOf(packet)), at(0));
            }
        }
        int kept = PendingHandshakes.MAX_WAITING_BYTES / packet.length;
        assertThat(a.events.stream().filter(HandshakeEvent.QueuedPacketDropped.class::isInstance))
                .hasSize(offered - kept);

        a.events.clear();
        int freed = a.handshakes.initiator().takeWaiting(Ip.of("10.42.9.1")).size();
        for (int i = 0; i < freed + 1; i++) {
            a.handshakes.initiator().start(B, QueuedMessage.packet(Bytes.copyOf(packet)), at(0));
        }
        assertThat(a.events.stream().filter(HandshakeEvent.QueuedPacketDropped.class::isInstance))
                .hasSize(1);
    }

    private Bytes message1(double seconds) {
        a.knows(B, AT_B);
        a.handshakes.initiator().start(B, QueuedMessage.packet(Bytes.ofHex("45aa")), at(seconds));
        a.handshakes.initiator().onTimer(at(seconds));
        return a.lastSent();
    }

    /** A forger's work: the same plain message with another time in it. */
    private static Bytes withTime(Bytes message1, int change) {
        byte[] forged = message1.toArray();
        // Field 5, a varint of nine bytes, stands before field 8 at the very end.
        forged[forged.length - 5] = (byte) (0x80 | change & 0x7F);
        forged[forged.length - 6] = (byte) (0x80 | change >> 7 & 0x7F);
        return Bytes.owning(forged);
    }

    private Tunnel answer(Bytes message1, double seconds) {
        return acceptedBy(b, message1, seconds);
    }

    private static Tunnel acceptedBy(TestWorld responder, Bytes message1, double seconds) {
        Message1Outcome outcome =
                responder.handshakes.responder().answer(Path.to(AT_A), message1, at(seconds));
        assertThat(outcome).isInstanceOf(Message1Outcome.Accepted.class);
        Message1Outcome.Accepted accepted = (Message1Outcome.Accepted) outcome;
        responder.tunnels.add(accepted.tunnel(), accepted.standing());
        return accepted.tunnel();
    }

    private Message2Outcome.Completed complete(Tunnel atB, double seconds) {
        Message2Outcome outcome =
                a.handshakes
                        .initiator()
                        .message2(
                                Path.to(AT_B),
                                atB.session().remoteIndex(),
                                atB.origin().message2(),
                                at(seconds));
        assertThat(outcome).isInstanceOf(Message2Outcome.Completed.class);
        return (Message2Outcome.Completed) outcome;
    }

    private static List<HandshakeRejection> refusals(TestWorld world) {
        List<HandshakeRejection> reasons = new ArrayList<>();
        world.events.forEach(
                event -> {
                    if (event instanceof HandshakeEvent.Rejected refused) {
                        reasons.add(refused.reason());
                    }
                });
        return reasons;
    }
}
