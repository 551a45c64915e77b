package dev.asterism.tun.aead;

import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadProvider;

/** A provider whose contexts work on native memory. */
interface NativeAead extends AeadProvider {

    /** With other first four nonce bytes than Nebula's zeros, big-endian, for published vectors. */
    AeadContext context(int noncePrefix);

    @Override
    default AeadContext context() {
        return context(0);
    }

    /** Which of several implementations in the library, or what is known of its version. */
    String variant();

    static void checkLength(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a key has 32 bytes, not " + key.length);
        }
    }
}
