package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Bytes;
import org.junit.jupiter.api.Test;

class ForgottenEncodingsTest {

    private final TestPki pki = TestPki.seeded(11);

    @Test
    void whatWasForgottenIsMadeAnewAndTheSame() {
        Certificate certificate = pki.host(TestPki.subject("host", "10.42.0.9/16")).certificate();
        Bytes signed = certificate.signedBytes();
        Bytes encoded = certificate.encoded();
        Bytes form = certificate.handshakeForm();
        Fingerprint fingerprint = certificate.fingerprint();

        certificate.forgetEncodings();

        assertThat(certificate.fingerprint()).isEqualTo(fingerprint);
        assertThat(certificate.handshakeForm()).isEqualTo(form);
        assertThat(certificate.encoded()).isEqualTo(encoded);
        assertThat(certificate.signedBytes()).isEqualTo(signed);
        assertThat(pki.verified(certificate).certificate()).isEqualTo(certificate);
    }
}
