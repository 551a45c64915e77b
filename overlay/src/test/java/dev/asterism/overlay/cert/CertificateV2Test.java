package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What version 2 and the curve P-256 have of their own; the vectors of both are in {@link CertificateVectorsTest}. */
class CertificateV2Test {

    private static final int MAX_BYTES = 65_536;

    private final TestPki pki = TestPki.limited(1, 2, TestPki.subject("ca"));

    @Test
    void sortsNetworksBeforeItSigns() {
        Certificate host =
                pki.sign(
                        2,
                        TestPki.subject(
                                "h", "fd00::2/64", "10.9.0.1/16", "fd00::2/48", "10.9.0.1/8"));

        assertThat(host.networks())
                .isEqualTo(
                        Stream.of("10.9.0.1/8", "10.9.0.1/16", "fd00::2/48", "fd00::2/64")
                                .map(Cidr::of)
                                .toList());
        assertThat(CertificateV2.decode(host.encoded())).isEqualTo(new Decoded.Valid(host));
        assertThat(pki.pool().verify(host, TestPki.NOW)).isInstanceOf(Verification.Accepted.class);
    }

    @Test
    void readsUpTo65536Bytes() {
        byte[] encoded = pki.sign(2, TestPki.subject("h", "10.9.0.1/8")).encoded().toArray();

        assertThat(CertificateV2.decode(Bytes.owning(Arrays.copyOf(encoded, MAX_BYTES))))
                .isInstanceOf(Decoded.Valid.class);
        assertThat(CertificateV2.decode(Bytes.owning(Arrays.copyOf(encoded, MAX_BYTES + 1))))
                .isEqualTo(new Decoded.Invalid("bad wire format"));
    }

    @Test
    void saysWhatIsWrong() {
        JsonNode bad = VectorFile.read("malformed.json").get("mustNotParse");
        JsonNode none = bad.get("v2_no_networks");

        assertThat(decode(none))
                .isEqualTo(
                        new Decoded.Invalid("non-CA certificate must contain at least 1 network"));
        assertThat(decode(bad.get("v2_duplicate_network")))
                .isEqualTo(new Decoded.Invalid("duplicate network detected: 10.0.0.1/16"));
        assertThat(decode(bad.get("v2_prefix_33")))
                .isEqualTo(new Decoded.Invalid("invalid network: invalid Prefix"));
        assertThat(decode(bad.get("v2_v6_unsafe_without_v6_network")))
                .isEqualTo(
                        new Decoded.Invalid(
                                "IPv6 unsafe networks require an IPv6 address assignment:"
                                        + " 2001:db8::/32"));
        assertThat(decode(bad.get("v2_4in6_network")))
                .isEqualTo(
                        new Decoded.Invalid("4in6 networks are not allowed: ::ffff:10.0.0.1/112"));
    }

    private static Decoded decode(JsonNode hex) {
        return CertificateV2.decode(Bytes.ofHex(hex.asText()));
    }

    @Test
    void doesNotSignWhatNothingCouldRead() {
        for (String name : List.of("", "n".repeat(254), "é".repeat(127))) {
            assertThatThrownBy(() -> pki.sign(2, TestPki.subject(name, "10.9.0.1/8")))
                    .hasMessageContaining("name must be between 1 and 253 bytes");
        }
        Subject open = TestPki.subject("h", "10.9.0.1/8");
        Subject emptyGroup =
                new Subject(
                        "h",
                        open.networks(),
                        List.of(),
                        List.of("a", ""),
                        open.notBefore(),
                        open.notAfter());
        assertThatThrownBy(() -> pki.sign(2, emptyGroup))
                .hasMessageContaining("groups may not be empty");
    }

    @Test
    void everyPrefixOfACertificateIsNone() {
        Bytes whole = pki.sign(2, TestPki.subject("h", "10.9.0.1/8", "fd00::2/64")).encoded();

        for (int length = 0; length < whole.length(); length++) {
            assertThat(CertificateV2.decode(whole.slice(0, length)))
                    .as("%d bytes", length)
                    .isEqualTo(new Decoded.Invalid("bad wire format"));
        }
    }

    @TestFactory
    Stream<DynamicTest> judgesSignaturesOfP256AsNebulaDoes() {
        return VectorFile.fields(VectorFile.read("p256.json").get("certificates"))
                .entrySet()
                .stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> checkSignature(e.getValue())));
    }

    private static void checkSignature(JsonNode vector) throws CertificateException {
        Certificate certificate = CertificatePem.readFirst(vector.get("pem").asText());

        boolean verifies =
                pool(vector, Blocklist.EMPTY).verify(certificate, TestPki.NOW)
                        instanceof Verification.Accepted;

        assertThat(verifies).isEqualTo(vector.get("verifies").asBoolean());
        assertThat(certificate.fingerprint()).hasToString(vector.get("fingerprint").asText());
        if (vector.has("alternateFingerprint")) {
            assertThat(certificate.alternateFingerprint())
                    .hasToString(vector.get("alternateFingerprint").asText());
        }
    }

    private static CaPool pool(JsonNode vector, Blocklist blocklist) throws CertificateException {
        return CaPool.read(vector.get("caPem").asText(), blocklist, TestPki.NOW).pool();
    }

    /** CVE-2026-25793: turning a signature around must not take a certificate off the blocklist. */
    @TestFactory
    Stream<DynamicTest> blocksBothFormsOfASignature() {
        JsonNode file = VectorFile.read("p256.json");
        return StreamSupport.stream(file.get("blocklist").spliterator(), false)
                .map(
                        c ->
                                DynamicTest.dynamicTest(
                                        c.get("presented").asText() + " " + c.get("which").asText(),
                                        () -> checkBlocked(file, c)));
    }

    private static void checkBlocked(JsonNode file, JsonNode rule) throws CertificateException {
        JsonNode vector = file.get("certificates").get(rule.get("presented").asText());
        Certificate certificate = CertificatePem.readFirst(vector.get("pem").asText());
        Blocklist blocklist = Blocklist.parse(VectorFile.texts(rule.get("blocklist"))).blocklist();
        CaPool pool = pool(vector, blocklist);

        boolean blocked =
                pool.verify(certificate, TestPki.NOW)
                                instanceof
                                Verification.Refused(Verification.Reason reason, String _)
                        && reason == Verification.Reason.BLOCKLISTED;

        assertThat(blocked).isEqualTo(rule.get("blocked").asBoolean());
        CaPool open = pool(vector, Blocklist.EMPTY);
        if (open.verify(certificate, TestPki.NOW)
                instanceof Verification.Accepted(VerifiedCertificate peer)) {
            assertThat(open.withBlocklist(blocklist).recheck(peer, TestPki.NOW))
                    .isInstanceOf(
                            blocked ? Verification.Refused.class : Verification.Accepted.class);
        }
    }
}
