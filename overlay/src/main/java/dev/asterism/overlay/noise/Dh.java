package dev.asterism.overlay.noise;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A Diffie-Hellman group as Noise uses it (Noise 4.1, spec wire.md 4.1). Stateless, thread-safe. */
public sealed interface Dh permits X25519, P256 {

    static Dh x25519() {
        return X25519.INSTANCE;
    }

    static Dh p256() {
        return P256.INSTANCE;
    }

    /** The group's part of the protocol name. */
    String noiseName();

    /** Length of a public key on the wire. */
    int publicKeyBytes();

    /** Length of a private key in a key file. */
    int privateKeyBytes();

    /** A fresh key pair. */
    default KeyPair generate(RandomSource random) {
        byte[] drawn = random.bytes(privateKeyBytes());
        KeyPair pair = keyPair(drawn);
        Arrays.fill(drawn, (byte) 0);
        return pair;
    }

    /** The key pair of a stored private key, which is copied. Throws IllegalArgumentException when it is none. */
    KeyPair keyPair(byte[] privateKey);

    /**
     * The shared secret, owned by the caller, or null when the peer's key is not one to agree with (wrong length, no
     * point of the group, all-zero result).
     */
    byte @Nullable [] agree(KeyPair own, Bytes peerPublicKey);
}
