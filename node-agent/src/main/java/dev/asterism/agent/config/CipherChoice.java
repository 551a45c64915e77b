package dev.asterism.agent.config;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.curve.CurveChoice;
import dev.asterism.tun.aead.CipherProviders;
import dev.asterism.tun.curve.CurveProviders;

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
        } else if (CurveChoice.chosen() == null) {
            CurveChoice.choose(CurveProviders.ofThisMachine());
        }
    }

    /** What a named provider that cannot be used is told with. */
    static String problem(OverlayConfig config, CipherProviders.Unavailable unavailable) {
        String word = config.get(MachineSettings.SECTION).cipherProvider().word();
        return KEY + " asks for " + word + "; " + unavailable.why();
    }
}
