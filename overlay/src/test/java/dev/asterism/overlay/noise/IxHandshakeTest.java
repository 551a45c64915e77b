package dev.asterism.overlay.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.MessageRead.Read;
import dev.asterism.overlay.noise.MessageRead.Reason;
import dev.asterism.overlay.noise.MessageRead.Rejected;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Conformance A3.1 to A3.3 at Noise level. */
class IxHandshakeTest {

    private static final Dh DH = Dh.x25519();
    private static final int KEY = 32;
    private static final int TAG = 16;

    private final Random random = new Random(11);
    private final KeyPair initiatorStatic = DH.generate(random::nextBytes);
    private final KeyPair responderStatic = DH.generate(random::nextBytes);
    private final NoiseSuite suite = NoiseSuite.byJdk(DH, AeadCipher.AES);

    @ParameterizedTest
    @EnumSource(AeadCipher.class)
    void bothEndsLearnPayloadAndPeerAndGetMirroredKeys(AeadCipher cipher) {
        NoiseSuite either = NoiseSuite.byJdk(DH, cipher);
        IxHandshake initiator = initiator(either);
        IxHandshake responder = responder(either);

        MessageRead first = responder.readMessage1(initiator.writeMessage1(bytes("one")));
        MessageRead second = initiator.readMessage2(message2(responder, "two"));

        assertThat(first).isEqualTo(new Read(payload("one"), initiatorStatic.publicKey()));
        assertThat(second).isEqualTo(new Read(payload("two"), responderStatic.publicKey()));
        SessionKeys ours = initiator.split();
        SessionKeys theirs = responder.split();
        assertThat(ours.sending()).isEqualTo(theirs.receiving()).isNotEqualTo(ours.receiving());
        assertThat(ours.receiving()).isEqualTo(theirs.sending());
        assertThat(ours.handshakeHash()).isEqualTo(theirs.handshakeHash());
    }

    @Test
    void messagesHaveTheSizesOfThePattern() {
        IxHandshake initiator = initiator(suite);
        IxHandshake responder = responder(suite);

        byte[] message1 = initiator.writeMessage1(new byte[10]);
        responder.readMessage1(message1);
        byte[] message2 = message2(responder, "0123456789");

        assertThat(message1).hasSize(2 * KEY + 10);
        assertThat(message2).hasSize(KEY + KEY + TAG + 10 + TAG);
    }

    @Test
    void message2HidesStaticKeyAndPayload() {
        IxHandshake initiator = initiator(suite);
        IxHandshake responder = responder(suite);
        responder.readMessage1(initiator.writeMessage1(bytes("one")));

        String message2 = HexFormat.of().formatHex(message2(responder, "a secret"));

        assertThat(message2)
                .doesNotContain(responderStatic.publicKey().hex())
                .doesNotContain(payload("a secret").hex());
    }

    @Test
    void refusesCallsOutOfOrder() {
        IxHandshake initiator = initiator(suite);
        IxHandshake responder = responder(suite);

        assertOutOfOrder(() -> initiator.readMessage1(new byte[100]));
        assertOutOfOrder(() -> initiator.readMessage2(new byte[200]));
        assertOutOfOrder(() -> initiator.writeMessage2(new byte[0]));
        assertOutOfOrder(initiator::split);
        assertOutOfOrder(() -> responder.writeMessage1(new byte[0]));
        assertOutOfOrder(() -> responder.writeMessage2(new byte[0]));
        assertOutOfOrder(() -> responder.readMessage2(new byte[200]));
        assertOutOfOrder(responder::split);

        byte[] message1 = initiator.writeMessage1(new byte[0]);
        assertOutOfOrder(() -> initiator.writeMessage1(new byte[0]));
        responder.readMessage1(message1);
        assertOutOfOrder(() -> responder.readMessage1(message1));
        byte[] message2 = message2(responder, "two");
        assertOutOfOrder(() -> responder.writeMessage2(new byte[0]));
        initiator.readMessage2(message2);
        initiator.split();
        assertOutOfOrder(() -> initiator.readMessage2(message2));
        assertOutOfOrder(initiator::split);
    }

    /** Whoever saw message 1 can answer it; the genuine answer may come after theirs. */
    @Test
    void anAnswerThatOpenedMayStillBeReplacedByAnother() {
        IxHandshake initiator = initiator(suite);
        byte[] message1 = initiator.writeMessage1(bytes("one"));
        IxHandshake stranger =
                IxHandshake.responder(
                        suite, DH.generate(random::nextBytes), DH.generate(random::nextBytes));
        stranger.readMessage1(message1);
        IxHandshake responder = responder(suite);
        responder.readMessage1(message1);

        initiator.readMessage2(message2(stranger, "mine"));
        assertCompletes(initiator, responder);
    }

