package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.noise.KeyPair;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LocalIdentityTest {

    private final TestPki pki = TestPki.seeded(1);
    private final LocalIdentity host = pki.host("host", "10.42.0.2/16");
    private final String certificate = CertificatePem.encode(host.certificate());
    private final String key = KeyPem.encodePrivate(host.credential().keys());

    @Test
    void readsCertificateWithItsKey() throws CertificateException {
        LocalIdentity.Loaded read = LocalIdentity.read(certificate, key, TestPki.NOW, List.of());

        assertThat(read.identity().certificate()).isEqualTo(host.certificate());
        assertThat(read.identity().credential().keys().publicKey())
                .isEqualTo(host.certificate().publicKey());
        assertThat(read.skipped()).isEmpty();
    }

    @Test
    void wipesItsKeys() throws CertificateException {
        LocalIdentity read =
                LocalIdentity.read(certificate, key, TestPki.NOW, List.of()).identity();

        read.destroy();

        assertThat(read.credential().keys().copyPrivateKey()).containsOnly(0);
    }

    @Test
    void refusesKeyOfAnotherHost() {
        String other = KeyPem.encodePrivate(pki.host("other", "10.42.0.3/16").credential().keys());

        assertThatThrownBy(() -> LocalIdentity.read(certificate, other, TestPki.NOW, List.of()))
                .hasMessage(
                        "private key is not a pair with public key in nebula cert: public key and"
                                + " private key are not a pair");
    }

    @Test
    void refusesExpiredCertificate() {
        assertThatThrownBy(
                        () ->
                                LocalIdentity.read(
                                        certificate, key, TestPki.END.plusSeconds(1), List.of()))
                .hasMessage(
                        "nebula certificate for this host \"host\" expired at"
                                + " 2099-01-01T00:00:00Z (system clock: 2099-01-01T00:00:01Z)");
    }

    @Test
    void refusesCertificateThatIsNotValidYet() {
        assertThatThrownBy(
                        () ->
                                LocalIdentity.read(
                                        certificate, key, Instant.ofEpochMilli(10_500), List.of()))
                .hasMessage(
                        "nebula certificate for this host \"host\" is not valid"
                                + " before 2026-01-01T00:00:00Z (system clock: 1970-01-01T00:00:10Z)");
    }

    @Test
    void refusesCa() {
        String ca = CertificatePem.encode(pki.ca());

        assertThatThrownBy(() -> LocalIdentity.read(ca, key, TestPki.NOW, List.of()))
                .hasMessageContaining("CA certificate");
    }

    @Test
    void refusesSecondCertificateOfTheSameVersion() {
        assertThatThrownBy(
                        () ->
                                LocalIdentity.read(
                                        certificate + certificate, key, TestPki.NOW, List.of()))
                .hasMessage("v1 certificate already found in pki.cert");
    }

    @Test
    void skipsUnknownVersionsBesideItsOwn() throws CertificateException {
        String v3 = certificate.replace("CERTIFICATE-", "CERTIFICATE V3-");

        assertThat(LocalIdentity.read(v3 + certificate, key, TestPki.NOW, List.of()).skipped())
                .containsExactly(
                        "certificate 1: certificate version unrecognized: \"NEBULA CERTIFICATE"
                                + " V3\"");
        assertThatThrownBy(() -> LocalIdentity.read(v3, key, TestPki.NOW, List.of()))
                .hasMessage(
                        "no valid certificates found in pki.cert, skipped: certificate 1:"
                                + " certificate version unrecognized: \"NEBULA CERTIFICATE V3\"");
    }

    @ParameterizedTest
    @EnumSource(names = {"CURVE25519", "P256"})
    void holdsACertificateOfEachVersionForOneKey(Curve curve) {
        LocalIdentity both =
                TestPki.seeded(1, curve).hostV1AndV2("host", "10.42.0.2/16", "fd42::2/64");

        assertThat(both.certificates()).extracting(Certificate::version).containsExactly(1, 2);
        assertThat(both.curve()).isEqualTo(curve);
        assertThat(both.initiatingVersion()).isEqualTo(1);
        assertThat(both.initiating(2).credential().version()).isEqualTo(2);
        assertThat(both.certificate().version()).isEqualTo(2);
        assertThat(both.networks()).containsExactly(Cidr.of("10.42.0.2/16"), Cidr.of("fd42::2/64"));
        assertThat(both.primary()).isEqualTo(Ip.of("10.42.0.2"));
    }

    /** Spec certificates.md 6 "host identity". */
    @Test
    void refusesCertificatesThatAreNotOfOneHost() {
        KeyPair one = pki.key();
        Subject v1 = TestPki.subject("h", "10.42.0.2/16");
        String first = pem(pki, 1, v1, one);
        String second = pem(pki, 2, v1, pki.key());
        String elsewhere = pem(pki, 2, TestPki.subject("h", "10.41.0.2/16", "10.42.0.2/16"), one);
        String narrower = pem(pki, 2, TestPki.subject("h", "10.42.0.2/24"), one);
        String v2 = pem(pki, 2, v1, one);

        assertThat(problem(first + second, one))
                .startsWith("v1 and v2 public keys are not the same");
        assertThat(problem(first + elsewhere, one))
                .isEqualTo(
                        "v1 and v2 networks are not the same: the first one of v1 is 10.42.0.2/16,"
                                + " of v2 10.41.0.2/16");
        assertThat(problem(first + narrower, one))
                .startsWith("v1 and v2 networks are not the same");
        assertThat(problem(v2 + first + v2, one))
                .isEqualTo("v2 certificate already found in pki.cert");
        assertThat(problem(v2 + first, one)).isEqualTo("none");
    }

    @Test
    void refusesAKeyOfTheOtherCurve() {
        TestPki ofP256 = TestPki.seeded(1, Curve.P256);
        KeyPair p256 = ofP256.key();
        Subject subject = TestPki.subject("h", "10.42.0.2/16");
        String certificate256 = pem(ofP256, 2, subject, p256);

        assertThat(problem(certificate256, p256)).isEqualTo("none");
        assertThat(problem(certificate256, pki.key()))
                .isEqualTo(
                        "private key is not a pair with public key in nebula cert: the curves of"
                                + " certificate and key differ");
        assertThat(problem(certificate, p256)).endsWith("the curves of certificate and key differ");
    }

    /** Spec behaviour.md 2.5; networks stay as they were at the start. */
    @Test
    void saysWhatNeedsARestart() {
        KeyPair one = pki.key();
        TestPki.ToSign four = TestPki.certificate(1, TestPki.subject("h", "10.42.0.2/16"));
        TestPki.ToSign fourV2 = TestPki.certificate(2, TestPki.subject("h", "10.42.0.2/16"));
        TestPki.ToSign two =
                TestPki.certificate(2, TestPki.subject("h", "10.42.0.2/16", "fd42::2/64"));
        LocalIdentity v1 = pki.host(one, four);
        LocalIdentity v2 = pki.host(one, two);
        LocalIdentity both = pki.host(one, four, two);
        LocalIdentity moved = pki.host("h", "10.42.0.3/16");

        assertThat(v1.unfitAfter(v1)).isNull();
        assertThat(both.unfitAfter(v1)).as("a version is added").isNull();
        assertThat(both.after(v1).networks()).containsExactly(Cidr.of("10.42.0.2/16"));
        assertThat(v2.unfitAfter(both)).as("version 1 is gone").isNull();
        assertThat(v1.unfitAfter(pki.host(one, four, fourV2))).isNull();
        assertThat(v1.unfitAfter(both))
                .as("version 2 is gone, and one of its networks with it")
                .isEqualTo(
                        "networks in new cert was different from old: 10.42.0.2/16, was"
                                + " 10.42.0.2/16, fd42::2/64");
        assertThat(pki.host(one, fourV2).unfitAfter(v2)).contains("was different");
        assertThat(moved.unfitAfter(v1)).contains("was different");
        assertThat(TestPki.seeded(1, Curve.P256).hostV2("h", "10.42.0.2/16").unfitAfter(v2))
                .isEqualTo("curve in new cert was different from old: P256, was CURVE25519");
    }

    /** What has run out while a node runs with it is no reason to refuse other changes. */
    @Test
    void readsOnWhatIsInForceAfterItsEnd() throws CertificateException {
        Instant late = TestPki.END.plusSeconds(1);

        assertThat(
                        LocalIdentity.read(certificate, key, late, host.certificates())
                                .identity()
                                .certificates())
                .isEqualTo(host.certificates());
        assertThatThrownBy(
                        () ->
                                LocalIdentity.read(
                                        certificate,
                                        key,
                                        TestPki.START.minusSeconds(1),
                                        host.certificates()))
                .hasMessageContaining("is not valid before");
    }

    private static String pem(TestPki of, int version, Subject subject, KeyPair key) {
        return CertificatePem.encode(
                of.host(key, TestPki.certificate(version, subject)).certificate());
    }

    private static String problem(String certificates, KeyPair keys) {
        try {
            LocalIdentity.read(certificates, KeyPem.encodePrivate(keys), TestPki.NOW, List.of());
            return "none";
        } catch (CertificateException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
