package dev.asterism.overlay.handshake;

import static dev.asterism.overlay.handshake.TestWorld.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.PathQuality;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.Header;
import org.junit.jupiter.api.Test;

/** A peer that answers when all tries are over, as one that was asleep (docs/adr/0056). */
class GivenUpHandshakeTest {

    private static final Ip B = Ip.of("10.42.0.2");
    private static final UnderlayAddr AT_A = UnderlayAddr.of("192.0.2.1:4242");
    private static final UnderlayAddr AT_B = UnderlayAddr.of("192.0.2.2:4242");

    private final TestPki pki = TestPki.seeded(3);
    private final TestWorld a = new TestWorld(pki, pki.host("a", "10.42.0.1/16"), 1);
    private final TestWorld b = new TestWorld(pki, pki.host("b", "10.42.0.2/16"), 2);

    @Test
    void theNextHandshakeSendsTheSameMessage1() {
        Bytes message1 = tryInVain(B, 0);

        assertThat(begin(B, 8)).isEqualTo(message1);
        assertThat(a.sent).hasSize(11).allMatch(sent -> sent.datagram().equals(message1));
    }

    @Test
    void afterAMinuteItSendsAnother() {
        Bytes message1 = tryInVain(B, 0);

        assertThat(begin(B, 59.9)).isEqualTo(message1);
        run(59.9, 67);
        Bytes next = begin(B, 67);

        assertThat(next).isNotEqualTo(message1);
        assertThat(a.tunnels.awaited().mayContain(indexIn(message1))).isFalse();
        assertThat(a.handshakes.pendingIndexes()).isEqualTo(1);
    }

    @Test
    void itSendsAnotherWhenItHasSomethingElseToShow() {
        Bytes message1 = tryInVain(B, 0);
        a.extensions = 1;

        assertThat(begin(B, 8)).isNotEqualTo(message1);
        assertThat(a.tunnels.awaited().mayContain(indexIn(message1))).isFalse();
        assertThat(answerFrom(message1, 9)).isInstanceOf(Message2Outcome.Ignored.class);
    }

    @Test
    void anAnswerIsTakenWhileNoHandshakeIsUnderWay() {
        Bytes message1 = tryInVain(B, 0);
        assertThat(a.handshakes.pendingHosts()).isZero();
        assertThat(a.handshakes.pendingIndexes()).isZero();

        assertThat(answerFrom(message1, 20)).isInstanceOf(Message2Outcome.Completed.class);

        assertThat(a.handshakes.pendingIndexes()).isZero();
        assertThat(begin(B, 21)).as("its machine is used up").isNotEqualTo(message1);
    }

    @Test
    void anAnswerIsTakenByTheNextHandshake() {
        Bytes message1 = tryInVain(B, 0);
        begin(B, 8);

        Message2Outcome outcome = answerFrom(message1, 8.01);

        assertThat(outcome).isInstanceOf(Message2Outcome.Completed.class);
        Tunnel tunnel = ((Message2Outcome.Completed) outcome).tunnel();
        assertThat(tunnel.watch().quality.rttNanos())
                .as("nobody knows which of eleven it answers")
                .isEqualTo(PathQuality.UNKNOWN);
        assertThat(a.handshakes.initiator().isPending(B)).isFalse();
    }

