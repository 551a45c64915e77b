package dev.asterism.overlay.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.southernstorm.noise.protocol.CipherState;
import com.southernstorm.noise.protocol.CipherStatePair;
import com.southernstorm.noise.protocol.HandshakeState;
import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.MessageRead.Read;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against an independent implementation, in both roles: same bytes, same hash, same transport keys. */
class NoiseJavaDifferentialTest {

    private static final Dh DH = Dh.x25519();
    private static final int ROUNDS = 10;

    private final Random random = new Random(23);

    @ParameterizedTest
    @EnumSource(AeadCipher.class)
    void isAnsweredByItsResponder(AeadCipher cipher) throws GeneralSecurityException {
        NoiseSuite suite = NoiseSuite.byJdk(DH, cipher);
        for (int round = 0; round < ROUNDS; round++) {
            KeyPair ourStatic = keys();
            KeyPair theirStatic = keys();
            IxHandshake ours = IxHandshake.initiator(suite, ourStatic, keys());
            HandshakeState theirs = oracle(suite, HandshakeState.RESPONDER, theirStatic, keys());
            byte[] payload1 = payload();
            byte[] payload2 = payload();

            assertThat(read(theirs, ours.writeMessage1(payload1))).isEqualTo(payload1);
            assertThat(ours.readMessage2(write(theirs, payload2)))
                    .isEqualTo(new Read(Bytes.owning(payload2), theirStatic.publicKey()));

            assertSameEnd(suite, ours.split(), theirs);
        }
    }

    @ParameterizedTest
    @EnumSource(AeadCipher.class)
    void answersItsInitiator(AeadCipher cipher) throws GeneralSecurityException {
        NoiseSuite suite = NoiseSuite.byJdk(DH, cipher);
        for (int round = 0; round < ROUNDS; round++) {
            KeyPair theirStatic = keys();
            IxHandshake ours = IxHandshake.responder(suite, keys(), keys());
            HandshakeState theirs = oracle(suite, HandshakeState.INITIATOR, theirStatic, keys());
            byte[] payload1 = payload();
            byte[] payload2 = payload();

            assertThat(ours.readMessage1(write(theirs, payload1)))
                    .isEqualTo(new Read(Bytes.owning(payload1), theirStatic.publicKey()));
            byte[] message2 = ours.writeMessage2(payload2);
            assertThat(read(theirs, message2 == null ? new byte[0] : message2)).isEqualTo(payload2);

            assertSameEnd(suite, ours.split(), theirs);
        }
    }

    @ParameterizedTest
    @EnumSource(AeadCipher.class)
    void writesTheSameBytesFromTheSameKeys(AeadCipher cipher) throws GeneralSecurityException {
        NoiseSuite suite = NoiseSuite.byJdk(DH, cipher);
        for (int round = 0; round < ROUNDS; round++) {
            KeyPair staticA = keys();
            KeyPair staticB = keys();
            byte[] ephemeralA = bytes(32);
            byte[] ephemeralB = bytes(32);
            byte[] payload1 = payload();
            byte[] payload2 = payload();
            IxHandshake ourA = IxHandshake.initiator(suite, staticA, DH.keyPair(ephemeralA));
            IxHandshake ourB = IxHandshake.responder(suite, staticB, DH.keyPair(ephemeralB));
            HandshakeState theirA =
                    oracle(suite, HandshakeState.INITIATOR, staticA, DH.keyPair(ephemeralA));
            HandshakeState theirB =
                    oracle(suite, HandshakeState.RESPONDER, staticB, DH.keyPair(ephemeralB));

            byte[] message1 = ourA.writeMessage1(payload1);
            assertThat(write(theirA, payload1)).isEqualTo(message1);
            ourB.readMessage1(message1);
            read(theirB, message1);
            assertThat(write(theirB, payload2)).isEqualTo(ourB.writeMessage2(payload2));
        }
    }

    private void assertSameEnd(NoiseSuite suite, SessionKeys ours, HandshakeState theirs)
            throws GeneralSecurityException {
        assertThat(ours.handshakeHash().toArray()).isEqualTo(theirs.getHandshakeHash());
        CipherStatePair pair = theirs.split();
        assertThat(seal(suite, ours.sending())).isEqualTo(seal(pair.getReceiver()));
        assertThat(seal(suite, ours.receiving())).isEqualTo(seal(pair.getSender()));
    }

    /** Their keys cannot be read, but a text they seal gives them away. */
    private static byte[] seal(CipherState cipher) throws GeneralSecurityException {
        byte[] sealed = new byte[40 + AeadProvider.TAG_BYTES];
        cipher.setNonce(5);
        cipher.encryptWithAd(new byte[0], new byte[40], 0, sealed, 0, 40);
        return sealed;
    }

    private static byte[] seal(NoiseSuite suite, byte[] key) {
        byte[] sealed = new byte[40 + AeadProvider.TAG_BYTES];
        AeadProvider provider = suite.cipher().provider();
        provider.context()
                .seal(
                        provider.key(key),
                        5,
                        MemorySegment.ofArray(sealed),
                        0,
                        0,
                        MemorySegment.ofArray(new byte[40]),
                        0,
                        40);
        return sealed;
    }

    private static HandshakeState oracle(
            NoiseSuite suite, int role, KeyPair staticKeys, KeyPair ephemeral)
            throws GeneralSecurityException {
        HandshakeState state = new HandshakeState(suite.protocolName(), role);
        state.getLocalKeyPair().setPrivateKey(staticKeys.privateKey(), 0);
        state.getFixedEphemeralKey().setPrivateKey(ephemeral.privateKey(), 0);
        state.start();
        return state;
    }

    private static byte[] write(HandshakeState state, byte[] payload)
            throws GeneralSecurityException {
        byte[] message = new byte[payload.length + 200];
        int length = state.writeMessage(message, 0, payload, 0, payload.length);
        return Arrays.copyOf(message, length);
    }

    private static byte[] read(HandshakeState state, byte[] message)
            throws GeneralSecurityException {
        byte[] payload = new byte[message.length];
        int length = state.readMessage(message, 0, message.length, payload, 0);
        return Arrays.copyOf(payload, length);
    }

    private KeyPair keys() {
        return DH.keyPair(bytes(32));
    }

    private byte[] payload() {
        return bytes(random.nextInt(400));
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
