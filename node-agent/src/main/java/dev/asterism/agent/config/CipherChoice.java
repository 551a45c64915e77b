package dev.asterism.agent.config;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.OverlayConfig.Cipher;
import dev.asterism.overlay.config.OverlayConfig.CipherProvider;
import dev.asterism.tun.aead.CipherProviders;
import dev.asterism.tun.aead.CipherProviders.Preference;
import dev.asterism.tun.aead.TransportCipher;

/** The configuration's words for ciphers, in those of {@link CipherProviders}. */
final class CipherChoice {

    static final String KEY = "asterism.cipher_provider";

    private CipherChoice() {}

    static CipherProviders.Outcome of(OverlayConfig config) {
        return CipherProviders.ofThisMachine()
                .choose(wanted(config.asterism().cipherProvider()), cipher(config.cipher()));
    }

    /** What a named provider that cannot be used is told with. */
    static String problem(OverlayConfig config, CipherProviders.Unavailable unavailable) {
        String word = wanted(config.asterism().cipherProvider()).word();
        return KEY + " asks for " + word + "; " + unavailable.why();
    }

    private static TransportCipher cipher(Cipher cipher) {
        return switch (cipher) {
            case AES -> TransportCipher.AES_256_GCM;
            case CHACHAPOLY -> TransportCipher.CHACHA20_POLY1305;
        };
    }

    private static Preference wanted(CipherProvider provider) {
        return switch (provider) {
            case AUTO -> Preference.AUTO;
            case IPSEC_MB -> Preference.IPSEC_MB;
            case OPENSSL -> Preference.OPENSSL;
            case JDK -> Preference.JDK;
        };
    }
}
