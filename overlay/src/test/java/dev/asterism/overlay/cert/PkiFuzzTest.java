package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.KeyPair;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Certificates and keys, from peers and from files. Examples: the vectors, the malformed ones too. */
class PkiFuzzTest {

    private static final TestPki PKI = TestPki.seeded(7);
    private static final CaPool POOL = PKI.pool();
    private static final LocalIdentity HOST = PKI.host("host", "10.42.0.2/16", "web", "db");
    private static final String[] BANNERS = {
        "-----BEGIN NEBULA CERTIFICATE-----\n",
        "-----END NEBULA CERTIFICATE-----\n",
        "-----BEGIN NEBULA CERTIFICATE V2-----\n",
        "-----BEGIN NEBULA X25519 PRIVATE KEY-----\n",
        "-----END NEBULA X25519 PRIVATE KEY-----\n",
        "-----BEGIN NEBULA ED25519 PRIVATE KEY-----\n",
        "-----END NEBULA ED25519 PRIVATE KEY-----\n",
        "-----BEGIN NEBULA X25519 PUBLIC KEY-----\n",
        "-----END NEBULA X25519 PUBLIC KEY-----\n",
        "-----BEGIN ",
        "-----END ",
        "-----",
        "Proc-Type: 4\n",
        "\r\n",
        "="
    };

    static Stream<FuzzTarget> targets() {
        return Stream.of(stored(), shown(), certificatePem(), keyPem());
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static FuzzTarget stored() {
        FuzzTarget target =
                FuzzTarget.of("certificate", PkiFuzzTest::checkStored)
                        .seed(HOST.certificate().encoded().toArray())
                        .seed(PKI.ca().encoded().toArray());
        malformed().forEach(target::seed);
        return target;
    }

    /** The malformed certificates of the vectors, of both versions. */
    static List<byte[]> malformed() {
        JsonNode malformed = VectorFile.read("malformed.json");
        return Stream.of("mustNotParse", "mustParse")
                .flatMap(kind -> VectorFile.fields(malformed.get(kind)).values().stream())
                .map(each -> HexFormat.of().parseHex(each.asText()))
                .toList();
    }

    /** Its encoding reads as the same certificate, and only the genuine one is accepted. */
    private static String checkStored(byte[] input) {
        return switch (CertificateV1.decode(Bytes.owning(input))) {
            case Decoded.Invalid(String reason) -> words(reason);
            case Decoded.Valid(Certificate certificate) -> {
                checkAgain(certificate, CertificateV1.decode(certificate.encoded()));
                boolean genuine =
                        certificate.equals(HOST.certificate()) || certificate.equals(PKI.ca());
                yield "valid " + checkTrust(POOL, certificate, genuine);
            }
        };
    }

    private static FuzzTarget shown() {
        return FuzzTarget.of("certificate-in-handshake", PkiFuzzTest::checkShown)
                .seed(HOST.certificate().handshakeForm().toArray())
                .seed(HOST.certificate().encoded().toArray());
    }

    private static String checkShown(byte[] input) {
        Bytes key = HOST.certificate().publicKey();
        return switch (CertificateV1.decodeHandshake(Bytes.owning(input), key)) {
            case Decoded.Invalid(String reason) -> words(reason);
            case Decoded.Valid(Certificate certificate) -> {
                checkAgain(
                        certificate,
                        CertificateV1.decodeHandshake(certificate.handshakeForm(), key));
                yield "valid "
                        + checkTrust(POOL, certificate, certificate.equals(HOST.certificate()));
            }
        };
    }

    static void checkAgain(Certificate certificate, Decoded again) {
        assertThat(again).isEqualTo(new Decoded.Valid(certificate));
        assertThat(((Decoded.Valid) again).certificate().fingerprint())
                .isEqualTo(certificate.fingerprint());
    }

    static String checkTrust(CaPool pool, Certificate certificate, boolean genuine) {
        return switch (pool.verify(certificate, TestPki.NOW)) {
            case Verification.Accepted _ -> {
                assertThat(genuine).as("accepted: %s", certificate).isTrue();
                yield "accepted";
            }
            case Verification.Refused refused -> refused.reason().name();
        };
    }

    private static FuzzTarget certificatePem() {
        FuzzTarget target =
                FuzzTarget.of("certificate-pem", PkiFuzzTest::checkPem)
                        .seed(
                                CertificatePem.encode(PKI.ca())
                                        + CertificatePem.encode(HOST.certificate()))
                        .words(BANNERS)
                        .mayAllocate(512 << 10, 2048);
        VectorFile.certificates().values().forEach(each -> target.seed(each.path("pem").asText()));
        return target;
    }

    /** A bundle's certificates, written again, are the same bundle. */
    private static String checkPem(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        try {
            CertificatePem.Bundle bundle = CertificatePem.readUsable(text);
            StringBuilder again = new StringBuilder();
            bundle.certificates().forEach(each -> again.append(CertificatePem.encode(each)));
            assertThat(CertificatePem.readUsable(again.toString()).certificates())
                    .isEqualTo(bundle.certificates());
            return bundle.certificates().size() + "/" + bundle.skipped().size() + pool(text);
        } catch (CertificateException e) {
            return words(e.getMessage()) + pool(text);
        }
    }

    private static String pool(String text) {
        try {
            CaPool.Loaded loaded = CaPool.read(text, Blocklist.EMPTY, TestPki.NOW);
            return " pool " + loaded.pool().authorities().size();
        } catch (CertificateException e) {
            return " " + words(e.getMessage());
        }
    }

    private static FuzzTarget keyPem() {
        FuzzTarget target =
                FuzzTarget.of("key-pem", PkiFuzzTest::checkKey)
                        .seed(KeyPem.encodePrivate(HOST.credential().keys()))
                        .seed(
                                Ed25519PrivateKey.generate(into -> Arrays.fill(into, (byte) 5))
                                        .toPem())
                        .seed(KeyPem.encodePublic(HOST.certificate().publicKey()))
                        .words(BANNERS);
        return target;
    }

    /** A key that is taken is written as it is; nothing else than the banner says what it is. */
    private static String checkKey(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        List<String> outcome = new ArrayList<>();
        outcome.add(
                outcomeOf(
                        () -> {
                            KeyPair key = KeyPem.readPrivate(text);
                            assertThat(KeyPem.readPrivate(KeyPem.encodePrivate(key)).publicKey())
                                    .isEqualTo(key.publicKey());
                        }));
        outcome.add(
                outcomeOf(
                        () -> {
                            SigningKey key = SigningKey.fromPem(text);
                            assertThat(SigningKey.fromPem(key.toPem()).publicKey())
                                    .isEqualTo(key.publicKey());
                        }));
        outcome.add(
                outcomeOf(
                        () -> {
                            KeyPem.PublicHostKey key = KeyPem.readPublic(text);
                            if (key.curve() == Curve.CURVE25519) {
                                assertThat(KeyPem.readPublic(KeyPem.encodePublic(key.bytes())))
                                        .isEqualTo(key);
                            }
                        }));
        return String.join(", ", outcome);
    }

    @FunctionalInterface
    private interface Reading {
        void read() throws CertificateException;
    }

    private static String outcomeOf(Reading reading) {
        try {
            reading.read();
            return "read";
        } catch (CertificateException e) {
            return words(e.getMessage());
        }
    }

    /** Without what differs from input to input. */
    static String words(@Nullable String message) {
        assertThat(message).isNotBlank();
        return String.valueOf(message).replaceAll("\"(\\\\.|[^\"])*\"|[0-9]+", "").strip();
    }
}
