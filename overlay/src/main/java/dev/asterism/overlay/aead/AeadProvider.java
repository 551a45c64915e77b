package dev.asterism.overlay.aead;

/**
 * One implementation of one transport cipher (AES-256-GCM or ChaCha20-Poly1305), framed as Nebula
 * does (spec wire.md 3.1). Thread-safe.
 */
public interface AeadProvider {

    int KEY_BYTES = 32;
    int TAG_BYTES = 16;

    /** Prepares a key of {@link #KEY_BYTES} bytes; copies what it needs. */
    AeadKey key(byte[] key);

    /** Working memory for one thread; seals and opens with any key of this provider. */
    AeadContext context();

    /** What the log says, for example {@code jdk AES-256-GCM}. */
    String name();
}
