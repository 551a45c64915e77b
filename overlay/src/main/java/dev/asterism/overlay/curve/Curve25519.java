package dev.asterism.overlay.curve;

import org.jspecify.annotations.Nullable;

/**
 * X25519 (RFC 7748) and checks of Ed25519 signatures (RFC 8032) by somebody else than the JDK, which is slow at both
 * until they are compiled. All keys are raw and little-endian, 32 bytes each. Thread-safe; arguments are only read, and
 * results are owned by the caller.
 */
public interface Curve25519 {

    /** Prepares a private key, which is clamped at use. The caller destroys what it gets. */
    Key key(byte[] privateKey);

    /**
     * A private key that is ready for agreements. Preparing one costs as much as an agreement, so whoever agrees more
     * than once keeps it. One that nobody destroyed is wiped when it cannot be reached any more. Thread-safe.
     */
    interface Key {

        byte[] publicKey();

        /** The shared secret, or null when it is zero: the peer's key is a point of small order. */
        byte @Nullable [] agree(byte[] peerPublicKey);

        /** Wipes it. Agreements afterwards throw IllegalStateException. */
        void destroy();
    }

    /**
     * Whether the key signed the message. False also for a key or signature that cannot be one.
     *
     * @param signature any length, a genuine one has 64 bytes
     */
    boolean isGenuine(byte[] publicKey, byte[] message, byte[] signature);

    /** What the log says, for example {@code openssl 3.0.19}. */
    String name();
}
