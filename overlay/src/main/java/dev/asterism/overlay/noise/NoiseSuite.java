package dev.asterism.overlay.noise;

import dev.asterism.overlay.aead.AeadCipher;

/** The choices that make up a protocol name; both ends must have made the same (spec wire.md 4.1). */
public record NoiseSuite(Dh dh, NoiseCipher cipher) {

    /** With a cipher by the JDK. */
    public static NoiseSuite byJdk(Dh dh, AeadCipher cipher) {
        return new NoiseSuite(dh, NoiseCipher.byJdk(cipher));
    }

    /** For example {@code Noise_IX_25519_AESGCM_SHA256}. */
    public String protocolName() {
        return "Noise_IX_" + dh.noiseName() + "_" + cipher.noiseName() + "_SHA256";
    }
}
