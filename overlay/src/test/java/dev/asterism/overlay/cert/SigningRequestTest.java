package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SigningRequestTest {

    static final Subject WISHES =
            new Subject(
                    "web1",
                    List.of(Cidr.of("10.42.0.2/16"), Cidr.of("fd42::2/64")),
                    List.of(),
                    List.of("web"),
                    1_800_000_000L,
                    1_800_000_000L);

    private final Random random = new Random(3);

    @ParameterizedTest
    @EnumSource(
            value = Curve.class,
            names = {"CURVE25519", "P256"})
    void saysWhatItsMakerSaid(Curve curve) throws CertificateException {
        KeyPair keys = keys(curve);
        SigningRequest made = SigningRequest.make(WISHES, keys, random::nextBytes);

        SigningRequest read = SigningRequest.read("some text\n" + made.toPem());

        assertThat(SigningRequest.isIn(made.toPem())).isTrue();
        assertThat(read.wishes()).isEqualTo(WISHES);
        assertThat(read.publicKey()).isEqualTo(keys.publicKey());
        assertThat(read.curve()).isEqualTo(curve);
        assertThat(read.toPem()).isEqualTo(made.toPem());
    }

    @Test
    void leavesNetworksToTheCa() throws CertificateException {
        Subject bare = new Subject("web1", List.of(), List.of(), List.of(), 1, 1);
        SigningRequest made = SigningRequest.make(bare, keys(Curve.P256), random::nextBytes);

        assertThat(SigningRequest.read(made.toPem()).wishes()).isEqualTo(bare);
    }

    @Test
    void refusesWhatNoCertificateMaySay() {
        Subject nameless = new Subject("", List.of(), List.of(), List.of(), 1, 1);
        Subject zero = new Subject("x", List.of(Cidr.of("0.0.0.0/8")), List.of(), List.of(), 1, 1);

        for (Subject wishes : List.of(nameless, zero)) {
            assertThatThrownBy(
                            () ->
                                    SigningRequest.make(
                                            wishes, keys(Curve.CURVE25519), random::nextBytes))
                    .isInstanceOf(CertificateException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Curve.class,
            names = {"CURVE25519", "P256"})
    void provesThePrivateKey(Curve curve) throws CertificateException {
        SigningRequest made = SigningRequest.make(WISHES, keys(curve), random::nextBytes);
        SigningRequest others = SigningRequest.make(WISHES, keys(curve), random::nextBytes);
        CertificateV2 content = content(made);
        Bytes raw = EncoderV2.details(new DetailsV2(WISHES, false, Bytes.EMPTY, 0));
        Bytes stolen =
                EncoderV2.certificate(
                        raw, content.curveNumber(), others.publicKey(), content.signature());

        assertThatThrownBy(() -> SigningRequest.read(pem(stolen)))
                .hasMessage("the request does not prove that its maker has the private key");
    }

    @Test
    void isNoCertificateAndNoCertificateIsOne() throws CertificateException {
        TestPki pki = TestPki.limited(7, 2, TestPki.subject("test ca"));
        Certificate host = pki.sign(2, TestPki.subject("host", "10.42.0.2/16"));
        String request =
                SigningRequest.make(WISHES, keys(Curve.CURVE25519), random::nextBytes).toPem();

        assertThatThrownBy(() -> CertificatePem.readFirst(request))
                .hasMessageContaining("did not contain a proper certificate banner");
        assertThatThrownBy(() -> SigningRequest.read(CertificatePem.encode(host)))
                .hasMessageContaining("did not contain a proper certificate request banner");
        assertThatThrownBy(() -> SigningRequest.read(pem(host.encoded())))
                .hasMessage("the request is a certificate");
        // The same bytes under the label of a certificate: the proof is not a signature of what it
        // says.
        CertificateV2 content = content(SigningRequest.read(request));
        assertThat(pki.pool().verify(content, content.notBefore()))
                .isInstanceOf(Verification.Refused.class);
        assertThat(Ed25519.verify(content.publicKey(), content.signedBytes(), content.signature()))
                .isFalse();
    }

    static CertificateV2 content(SigningRequest request) throws CertificateException {
        return DecoderV2.decodeRequest(KeyPem.first(request.toPem()).bytes());
    }

    static String pem(Bytes content) {
        return Pem.encode(PemLabel.REQUEST, content.toArray());
    }

    private KeyPair keys(Curve curve) {
        return keys(curve, random);
    }

    static KeyPair keys(Curve curve, Random random) {
        return (curve == Curve.P256 ? Dh.p256() : Dh.x25519()).generate(random::nextBytes);
    }
}
