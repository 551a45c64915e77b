package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SignerTest {

    private static final Bytes KEY = Bytes.owning(new byte[32]);

    private final Ed25519PrivateKey caKey = Ed25519PrivateKey.generate(new Random(1)::nextBytes);
    private final Certificate ca = Signer.selfSigned(TestPki.subject("ca"), caKey);

    SignerTest() throws CertificateException {}

    @Test
    void issuesTheVectorsByteForByte() throws CertificateException {
        JsonNode vectorCa = VectorFile.certificate("ca-v1-25519");
        JsonNode vector = VectorFile.certificate("b-v1-25519");
        Certificate expected = CertificatePem.readFirst(vector.get("pem").asText());
        Signer signer =
                new Signer(
                        CertificatePem.readFirst(vectorCa.get("pem").asText()),
                        SigningKey.fromPem(vectorCa.get("privateKeyPem").asText()));

        Certificate issued = signer.signHost(expected.subject(), expected.publicKey());

        assertThat(issued).isEqualTo(expected);
    }

    @Test
    void refusesKeyOfAnotherCa() {
        Ed25519PrivateKey other = Ed25519PrivateKey.generate(new Random(2)::nextBytes);

        assertThatThrownBy(() -> new Signer(ca, other))
                .hasMessage("refusing to sign, root certificate does not match private key");
    }

    @Test
    void refusesWhatNoReaderWouldTake() throws CertificateException {
        Signer signer = new Signer(ca, caKey);

        assertThatThrownBy(() -> signer.signHost(TestPki.subject("h"), KEY))
                .hasMessage("non-CA certificates must contain exactly one network");
        assertThatThrownBy(() -> signer.signHost(TestPki.subject("h", "0.0.0.0/8"), KEY))
                .hasMessage(
                        "non-CA certificates must not use the zero address as a network:"
                                + " 0.0.0.0/8");
        assertThatThrownBy(() -> signer.signHost(TestPki.subject("h", "fd00::1/64"), KEY))
                .hasMessageContaining("IPv6");
        assertThatThrownBy(() -> signer.signHost(TestPki.subject("h", "10.0.0.1/8"), Bytes.EMPTY))
                .hasMessage("invalid public key");
    }

    @Test
    void letsHostsRouteForEverything() throws CertificateException {
        Subject open = TestPki.subject("h", "10.0.0.1/8");
        Subject router =
                new Subject(
                        "h",
                        open.networks(),
                        List.of(Cidr.of("0.0.0.0/0")),
                        List.of(),
                        open.notBefore(),
                        open.notAfter());

        assertThat(new Signer(ca, caKey).signHost(router, KEY).unsafeNetworks())
                .containsExactly(Cidr.of("0.0.0.0/0"));
    }
}
