package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LocalIdentityTest {

    private final TestPki pki = TestPki.seeded(1);
    private final LocalIdentity host = pki.host("host", "10.42.0.2/16");
    private final String certificate = CertificatePem.encode(host.certificate());
    private final String key = KeyPem.encodePrivate(host.credential().keys());

    @Test
    void readsCertificateWithItsKey() throws CertificateException {
        LocalIdentity.Loaded read = LocalIdentity.read(certificate, key, TestPki.NOW);

        assertThat(read.identity().certificate()).isEqualTo(host.certificate());
        assertThat(read.identity().credential().keys().publicKey())
                .isEqualTo(host.certificate().publicKey());
        assertThat(read.skipped()).isEmpty();
    }

    @Test
    void wipesItsKeys() throws CertificateException {
        LocalIdentity read = LocalIdentity.read(certificate, key, TestPki.NOW).identity();

        read.destroy();

        assertThat(read.credential().keys().copyPrivateKey()).containsOnly(0);
    }

    @Test
    void refusesKeyOfAnotherHost() {
        String other = KeyPem.encodePrivate(pki.host("other", "10.42.0.3/16").credential().keys());

        assertThatThrownBy(() -> LocalIdentity.read(certificate, other, TestPki.NOW))
                .hasMessage(
                        "private key is not a pair with public key in nebula cert: public key and"
                                + " private key are not a pair");
    }

    @Test
    void refusesExpiredCertificate() {
        assertThatThrownBy(() -> LocalIdentity.read(certificate, key, TestPki.END.plusSeconds(1)))
                .hasMessage(
                        "nebula certificate for this host \"host\" expired at"
                                + " 2099-01-01T00:00:00Z (system clock: 2099-01-01T00:00:01Z)");
    }

    @Test
    void refusesCertificateThatIsNotValidYet() {
        assertThatThrownBy(
                        () ->
                                LocalIdentity.read(
                                        certificate, key, java.time.Instant.ofEpochMilli(10_500)))
                .hasMessage(
                        "nebula certificate for this host \"host\" is not valid"
                                + " before 2026-01-01T00:00:00Z (system clock: 1970-01-01T00:00:10Z)");
    }

    @Test
    void refusesCa() {
        String ca = CertificatePem.encode(pki.ca());

        assertThatThrownBy(() -> LocalIdentity.read(ca, key, TestPki.NOW))
                .hasMessageContaining("CA certificate");
    }

    @Test
    void refusesSecondCertificateOfTheSameVersion() {
        assertThatThrownBy(() -> LocalIdentity.read(certificate + certificate, key, TestPki.NOW))
                .hasMessage("v1 certificate already found in pki.cert");
    }

    @Test
    void skipsUnknownVersionsBesideItsOwn() throws CertificateException {
        String v3 = certificate.replace("CERTIFICATE-", "CERTIFICATE V3-");

        assertThat(LocalIdentity.read(v3 + certificate, key, TestPki.NOW).skipped())
                .containsExactly(
                        "certificate 1: certificate version unrecognized: \"NEBULA CERTIFICATE"
                                + " V3\"");
        assertThatThrownBy(() -> LocalIdentity.read(v3, key, TestPki.NOW))
                .hasMessage(
                        "no valid certificates found in pki.cert, skipped: certificate 1:"
                                + " certificate version unrecognized: \"NEBULA CERTIFICATE V3\"");
    }
}