    @Test
    void aRejectedAnswerAfterOneThatOpenedLeavesNoneToGoOnWith() {
        IxHandshake initiator = initiator(suite);
        IxHandshake responder = responder(suite);
        responder.readMessage1(initiator.writeMessage1(bytes("one")));
        byte[] message2 = message2(responder, "two");
        initiator.readMessage2(message2);

        initiator.readMessage2(new byte[200]);
        assertThat(initiator.isComplete()).isFalse();
        assertOutOfOrder(initiator::split);
        assertMirrors(initiator, message2, responder);
    }

    @Test
    void isOverOnceDestroyed() {
        IxHandshake initiator = initiator(suite);
        byte[] message1 = initiator.writeMessage1(bytes("one"));
        IxHandshake responder = responder(suite);
        responder.readMessage1(message1);
        byte[] message2 = message2(responder, "two");

        initiator.destroy();

        assertOutOfOrder(() -> initiator.readMessage2(message2));
        assertThat(initiator.isComplete()).isFalse();
    }

    @Test
    void rejectsAShortMessage1AndStillReadsAWholeOne() {
        IxHandshake initiator = initiator(suite);
        IxHandshake responder = responder(suite);
        byte[] message1 = initiator.writeMessage1(bytes("one"));

        for (int length = 0; length < 2 * KEY; length++) {
            assertThat(responder.readMessage1(Arrays.copyOf(message1, length)))
                    .isEqualTo(new Rejected(Reason.TOO_SHORT));
        }
        responder.readMessage1(message1);

        assertCompletes(initiator, responder);
    }

    @Test
    void survivesEveryTruncationOfMessage2() {
        IxHandshake initiator = initiator(suite);
        IxHandshake responder = responder(suite);
        responder.readMessage1(initiator.writeMessage1(bytes("one")));
        byte[] message2 = message2(responder, "two");

        for (int length = 0; length < message2.length; length++) {
            Reason expected = length < 2 * KEY + 2 * TAG ? Reason.TOO_SHORT : Reason.WRONG_TAG;
            assertThat(initiator.readMessage2(Arrays.copyOf(message2, length)))
                    .isEqualTo(new Rejected(expected));
        }

        assertMirrors(initiator, message2, responder);
    }

    @ParameterizedTest
    @EnumSource(AeadCipher.class)
    void survivesForgedRepliesAndCompletesWithTheGenuineOne(AeadCipher cipher) {
        NoiseSuite either = NoiseSuite.byJdk(DH, cipher);
        IxHandshake initiator = initiator(either);
        IxHandshake responder = responder(either);
        responder.readMessage1(initiator.writeMessage1(bytes("one")));
        byte[] message2 = message2(responder, "two");

        for (int at = 0; at < message2.length; at++) {
            byte[] forged = message2.clone();
            forged[at] ^= 1;
            assertThat(initiator.readMessage2(forged))
                    .as("byte " + at)
                    .isEqualTo(new Rejected(Reason.WRONG_TAG));
            assertThat(initiator.isComplete()).isFalse();
        }

        assertMirrors(initiator, message2, responder);
    }

    /** The static key opens, the payload does not: everything mixed in by then must be undone as well. */
    @Test
    void undoesAMessage2WhoseLastTagIsWrong() {
        IxHandshake initiator = initiator(suite);
        IxHandshake responder = responder(suite);
        responder.readMessage1(initiator.writeMessage1(bytes("one")));
        byte[] message2 = message2(responder, "two");
        Bytes hash = initiator.symmetric().handshakeHash();
        Bytes chainingKey = initiator.symmetric().chainingKey();
        byte[] forged = message2.clone();
        forged[forged.length - 1] ^= (byte) 0x80;

        initiator.readMessage2(forged);

        assertThat(initiator.symmetric().handshakeHash()).isEqualTo(hash);
        assertThat(initiator.symmetric().chainingKey()).isEqualTo(chainingKey);
        assertThat(initiator.symmetric().key()).isEqualTo(Bytes.EMPTY);
        assertMirrors(initiator, message2, responder);
    }

    @Test
    void rejectsAReplyToAnotherMessage1() {
        IxHandshake initiator = initiator(suite);
        byte[] message1 = initiator.writeMessage1(bytes("one"));
        message1[message1.length - 1] ^= 1;
        IxHandshake responder = responder(suite);
        responder.readMessage1(message1);

        assertThat(initiator.readMessage2(message2(responder, "two")))
                .isEqualTo(new Rejected(Reason.WRONG_TAG));
    }

