package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateVectorsTest {

    private static final Bytes KEY = Bytes.owning(new byte[32]);

    @TestFactory
    Stream<DynamicTest> readsAndRewritesEveryVector() {
        return VectorFile.certificates().entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> checkVector(e.getValue())));
    }

    private static void checkVector(JsonNode vector) throws CertificateException {
        Bytes stored = Bytes.ofHex(vector.get("encoded").asText());
        boolean isV1 = vector.get("version").asInt() == 1;
        Certificate certificate =
                (isV1 ? CertificateV1.decode(stored) : CertificateV2.decode(stored)).orThrow();

        checkFields(certificate, vector);
        assertThat(certificate.curve().name()).isEqualTo(vector.get("curve").asText());
        assertThat(certificate.publicKey().hex()).isEqualTo(vector.get("publicKey").asText());
        assertThat(certificate.signature().hex()).isEqualTo(vector.get("signature").asText());
        assertThat(certificate.encoded()).isEqualTo(stored);
        assertThat(certificate.signedBytes().hex()).isEqualTo(vector.get("signedBytes").asText());
        assertThat(certificate.handshakeForm().hex())
                .isEqualTo(vector.get("handshakeForm").asText());
        assertThat(certificate.fingerprint()).hasToString(vector.get("fingerprint").asText());
        assertThat(CertificatePem.encode(certificate)).isEqualTo(vector.get("pem").asText());
        assertThat(CertificatePem.readFirst(vector.get("pem").asText())).isEqualTo(certificate);
        assertThat(decodeHandshake(certificate)).isEqualTo(new Decoded.Valid(certificate));
    }

    private static Decoded decodeHandshake(Certificate certificate) {
        return certificate.version() == 1
                ? CertificateV1.decodeHandshake(
                        certificate.handshakeForm(), certificate.publicKey())
                : CertificateV2.decodeHandshake(
                        certificate.handshakeForm(),
                        certificate.publicKey(),
                        certificate.curveNumber());
    }

    private static void checkFields(Certificate certificate, JsonNode expected) {
        assertThat(certificate.name()).isEqualTo(expected.get("name").asText());
        assertThat(certificate.networks())
                .map(Cidr::toString)
                .isEqualTo(list(expected, "networks"));
        assertThat(certificate.unsafeNetworks())
                .isEqualTo(list(expected, "unsafeNetworks").stream().map(Cidr::of).toList());
        assertThat(certificate.groups()).isEqualTo(list(expected, "groups"));
        assertThat(certificate.isCa()).isEqualTo(expected.get("isCA").asBoolean());
        assertThat(certificate.subject().notBefore()).isEqualTo(expected.get("notBefore").asLong());
        assertThat(certificate.subject().notAfter()).isEqualTo(expected.get("notAfter").asLong());
        assertThat(certificate.issuerText()).isEqualTo(expected.get("issuer").asText());
    }

    private static List<String> list(JsonNode node, String field) {
        return VectorFile.texts(node.get(field));
    }

    @TestFactory
    Stream<DynamicTest> refusesMalformedEncodings() {
        JsonNode bad = VectorFile.read("malformed.json").get("mustNotParse");
        return VectorFile.fields(bad).entrySet().stream()
                .map(
                        e ->
                                DynamicTest.dynamicTest(
                                        e.getKey(),
                                        () ->
                                                assertThat(decode(e.getKey(), e.getValue()))
                                                        .isInstanceOf(Decoded.Invalid.class)));
    }

    @TestFactory
    Stream<DynamicTest> readsUnusualEncodings() {
        JsonNode file = VectorFile.read("malformed.json");
        return VectorFile.fields(file.get("mustParse")).entrySet().stream()
                .map(
                        e ->
                                DynamicTest.dynamicTest(
                                        e.getKey(),
                                        () ->
                                                checkUnusual(
                                                        decode(e.getKey(), e.getValue()),
                                                        file.get("parsed").get(e.getKey()))));
    }

    private static void checkUnusual(Decoded decoded, JsonNode expected)
            throws CertificateException {
        Certificate certificate = decoded.orThrow();

        checkFields(certificate, expected);
        assertThat(certificate.curveNumber()).isEqualTo(expected.get("curve").asInt());
        assertThat(certificate.fingerprint()).hasToString(expected.get("fingerprint").asText());
    }

    private static Decoded decode(String name, JsonNode hex) {
        Bytes encoded = Bytes.ofHex(hex.asText());
        return name.startsWith("v1")
                ? CertificateV1.decode(encoded)
                : CertificateV2.decode(encoded);
    }

    @Test
    void saysWhatIsWrongWithMalformedEncodings() {
        JsonNode bad = VectorFile.read("malformed.json").get("mustNotParse");

        assertThat(decode("v1_no_details", bad.get("v1_no_details")))
                .isEqualTo(new Decoded.Invalid("encoded Details was nil"));
        assertThat(decode("v1_odd_ip_pairs", bad.get("v1_odd_ip_pairs")))
                .isEqualTo(
                        new Decoded.Invalid(
                                "encoded IPs should be in pairs, an odd number was found"));
        assertThat(decode("v1_odd_subnet_pairs", bad.get("v1_odd_subnet_pairs")))
                .isEqualTo(
                        new Decoded.Invalid(
                                "encoded Subnets should be in pairs, an odd number was found"));
        assertThat(decode("v1_name_not_utf8", bad.get("v1_name_not_utf8")))
                .isEqualTo(new Decoded.Invalid("string field contains invalid UTF-8"));
        assertThat(decode("v1_no_networks", bad.get("v1_no_networks")))
                .isEqualTo(
                        new Decoded.Invalid(
                                "non-CA certificates must contain exactly one network"));
    }

    @Test
    void refusesKeyInsideHandshakeForm() {
        Bytes stored = TestPki.seeded(1).host("h", "10.0.0.1/8").certificate().encoded();

        assertThat(CertificateV1.decodeHandshake(stored, KEY))
                .isEqualTo(new Decoded.Invalid("certificate has unexpected pubkey present"));
    }

    @Test
    void keepsTimesBeyondTheRangeOfInstant() throws CertificateException {
        Subject subject = TestPki.subject("h");
        Subject eternal =
                new Subject(
                        "h", List.of(), List.of(), List.of(), subject.notBefore(), Long.MAX_VALUE);
        Certificate certificate = TestPki.limited(1, eternal).ca();

        Certificate read = CertificateV1.decode(certificate.encoded()).orThrow();

        assertThat(read).isEqualTo(certificate);
        assertThat(read.expiredAt(TestPki.END)).isFalse();
    }

    @Test
    void validityIncludesBothEnds() {
        Certificate host = TestPki.seeded(1).host("h", "10.0.0.1/8").certificate();

        assertThat(host.expiredAt(TestPki.START)).isFalse();
        assertThat(host.expiredAt(TestPki.END)).isFalse();
        assertThat(host.expiredAt(TestPki.START.minusSeconds(1))).isTrue();
        assertThat(host.expiredAt(TestPki.END.plusNanos(1))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1, true", "2, false", "1000000, false"})
    void endsWithItsCaIfItEndsAtMostASecondEarlier(long secondsBefore, boolean isCut) {
        TestPki pki = TestPki.seeded(1);
        Subject whole = TestPki.subject("h", "10.0.0.1/8");
        Certificate host =
                pki.sign(
                        1,
                        new Subject(
                                "h",
                                whole.networks(),
                                List.of(),
                                List.of(),
                                whole.notBefore(),
                                whole.notAfter() - secondsBefore));

        assertThat(host.endsWith(pki.ca())).isEqualTo(isCut);
        assertThat(host.life()).isEqualTo(pki.ca().life().minusSeconds(secondsBefore));
    }
}