    @Test
    void noAnswerIsTakenAfterAMinute() {
        Bytes message1 = tryInVain(B, 0);
        assertThat(a.handshakes.nextDeadlineNanos()).isEqualTo(at(60).nanos());
        a.handshakes.onTimer(at(60));

        assertThat(answerFrom(message1, 60)).isInstanceOf(Message2Outcome.Ignored.class);
        assertThat(a.handshakes.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void noAnswerIsTakenWhenThePeerHasMadeATunnelMeanwhile() {
        Bytes message1 = tryInVain(B, 0);

        a.handshakes.initiator().superseded(B, at(9));

        assertThat(answerFrom(message1, 10)).isInstanceOf(Message2Outcome.Ignored.class);
    }

    /** F09a of the fault bench with Nebula 1.6.1, which refuses a message 1 that is older than its tunnel. */
    @Test
    void whoLooksForThePeerBesideATunnelThatThePeerMadeSendsAMessage1OfItsOwnTime() {
        Bytes message1 = begin(B, 0);
        a.handshakes.initiator().superseded(B, at(0.1));

        Bytes next = begin(B, 3);

        assertThat(payloadOf(next).time()).isEqualTo(at(3).unixNanos());
        assertThat(a.tunnels.awaited().mayContain(indexIn(message1))).isFalse();
        assertThat(answerFrom(next, 3.1)).isInstanceOf(Message2Outcome.Completed.class);
    }

    @Test
    void itSendsAnotherWhenThePeerHasATunnelThatIsLater() {
        tryInVain(B, 0);
        tunnelByMessage1OfB(7.5);

        assertThat(payloadOf(begin(B, 8)).time()).isEqualTo(at(8).unixNanos());
    }

    private void tunnelByMessage1OfB(double seconds) {
        Ip overlayOfA = Ip.of("10.42.0.1");
        b.knows(overlayOfA, AT_A);
        b.handshakes.initiator().start(overlayOfA, null, at(seconds));
        b.handshakes.onTimer(at(seconds));
        Message1Outcome answered =
                a.handshakes.responder().answer(Path.to(AT_B), b.lastSent(), at(seconds));
        Message1Outcome.Accepted made = (Message1Outcome.Accepted) answered;
        made.tunnel().watch().establishedNanos = at(seconds).nanos();
        a.tunnels.add(made.tunnel(), made.standing());
    }

    @Test
    void keepsThoseOf256PeersTheLatest() {
        for (int host = 0; host < 300; host++) {
            a.knows(peer(host), AT_B);
            a.handshakes.initiator().start(peer(host), null, at(0));
        }
        run(0, 7);
        assertThat(a.handshakes.pendingHosts()).isZero();
        int same = 0;
        for (int host = 0; host < 300; host++) {
            a.sent.clear();
            a.handshakes.initiator().start(peer(host), null, at(8));
            a.handshakes.onTimer(at(8));
            same += a.handshakes.initiator().isPending(peer(host)) && isOld(a.lastSent()) ? 1 : 0;
        }

        assertThat(same).isEqualTo(PendingHandshakes.MAX_GIVEN_UP);
    }

    private static Ip peer(int number) {
        return Ip.of("10.42." + (9 + number / 250) + "." + (1 + number % 250));
    }

    /** Made before the second try of all. */
    private static boolean isOld(Bytes message1) {
        return payloadOf(message1).time() < at(8).unixNanos();
    }

    /** Until all tries are over; the message 1 of each. */
    private Bytes tryInVain(Ip peer, double seconds) {
        Bytes message1 = begin(peer, seconds);
        run(seconds, seconds + 7);
        assertThat(a.handshakes.initiator().isPending(peer)).isFalse();
        return message1;
    }

    private Bytes begin(Ip peer, double seconds) {
        a.knows(peer, AT_B);
        a.handshakes.initiator().start(peer, null, at(seconds));
        a.handshakes.onTimer(at(seconds));
        return a.lastSent();
    }

    private void run(double from, double until) {
        for (double t = from; t < until; t += 0.05) {
            a.handshakes.onTimer(at(t));
        }
    }

    private Message2Outcome answerFrom(Bytes message1, double seconds) {
        Message1Outcome answered =
                b.handshakes.responder().answer(Path.to(AT_A), message1, at(seconds));
        assertThat(answered).isInstanceOf(Message1Outcome.Accepted.class);
        Bytes message2 = ((Message1Outcome.Accepted) answered).tunnel().origin().message2();
        return a.handshakes
                .initiator()
                .message2(Path.to(AT_B), indexOf(message2), message2, at(seconds));
    }

    private static int indexOf(Bytes message2) {
        return Header.remoteIndex(message2.asSegment(), 0);
    }

    /** That of its sender. */
    private static int indexIn(Bytes message1) {
        return payloadOf(message1).initiatorIndex();
    }

    /** Behind two public keys. */
    private static HandshakePayload payloadOf(Bytes message1) {
        int at = Header.LENGTH + 64;
        HandshakePayload.Decoded decoded =
                HandshakePayload.decodeMessage1(message1.slice(at, message1.length() - at));
        return ((HandshakePayload.Decoded.Valid) decoded).payload();
    }
}