    @Test
    void rejectsAReplyMadeWithTheOtherCipher() {
        IxHandshake initiator = initiator(suite);
        IxHandshake responder = responder(NoiseSuite.byJdk(DH, AeadCipher.CHACHAPOLY));
        responder.readMessage1(initiator.writeMessage1(bytes("one")));

        assertThat(initiator.readMessage2(message2(responder, "two")))
                .isEqualTo(new Rejected(Reason.WRONG_TAG));
    }

    @Test
    void rejectsAMessage2WithoutASharedSecretAndGoesOn() {
        IxHandshake initiator = initiator(suite);
        IxHandshake responder = responder(suite);
        responder.readMessage1(initiator.writeMessage1(bytes("one")));
        byte[] message2 = message2(responder, "two");
        byte[] weak = message2.clone();
        Arrays.fill(weak, 0, KEY, (byte) 0);

        assertThat(initiator.readMessage2(weak)).isEqualTo(new Rejected(Reason.UNUSABLE_KEY));

        assertMirrors(initiator, message2, responder);
    }

    @Test
    void answersNoInitiatorWithUnusableKeys() {
        for (int weakAt : new int[] {0, KEY}) {
            byte[] message1 = initiator(suite).writeMessage1(bytes("one"));
            Arrays.fill(message1, weakAt, weakAt + KEY, (byte) 0);
            IxHandshake responder = responder(suite);
            responder.readMessage1(message1);

            assertThat(responder.writeMessage2(bytes("two"))).isNull();
            assertOutOfOrder(responder::split);
        }
    }

    @Test
    void twoHandshakesShareNothing() {
        SessionKeys first = run();
        SessionKeys second = run();

        assertThat(first.sending()).isNotEqualTo(second.sending());
        assertThat(first.handshakeHash()).isNotEqualTo(second.handshakeHash());
    }

    @Test
    void wipesTheEphemeralKeyButNotTheStaticOne() {
        KeyPair ephemeral = DH.generate(random::nextBytes);
        IxHandshake initiator = IxHandshake.initiator(suite, initiatorStatic, ephemeral);
        IxHandshake responder = responder(suite);
        responder.readMessage1(initiator.writeMessage1(bytes("one")));
        initiator.readMessage2(message2(responder, "two"));

        SessionKeys keys = initiator.split();

        assertThat(ephemeral.privateKey()).containsOnly(0);
        assertThat(initiatorStatic.privateKey()).isNotEqualTo(new byte[KEY]);
        keys.destroy();
        assertThat(keys.sending()).containsOnly(0);
        assertThat(keys.receiving()).containsOnly(0);
    }

    private SessionKeys run() {
        IxHandshake initiator = initiator(suite);
        IxHandshake responder = responder(suite);
        responder.readMessage1(initiator.writeMessage1(bytes("one")));
        initiator.readMessage2(message2(responder, "two"));
        return initiator.split();
    }

    private void assertCompletes(IxHandshake initiator, IxHandshake responder) {
        assertMirrors(initiator, message2(responder, "two"), responder);
    }

    private void assertMirrors(IxHandshake initiator, byte[] message2, IxHandshake responder) {
        assertThat(initiator.readMessage2(message2))
                .isEqualTo(new Read(payload("two"), responderStatic.publicKey()));
        assertThat(initiator.isComplete()).isTrue();
        SessionKeys ours = initiator.split();
        SessionKeys theirs = responder.split();
        assertThat(ours.sending()).isEqualTo(theirs.receiving());
        assertThat(ours.receiving()).isEqualTo(theirs.sending());
    }

    private static void assertOutOfOrder(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(IllegalStateException.class);
    }

    private IxHandshake initiator(NoiseSuite with) {
        return IxHandshake.initiator(with, initiatorStatic, DH.generate(random::nextBytes));
    }

    private IxHandshake responder(NoiseSuite with) {
        return IxHandshake.responder(with, responderStatic, DH.generate(random::nextBytes));
    }

    private static byte[] message2(IxHandshake responder, String payload) {
        byte[] message = responder.writeMessage2(bytes(payload));
        if (message == null) {
            throw new AssertionError("no message 2");
        }
        return message;
    }

    private static byte[] bytes(String text) {
        return payload(text).toArray();
    }

    private static Bytes payload(String text) {
        return Bytes.owning(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
