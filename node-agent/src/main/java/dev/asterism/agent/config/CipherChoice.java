package dev.asterism.agent.config;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.OverlayConfig.Cipher;
import dev.asterism.tun.aead.CipherProviders;
import dev.asterism.tun.aead.TransportCipher;

/** The configuration's words for ciphers, in those of {@link CipherProviders}. */
final class CipherChoice {

    static final String KEY = "asterism.cipher_provider";

    private CipherChoice() {}

    static CipherProviders.Outcome of(OverlayConfig config) {
        return CipherProviders.ofThisMachine()
                .choose(config.get(MachineSettings.SECTION).cipherProvider(), cipher(config.cipher()));
    }

    /** What a named provider that cannot be used is told with. */
    static String problem(OverlayConfig config, CipherProviders.Unavailable unavailable) {
        String word = config.get(MachineSettings.SECTION).cipherProvider().word();
        return KEY + " asks for " + word + "; " + unavailable.why();
    }

    private static TransportCipher cipher(Cipher cipher) {
        return switch (cipher) {
            case AES -> TransportCipher.AES_256_GCM;
            case CHACHAPOLY -> TransportCipher.CHACHA20_POLY1305;
        };
    }
}
