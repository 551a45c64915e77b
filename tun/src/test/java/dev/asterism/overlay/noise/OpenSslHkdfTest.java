package dev.asterism.overlay.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.hash.Sha256;
import dev.asterism.tun.curve.OpenSslSha256;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** HKDF, which is ours, over libcrypto's digests; in this package as nobody else may see it. */
class OpenSslHkdfTest {

    @AfterEach
    void chooseTheJdk() {
        Sha256.choose(null);
    }

    @Test
    void agreesWithEveryVerdictOfWycheproof() {
        OpenSslSha256 openSsl = OpenSslSha256.ofThisMachine();
        if (openSsl == null) {
            System.err.println("SKIPPED: libcrypto.so.3 is not installed");
            Assumptions.abort("libcrypto.so.3 is not installed");
        }
        Sha256.choose(openSsl);
        assertThat(Sha256.chosen()).isNotNull();

        WycheproofHkdfTest.check();
    }
}
