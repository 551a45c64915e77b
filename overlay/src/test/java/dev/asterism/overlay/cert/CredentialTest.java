package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.noise.NoiseCipher;
import java.util.List;
import org.junit.jupiter.api.Test;

class CredentialTest {

    private final TestPki pki = TestPki.seeded(1);
    private final Credential host = pki.host("host", "10.42.0.2/16").credential();

    @Test
    void theCurveIsTheCertificatesAndTheCipherTheNodes() {
        assertThat(host.curve()).isEqualTo(Curve.CURVE25519);
        assertThat(host.suite(NoiseCipher.byJdk(AeadCipher.AES)).protocolName())
                .isEqualTo("Noise_IX_25519_AESGCM_SHA256");
        assertThat(host.suite(NoiseCipher.byJdk(AeadCipher.CHACHAPOLY)).protocolName())
                .isEqualTo("Noise_IX_25519_ChaChaPoly_SHA256");
    }

    @Test
    void theKeyIsTheOneInTheCertificate() {
        Credential other = pki.host("other", "10.42.0.3/16").credential();

        assertThatThrownBy(() -> new Credential(host.certificate(), other.keys()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anIdentityHasACredential() {
        assertThatThrownBy(() -> new LocalIdentity(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
