package dev.asterism.agent.config;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.curve.CurveChoice;
import dev.asterism.overlay.hash.Sha256;
import dev.asterism.tun.aead.CipherProviders;
import dev.asterism.tun.curve.CurveProviders;
import dev.asterism.tun.curve.OpenSslSha256;

/** Asks {@link CipherProviders} for what the configuration says. */
final class CipherChoice {

    static final String KEY = "asterism.cipher_provider";

    private CipherChoice() {}

    static CipherProviders.Outcome of(OverlayConfig config) {
        return CipherProviders.ofThisMachine()
                .choose(config.get(MachineSettings.SECTION).cipherProvider(), config.cipher());
    }

    /** Handshakes and certificates are calculated by OpenSSL where that is installed, unless the JDK was named. */
    static void chooseCurve(OverlayConfig config) {
        boolean jdk =
                config.get(MachineSettings.SECTION).cipherProvider()
                        == CipherProviders.Preference.JDK;
        if (jdk) {
            CurveChoice.choose(null);
            Sha256.choose(null);
        } else if (CurveChoice.chosen() == null) {
            CurveChoice.choose(CurveProviders.ofThisMachine());
            Sha256.choose(OpenSslSha256.ofThisMachine());
        }
    }

    /** What a named provider that cannot be used is told with. */
    static String problem(OverlayConfig config, CipherProviders.Unavailable unavailable) {
        String word = config.get(MachineSettings.SECTION).cipherProvider().word();
        return KEY + " asks for " + word + "; " + unavailable.why();
    }
}
