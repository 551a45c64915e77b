package dev.asterism.overlay.noise;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadProvider;

/**
 * The cipher of handshakes with who calculates it. One for all handshakes of a node, as each uses it for a moment.
 * One thread.
 */
public final class NoiseCipher {

    private final AeadCipher cipher;
    private final AeadProvider provider;
    private final AeadContext context;

    private NoiseCipher(AeadCipher cipher, AeadProvider provider) {
        this.cipher = cipher;
        this.provider = provider;
        this.context = provider.context();
    }

    /**
     * By somebody who has passed tests with published vectors.
     *
     * @param provider of that cipher
     */
    public static NoiseCipher of(AeadCipher cipher, AeadProvider provider) {
        return new NoiseCipher(cipher, provider);
    }

    /** By the JDK. */
    public static NoiseCipher byJdk(AeadCipher cipher) {
        return of(cipher, cipher.jdk());
    }

    /** As it stands in the name of a Noise protocol. */
    String noiseName() {
        return cipher.noiseName();
    }

    AeadProvider provider() {
        return provider;
    }

    AeadContext context() {
        return context;
    }
}
