package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.cert.Verification.Accepted;
import dev.asterism.overlay.cert.Verification.Reason;
import dev.asterism.overlay.cert.Verification.Refused;
import dev.asterism.overlay.io.Bytes;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaPoolTest {

    private final TestPki pki = TestPki.seeded(1);
    private final Certificate host = pki.host("host", "10.42.0.2/16", "web").certificate();

    @Test
    void acceptsHostOfItsCa() {
        Verification verdict = pki.pool().verify(host, TestPki.NOW);

        assertThat(verdict).isEqualTo(new Accepted(new VerifiedCertificate(host, pki.ca())));
        assertThat(pki.pool().knowsIssuer(new Claim.WellFormed(host))).isTrue();
    }

    @Test
    void certificatesOfOneCaShareItsName() {
        CaPool pool = pki.pool();

        for (int version = 1; version <= 2; version++) {
            Certificate shown = pki.sign(version, TestPki.subject("a", "10.42.0.3/16"));
            Certificate kept = accepted(pool.verify(shown, TestPki.NOW));

            assertThat(kept).isEqualTo(shown);
            assertThat(kept.encoded()).isEqualTo(shown.encoded());
            assertThat(kept.handshakeForm()).isEqualTo(shown.handshakeForm());
            assertThat(kept.fingerprint()).isEqualTo(shown.fingerprint());
            assertThat(kept.issuer()).isEqualTo(shown.issuer());
            assertThat(kept.issuerText()).isEqualTo(shown.issuerText());
        }
        assertThat(accepted(pool.verify(host, TestPki.NOW)).issuer())
                .isSameAs(accepted(pool.verify(shortLived(), TestPki.NOW)).issuer());
    }

    @Test
    void refusesHostOfAnotherCa() {
        CaPool other = TestPki.seeded(2).pool();

        assertThat(other.knowsIssuer(new Claim.WellFormed(host))).isFalse();
        assertThat(other.verify(host, TestPki.NOW))
                .isEqualTo(
                        new Refused(
                                Reason.UNKNOWN_ISSUER, "could not find ca for the certificate"));
    }

    @Test
    void refusesBlockedHost() {
        CaPool pool = pki.pool().withBlocklist(blocking(host.fingerprint()));

        assertThat(pool.verify(host, TestPki.NOW))
                .isEqualTo(new Refused(Reason.BLOCKLISTED, "certificate is in the block list"));
    }

    @Test
    void refusesEveryHostOfBlockedCa() {
        CaPool pool = pki.pool().withBlocklist(blocking(pki.ca().fingerprint()));

        assertThat(pool.knowsIssuer(new Claim.WellFormed(host))).isFalse();
        assertThat(pool.verify(host, TestPki.NOW))
                .isEqualTo(
                        new Refused(Reason.BLOCKLISTED, "root certificate is in the block list"));
        assertThat(pool.recheck(new VerifiedCertificate(host, pki.ca()), TestPki.NOW))
                .isInstanceOf(Refused.class);
    }

    @Test
    void refusesCertificateWithoutIssuer() {
        assertThat(pki.pool().verify(pki.ca(), TestPki.NOW))
                .isEqualTo(new Refused(Reason.NO_ISSUER, "no issuer in certificate"));
    }

    @Test
    void saysThatTheCaExpiredBeforeThatTheHostDid() {
        assertThat(pki.pool().verify(host, TestPki.END.plusSeconds(1)))
                .isEqualTo(
                        new Refused(
                                Reason.CA_EXPIRED,
                                "root certificate \"test ca\" expired at"
                                        + " 2099-01-01T00:00:00Z (system clock: 2099-01-01T00:00:01Z)"));
        assertThat(pki.pool().verify(shortLived(), TestPki.NOW.plusSeconds(61)))
                .isEqualTo(
                        new Refused(
                                Reason.EXPIRED,
                                "certificate \"short\" expired at"
                                        + " 2027-01-01T00:01:00Z (system clock: 2027-01-01T00:01:01Z)"));
    }

    @Test
    void saysNotValidYetToAClockAt1970() {
        assertThat(pki.pool().verify(host, Instant.ofEpochSecond(10)))
                .isEqualTo(
                        new Refused(
                                Reason.CA_EXPIRED,
                                "root certificate \"test ca\" is not valid before"
                                        + " 2026-01-01T00:00:00Z (system clock: 1970-01-01T00:00:10Z)"));
    }

    @Test
    void recheckSeesExpiryAndRemovalOfTheCa() {
        VerifiedCertificate verified = new VerifiedCertificate(shortLived(), pki.ca());

        assertThat(pki.pool().recheck(verified, TestPki.NOW)).isEqualTo(new Accepted(verified));
        assertThat(reason(pki.pool().recheck(verified, TestPki.NOW.plusSeconds(61))))
                .isEqualTo(Reason.EXPIRED);
        assertThat(reason(TestPki.seeded(2).pool().recheck(verified, TestPki.NOW)))
                .isEqualTo(Reason.UNKNOWN_ISSUER);
    }

    @Test
    void recheckRefusesAnotherSignerThanAtFirst() {
        VerifiedCertificate verified = new VerifiedCertificate(host, TestPki.seeded(2).ca());

        assertThat(pki.pool().recheck(verified, TestPki.NOW))
                .isEqualTo(
                        new Refused(
                                Reason.SIGNER_CHANGED, "certificate fingerprint did not match"));
    }

    @Test
    void refusesWrongSignatureOfKnownCa() {
        Bytes encoded = host.encoded();
        byte[] flipped = encoded.toArray();
        flipped[flipped.length - 1] ^= 1;
        Decoded.Valid forged = (Decoded.Valid) CertificateV1.decode(Bytes.owning(flipped));

        assertThat(reason(pki.pool().verify(forged.certificate(), TestPki.NOW)))
                .isEqualTo(Reason.BAD_SIGNATURE);
    }

    @Test
    void takesOnlySelfSignedCas() {
        assertThatThrownBy(() -> read(CertificatePem.encode(host)))
                .hasMessage("\"host\": certificate is not a CA");
        assertThatThrownBy(() -> read(CertificatePem.encode(resigned(pki.ca()))))
                .hasMessage("\"test ca\": certificate is not self-signed");
    }

    @Test
    void reportsExpiredCasAndKeepsThem() throws CertificateException {
        Instant late = TestPki.END.plusSeconds(1);
        CaPool.Loaded loaded = CaPool.read(CertificatePem.encode(pki.ca()), Blocklist.EMPTY, late);

        assertThat(loaded.invalid())
                .containsExactly(
                        "root certificate \"test ca\" expired at"
                                + " 2099-01-01T00:00:00Z (system clock: 2099-01-01T00:00:01Z)");
        assertThat(loaded.pool().authorities()).containsExactly(pki.ca());
        assertThat(loaded.pool().issuerOf(host)).contains(pki.ca());
        assertThat(loaded.pool().hasValidAt(late)).isFalse();
        assertThat(loaded.pool().hasValidAt(TestPki.NOW)).isTrue();
    }

    @Test
    void skipsCasOfUnknownVersionOrCurveByName() throws CertificateException {
        String p256 = VectorFile.certificate("ca-v2-p256").get("pem").asText();
        String curve2 = CertificatePem.encode(withCurve(pki.ca(), 2));
        String good = CertificatePem.encode(pki.ca());
        String v3 = good.replace("CERTIFICATE-", "CERTIFICATE V3-");

        CaPool.Loaded loaded = read(p256 + good + v3 + curve2);

        assertThat(loaded.pool().authorities())
                .containsExactlyInAnyOrder(pki.ca(), CertificatePem.readFirst(p256));
        assertThat(loaded.skipped())
                .containsExactly(
                        "certificate 3: certificate version unrecognized: \"NEBULA CERTIFICATE V3\"",
                        "certificate 4: \"test ca\": certificate curve unrecognized: 2");
    }

    @Test
    void readsBundleWithCommentsAndCrlf() throws CertificateException {
        String other = CertificatePem.encode(TestPki.seeded(2).ca());
        String bundle = "# ours\n" + CertificatePem.encode(pki.ca()) + "# theirs\n" + other;

        assertThat(read(bundle).pool().authorities()).hasSize(2);
        assertThat(read(bundle.replace("\n", "\r\n")).pool().authorities()).hasSize(2);
        assertThat(read(bundle.stripTrailing()).pool().authorities()).hasSize(2);
        assertThat(read("").pool().isEmpty()).isTrue();
    }

    @Test
    void refusesBundleThatEndsInText() {
        String good = CertificatePem.encode(pki.ca());

        assertThatThrownBy(() -> read(good + "the end"))
                .hasMessage("input did not contain a valid PEM encoded block: truncated PEM block");
        assertThatThrownBy(() -> read(good + good.substring(0, good.length() - 8)))
                .hasMessage("input did not contain a valid PEM encoded block: truncated PEM block");
        assertThatThrownBy(
                        () ->
                                read(
                                        good
                                                + KeyPem.encodePrivate(
                                                        pki.host("h", "10.42.0.9/16")
                                                                .credential()
                                                                .keys())))
                .hasMessage(
                        "bytes did not contain a proper certificate banner: \"NEBULA X25519 PRIVATE"
                                + " KEY\"");
    }

    private CaPool.Loaded read(String pem) throws CertificateException {
        return CaPool.read(pem, Blocklist.EMPTY, TestPki.NOW);
    }

    private static Certificate accepted(Verification verdict) {
        assertThat(verdict).isInstanceOf(Accepted.class);
        return ((Accepted) verdict).certificate().certificate();
    }

    private Certificate shortLived() {
        Subject subject = TestPki.subject("short", "10.42.0.4/16");
        return pki.host(
                        new Subject(
                                "short",
                                subject.networks(),
                                List.of(),
                                List.of(),
                                subject.notBefore(),
                                TestPki.NOW.getEpochSecond() + 60))
                .certificate();
    }

    private static Certificate resigned(Certificate ca) {
        return new CertificateV1(
                new DetailsV1(ca.subject(), true, Bytes.EMPTY, 0, ca.publicKey()),
                Bytes.owning(new byte[64]));
    }

    private static Certificate withCurve(Certificate ca, int curve) {
        return new CertificateV1(
                new DetailsV1(ca.subject(), true, Bytes.EMPTY, curve, ca.publicKey()),
                ca.signature());
    }

    private static Reason reason(Verification verdict) {
        return ((Refused) verdict).reason();
    }

    private static Blocklist blocking(Fingerprint fingerprint) {
        return Blocklist.parse(List.of(fingerprint.toString())).blocklist();
    }
}
