package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HostIdentityTest {

    private final TestPki pki = TestPki.seeded(1);
    private final HostIdentity host = pki.host("host", "10.42.0.2/16");
    private final String certificate = CertificatePem.encode(host.certificate());
    private final String key = KeyPem.encodePrivate(host.key());

    @Test
    void readsCertificateWithItsKey() throws CertificateException {
        HostIdentity read = HostIdentity.read(certificate, key, TestPki.NOW);

        assertThat(read.certificate()).isEqualTo(host.certificate());
        assertThat(read.key().publicKey()).isEqualTo(host.certificate().publicKey());
        assertThat(read.skipped()).isEmpty();
    }

    @Test
    void refusesKeyOfAnotherHost() {
        String other = KeyPem.encodePrivate(pki.host("other", "10.42.0.3/16").key());

        assertThatThrownBy(() -> HostIdentity.read(certificate, other, TestPki.NOW))
                .hasMessage(
                        "private key is not a pair with public key in nebula cert: public key and"
                                + " private key are not a pair");
    }

    @Test
    void refusesExpiredCertificate() {
        assertThatThrownBy(() -> HostIdentity.read(certificate, key, TestPki.END.plusSeconds(1)))
                .hasMessage(
                        "nebula certificate for this host \"host\" expired at"
                                + " 2099-01-01T00:00:00Z (system clock: 2099-01-01T00:00:01Z)");
    }

    @Test
    void refusesCertificateThatIsNotValidYet() {
        assertThatThrownBy(
                        () ->
                                HostIdentity.read(
                                        certificate, key, java.time.Instant.ofEpochMilli(10_500)))
                .hasMessage(
                        "nebula certificate for this host \"host\" is not valid"
                                + " before 2026-01-01T00:00:00Z (system clock: 1970-01-01T00:00:10Z)");
    }

    @Test
    void refusesCa() {
        String ca = CertificatePem.encode(pki.ca());

        assertThatThrownBy(() -> HostIdentity.read(ca, key, TestPki.NOW))
                .hasMessageContaining("CA certificate");
    }

    @Test
    void refusesSecondCertificateOfTheSameVersion() {
        assertThatThrownBy(() -> HostIdentity.read(certificate + certificate, key, TestPki.NOW))
                .hasMessage("v1 certificate already found in pki.cert");
    }

    @Test
    void skipsUnknownVersionsBesideItsOwn() throws CertificateException {
        String v3 = certificate.replace("CERTIFICATE-", "CERTIFICATE V3-");

        assertThat(HostIdentity.read(v3 + certificate, key, TestPki.NOW).skipped())
                .containsExactly(
                        "certificate 1: certificate version unrecognized: \"NEBULA CERTIFICATE"
                                + " V3\"");
        assertThatThrownBy(() -> HostIdentity.read(v3, key, TestPki.NOW))
                .hasMessage(
                        "no valid certificates found in pki.cert, skipped: certificate 1:"
                                + " certificate version unrecognized: \"NEBULA CERTIFICATE V3\"");
    }
}
