package dev.asterism.overlay.aead;

/**
 * The two ciphers of a mesh, for handshakes and transport packets alike (spec wire.md 3.1). The
 * constants are the words of {@code cipher} in the configuration.
 */
public enum AeadCipher {
    AES("AESGCM", "AES-256-GCM", true),
    CHACHAPOLY("ChaChaPoly", "ChaCha20-Poly1305", false);

    private final String noiseName;
    private final String displayName;
    private final boolean bigEndianCounter;

    AeadCipher(String noiseName, String displayName, boolean bigEndianCounter) {
        this.noiseName = noiseName;
        this.displayName = displayName;
        this.bigEndianCounter = bigEndianCounter;
    }

    /** As it stands in the name of a Noise protocol. */
    public String noiseName() {
        return noiseName;
    }

    /** What people read. */
    public String displayName() {
        return displayName;
    }

    /** Order of the counter's bytes in the nonce; little-endian otherwise. */
    public boolean hasBigEndianCounter() {
        return bigEndianCounter;
    }

    /** The JDK's implementation, which is always there. */
    public AeadProvider jdk() {
        return switch (this) {
            case AES -> JcaAead.aesGcm();
            case CHACHAPOLY -> JcaAead.chaChaPoly();
        };
    }
}
