package dev.asterism.overlay.noise;

import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.MessageRead.Read;
import dev.asterism.overlay.noise.MessageRead.Reason;
import dev.asterism.overlay.noise.MessageRead.Rejected;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One end of a Noise IX handshake without pre-shared key and with an empty prologue (spec wire.md 4):
 *
 * <pre>
 * message 1  e | s | payload                        all in clear
 * message 2  e | sealed s, 16-byte tag | sealed payload, 16-byte tag
 * </pre>
 *
 * Calls out of order are a programmer's error and throw IllegalStateException; whatever the peer sends does not.
 * Belongs to one thread.
 */
public final class IxHandshake {

    private enum Stage {
        WRITES_MESSAGE_1,
        READS_MESSAGE_1,
        WRITES_MESSAGE_2,
        READS_MESSAGE_2,
        COMPLETE,
        OVER
    }

    private final Dh dh;
    private final KeyPair staticKeys;
    private final KeyPair ephemeral;
    private final boolean initiator;
    private final SymmetricState symmetric;
    private Stage stage;

    /** What the last message 2 that opened came to; {@link #symmetric} stays as it was before it. */
    private @Nullable SymmetricState opened;

    private @Nullable Bytes remoteEphemeral;
    private @Nullable Bytes remoteStatic;

    private IxHandshake(
            NoiseSuite suite, KeyPair staticKeys, KeyPair ephemeral, boolean initiator) {
        this.dh = suite.dh();
        this.staticKeys = staticKeys;
        this.ephemeral = ephemeral;
        this.initiator = initiator;
        this.symmetric = new SymmetricState(suite);
        this.stage = initiator ? Stage.WRITES_MESSAGE_1 : Stage.READS_MESSAGE_1;
    }

    /** Takes over {@code ephemeral}, which must be fresh and is wiped by {@link #destroy} and {@link #split}. */
    public static IxHandshake initiator(NoiseSuite suite, KeyPair staticKeys, KeyPair ephemeral) {
        return new IxHandshake(suite, staticKeys, ephemeral, true);
    }

    /** Takes over {@code ephemeral}, which must be fresh and is wiped by {@link #destroy} and {@link #split}. */
    public static IxHandshake responder(NoiseSuite suite, KeyPair staticKeys, KeyPair ephemeral) {
        return new IxHandshake(suite, staticKeys, ephemeral, false);
    }

    /** The initiator's first step. The payload travels in clear. */
    public byte[] writeMessage1(byte[] payload) {
        expect(Stage.WRITES_MESSAGE_1);
        byte[] e = ephemeral.publicKey().toArray();
        symmetric.mixHash(e);
        byte[] s = symmetric.encryptAndHash(staticKeys.publicKey().toArray());
        byte[] sealedPayload = symmetric.encryptAndHash(payload);
        stage = Stage.READS_MESSAGE_2;
        return concat(e, s, sealedPayload);
    }

    /** The responder's first step; hashes only, no curve work. */
    public MessageRead readMessage1(byte[] message) {
        expect(Stage.READS_MESSAGE_1);
        int keyBytes = dh.publicKeyBytes();
        if (message.length < 2 * keyBytes) {
            return new Rejected(Reason.TOO_SHORT);
        }
        byte[] e = Arrays.copyOf(message, keyBytes);
        byte[] s = Arrays.copyOfRange(message, keyBytes, 2 * keyBytes);
        byte[] payload = Arrays.copyOfRange(message, 2 * keyBytes, message.length);
        symmetric.mixHash(e);
        symmetric.mixHash(s);
        symmetric.mixHash(payload);
        remoteEphemeral = Bytes.owning(e);
        Bytes peer = Bytes.owning(s);
        remoteStatic = peer;
        stage = Stage.WRITES_MESSAGE_2;
        return new Read(Bytes.owning(payload), peer);
    }

    /**
     * The responder's second step, three agreements. Null, and the handshake is over, when the initiator's keys are
     * ones with which no secret can be agreed.
     */
    public byte @Nullable [] writeMessage2(byte[] payload) {
        expect(Stage.WRITES_MESSAGE_2);
        stage = Stage.OVER;
        Bytes peerEphemeral = known(remoteEphemeral);
        byte[] ee = dh.agree(ephemeral, peerEphemeral);
        byte[] se = dh.agree(ephemeral, known(remoteStatic));
        byte[] es = dh.agree(staticKeys, peerEphemeral);
        if (ee == null || se == null || es == null) {
            wipe(ee);
            wipe(se);
            wipe(es);
            return null;
        }
        byte[] e = ephemeral.publicKey().toArray();
        symmetric.mixHash(e);
        symmetric.mixKey(ee);
        symmetric.mixKey(se);
        byte[] s = symmetric.encryptAndHash(staticKeys.publicKey().toArray());
        symmetric.mixKey(es);
        byte[] sealedPayload = symmetric.encryptAndHash(payload);
        stage = Stage.COMPLETE;
        return concat(e, s, sealedPayload);
    }

