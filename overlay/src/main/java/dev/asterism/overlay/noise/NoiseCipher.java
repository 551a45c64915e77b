package dev.asterism.overlay.noise;

import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.aead.JcaAead;

/** The handshake's AEAD, which is also the transport's (spec wire.md 3.1). */
public enum NoiseCipher {
    AES_GCM("AESGCM"),
    CHACHA_POLY("ChaChaPoly");

    private final String noiseName;

    NoiseCipher(String noiseName) {
        this.noiseName = noiseName;
    }

    String noiseName() {
        return noiseName;
    }

    /** The JDK's cipher: handshakes are rare and must not depend on native libraries. */
    AeadProvider provider() {
        return switch (this) {
            case AES_GCM -> JcaAead.aesGcm();
            case CHACHA_POLY -> JcaAead.chaChaPoly();
        };
    }
}
