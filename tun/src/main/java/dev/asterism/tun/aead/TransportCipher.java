package dev.asterism.tun.aead;

import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.aead.JcaAead;

/** The two ciphers of transport packets (spec wire.md 3.1). */
public enum TransportCipher {
    AES_256_GCM("AES-256-GCM", true),
    CHACHA20_POLY1305("ChaCha20-Poly1305", false);

    private final String displayName;
    private final boolean bigEndianCounter;

    TransportCipher(String displayName, boolean bigEndianCounter) {
        this.displayName = displayName;
        this.bigEndianCounter = bigEndianCounter;
    }

    /** What people read. */
    public String displayName() {
        return displayName;
    }

    /** Order of the counter's bytes in the nonce; little-endian otherwise. */
    boolean hasBigEndianCounter() {
        return bigEndianCounter;
    }

    /** The JDK's implementation. */
    AeadProvider jdk() {
        return switch (this) {
            case AES_256_GCM -> JcaAead.aesGcm();
            case CHACHA20_POLY1305 -> JcaAead.chaChaPoly();
        };
    }
}