    /**
     * The initiator's second step. Nothing is final before {@link #split}: a message 2 proves only that its sender saw
     * message 1, so the caller judges the certificate in it first and may read another one instead. The last one read
     * counts.
     */
    public MessageRead readMessage2(byte[] message) {
        expect(Stage.READS_MESSAGE_2);
        dropOpened();
        int keyBytes = dh.publicKeyBytes();
        int sealedKeyBytes = keyBytes + AeadProvider.TAG_BYTES;
        if (message.length < keyBytes + sealedKeyBytes + AeadProvider.TAG_BYTES) {
            return new Rejected(Reason.TOO_SHORT);
        }
        byte[] e = Arrays.copyOf(message, keyBytes);
        byte[] s = Arrays.copyOfRange(message, keyBytes, keyBytes + sealedKeyBytes);
        byte[] payload = Arrays.copyOfRange(message, keyBytes + sealedKeyBytes, message.length);

        SymmetricState attempt = symmetric.copy();
        MessageRead outcome = readMessage2(attempt, e, s, payload);
        switch (outcome) {
            case Read _ -> opened = attempt;
            case Rejected _ -> attempt.destroy();
        }
        return outcome;
    }

    private MessageRead readMessage2(SymmetricState state, byte[] e, byte[] s, byte[] payload) {
        Bytes peerEphemeral = Bytes.owning(e);
        byte[] ee = dh.agree(ephemeral, peerEphemeral);
        byte[] se = dh.agree(staticKeys, peerEphemeral);
        if (ee == null || se == null) {
            wipe(ee);
            wipe(se);
            return new Rejected(Reason.UNUSABLE_KEY);
        }
        state.mixHash(e);
        state.mixKey(ee);
        state.mixKey(se);
        byte[] openedKey = state.decryptAndHash(s);
        if (openedKey == null) {
            return new Rejected(Reason.WRONG_TAG);
        }
        Bytes peerStatic = Bytes.owning(openedKey);
        byte[] es = dh.agree(ephemeral, peerStatic);
        if (es == null) {
            return new Rejected(Reason.UNUSABLE_KEY);
        }
        state.mixKey(es);
        byte[] opened = state.decryptAndHash(payload);
        return opened == null
                ? new Rejected(Reason.WRONG_TAG)
                : new Read(Bytes.owning(opened), peerStatic);
    }

    private void dropOpened() {
        if (opened != null) {
            opened.destroy();
            opened = null;
        }
    }

    /** True while {@link #split} can be called: after the second message. */
    public boolean isComplete() {
        return stage == Stage.COMPLETE || stage == Stage.READS_MESSAGE_2 && opened != null;
    }

    /** Ends a complete handshake; its secrets are wiped, the keys belong to the caller. */
    public SessionKeys split() {
        if (!isComplete()) {
            throw new IllegalStateException("handshake is at " + stage + ", not complete");
        }
        SymmetricState agreed = symmetric();
        byte[][] keys = agreed.split();
        SessionKeys session =
                new SessionKeys(
                        keys[initiator ? 0 : 1], keys[initiator ? 1 : 0], agreed.handshakeHash());
        destroy();
        return session;
    }

    /** Gives up at any time and wipes the ephemeral key; the static keys stay. */
    public void destroy() {
        stage = Stage.OVER;
        dropOpened();
        symmetric.destroy();
        ephemeral.destroy();
    }

    /** For comparison with traces. */
    SymmetricState symmetric() {
        return opened == null ? symmetric : opened;
    }

    private void expect(Stage wanted) {
        if (stage != wanted) {
            throw new IllegalStateException("handshake is at " + stage + ", not at " + wanted);
        }
    }

    private static void wipe(byte @Nullable [] secret) {
        if (secret != null) {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static Bytes known(@Nullable Bytes key) {
        if (key == null) {
            throw new IllegalStateException("message 1 not read");
        }
        return key;
    }

    private static byte[] concat(byte[] e, byte[] s, byte[] payload) {
        byte[] message = Arrays.copyOf(e, e.length + s.length + payload.length);
        System.arraycopy(s, 0, message, e.length, s.length);
        System.arraycopy(payload, 0, message, e.length + s.length, payload.length);
        return message;
    }
}
