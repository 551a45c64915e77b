package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.overlay.io.Bytes;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Certificates of version 2, signatures of P-256 and encrypted CA keys. */
class CertificateV2FuzzTest {

    private static final TestPki PKI = TestPki.limited(7, 2, TestPki.subject("test ca"));
    private static final CaPool POOL = PKI.pool();
    private static final Certificate HOST =
            PKI.sign(2, TestPki.subject("host", "10.42.0.2/16", "fd42::2/64"));

    private static final P256SigningKey KEY = P256SigningKey.generate(new Random(7)::nextBytes);
    private static final Bytes MESSAGE = HOST.signedBytes();
    private static final Bytes SIGNATURE = KEY.sign(MESSAGE);
    private static final @Nullable Bytes TURNED = EcdsaP256.turned(SIGNATURE);

    static Stream<FuzzTarget> targets() {
        return Stream.of(stored(), shown(), signature(), encryptedKey());
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static FuzzTarget stored() {
        FuzzTarget target =
                FuzzTarget.of("certificate-v2", CertificateV2FuzzTest::checkStored)
                        .seed(HOST.encoded().toArray())
                        .seed(PKI.ca().encoded().toArray());
        PkiFuzzTest.malformed().forEach(target::seed);
        return target;
    }

    /** Its encoding reads as the same certificate, and only the genuine one is accepted. */
    private static String checkStored(byte[] input) {
        return switch (CertificateV2.decode(Bytes.owning(input))) {
            case Decoded.Invalid(String reason) -> PkiFuzzTest.words(reason);
            case Decoded.Valid(Certificate certificate) -> {
                checkAgain(certificate, CertificateV2.decode(certificate.encoded()));
                boolean genuine = isSame(certificate, HOST) || isSame(certificate, PKI.ca());
                yield "valid " + PkiFuzzTest.checkTrust(POOL, certificate, genuine);
            }
        };
    }

    private static FuzzTarget shown() {
        return FuzzTarget.of("certificate-v2-in-handshake", CertificateV2FuzzTest::checkShown)
                .seed(HOST.handshakeForm().toArray())
                .seed(HOST.encoded().toArray());
    }

    private static String checkShown(byte[] input) {
        return switch (decodeShown(Bytes.owning(input))) {
            case Decoded.Invalid(String reason) -> PkiFuzzTest.words(reason);
            case Decoded.Valid(Certificate certificate) -> {
                if (certificate.curveNumber() == HOST.curveNumber()) {
                    checkAgain(certificate, decodeShown(certificate.handshakeForm()));
                }
                boolean genuine = isSame(certificate, HOST);
                yield "valid " + PkiFuzzTest.checkTrust(POOL, certificate, genuine);
            }
        };
    }

    private static Decoded decodeShown(Bytes form) {
        return CertificateV2.decodeHandshake(form, HOST.publicKey(), HOST.curveNumber());
    }

    private static void checkAgain(Certificate certificate, Decoded again) {
        PkiFuzzTest.checkAgain(certificate, again);
        assertThat(isSame(((Decoded.Valid) again).certificate(), certificate)).isTrue();
    }

    /** Fingerprints are taken over key and signature without a border between them, so they alone do not tell. */
    private static boolean isSame(Certificate one, Certificate other) {
        return one.equals(other)
                && one.subject().equals(other.subject())
                && one.publicKey().equals(other.publicKey())
                && one.signature().equals(other.signature());
    }

    private static FuzzTarget signature() {
        FuzzTarget target =
                FuzzTarget.of("ecdsa-signature", CertificateV2FuzzTest::checkSignature)
                        .seed(SIGNATURE.toArray());
        VectorFile.fields(VectorFile.read("p256.json").get("certificates"))
                .values()
                .forEach(
                        each -> target.seed(Bytes.ofHex(each.get("signature").asText()).toArray()));
        return target;
    }

    /** Only the two forms of the genuine signature verify, and each form turns into the other. */
    private static String checkSignature(byte[] input) {
        Bytes signature = Bytes.owning(input);
        boolean verifies = EcdsaP256.verify(KEY.publicKey(), MESSAGE, signature);
        assertThat(verifies).isEqualTo(signature.equals(SIGNATURE) || signature.equals(TURNED));
        Bytes turned = EcdsaP256.turned(signature);
        if (turned == null) {
            return "no signature";
        }
        assertThat(EcdsaP256.turned(turned)).isEqualTo(signature);
        return verifies ? "verifies" : "another signature";
    }

    private static FuzzTarget encryptedKey() {
        Bytes salt = Bytes.owning(new byte[Argon2Settings.SALT_BYTES]);
        Argon2Settings usual = new Argon2Settings(2_097_152, 1, 4, salt);
        Argon2Settings most =
                new Argon2Settings(
                        Argon2Settings.MAX_U32,
                        Argon2Settings.MAX_U32,
                        Argon2Settings.MAX_PARALLELISM,
                        salt);
        return FuzzTarget.of("encrypted-key", CertificateV2FuzzTest::checkEncryptedKey)
                .seed(EncryptedKey.encoded(usual, new byte[92]))
                .seed(EncryptedKey.encoded(most, new byte[60]))
                .words(EncryptedKey.ALGORITHM);
    }

    /** What is read, written again, is the same. */
    private static String checkEncryptedKey(byte[] input) {
        try {
            EncryptedKeyDecoder.Raw raw = EncryptedKeyDecoder.decode(Bytes.owning(input));
            byte[] again = EncryptedKey.encoded(raw.settings(), raw.ciphertext().toArray());
            assertThat(EncryptedKeyDecoder.decode(Bytes.owning(again))).isEqualTo(raw);
            return "read";
        } catch (CertificateException e) {
            return PkiFuzzTest.words(e.getMessage());
        }
    }
}
