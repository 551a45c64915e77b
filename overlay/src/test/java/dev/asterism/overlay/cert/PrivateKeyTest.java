package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.security.GeneralSecurityException;
import java.util.Random;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.junit.jupiter.api.Test;

class PrivateKeyTest {

    @Test
    void ed25519PublicKeyIsThatOfTheReferenceVectors() {
        Bytes seed =
                Bytes.ofHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");

        assertThat(Ed25519.publicKey(seed.toArray()).hex())
                .isEqualTo("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    }

    @Test
    void ed25519PublicKeyIsThatOfAnotherLibraryForBothSigns() throws GeneralSecurityException {
        Random random = new Random(1);
        int odd = 0;
        for (int i = 0; i < 40; i++) {
            byte[] seed = new byte[32];
            random.nextBytes(seed);
            byte[] expected = new byte[32];
            org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(seed, 0, expected, 0);
            assertThat(Ed25519.publicKey(seed)).isEqualTo(Bytes.owning(expected));
            assertThat(Ed25519.derived(seed)).isEqualTo(Bytes.owning(expected));
            odd += expected[31] < 0 ? 1 : 0;
        }
        assertThat(odd).isBetween(1, 39);
    }

    @Test
    void ed25519SignaturesAreThoseOfAnotherLibrary() {
        Random random = new Random(3);
        for (int i = 0; i < 20; i++) {
            byte[] seed = new byte[32];
            random.nextBytes(seed);
            byte[] message = new byte[i * 7];
            random.nextBytes(message);
            byte[] expected = new byte[64];
            org.bouncycastle.math.ec.rfc8032.Ed25519.sign(
                    seed, 0, message, 0, message.length, expected, 0);
            assertThat(Ed25519.sign(seed, Bytes.copyOf(message))).isEqualTo(Bytes.owning(expected));
        }
    }

    @Test
    void x25519PublicKeyIsThatOfAnotherLibrary() {
        Random random = new Random(2);
        for (int i = 0; i < 20; i++) {
            byte[] scalar = new byte[32];
            random.nextBytes(scalar);
            byte[] expected = new byte[32];
            X25519.scalarMultBase(scalar, 0, expected, 0);
            assertThat(Dh.x25519().keyPair(scalar).publicKey()).isEqualTo(Bytes.owning(expected));
        }
    }

    @Test
    void readsAndWritesTheKeysOfTheVectors() throws CertificateException {
        JsonNode ca = VectorFile.certificate("ca-v1-25519");
        JsonNode host = VectorFile.certificate("a-v1-25519");

        SigningKey caKey = SigningKey.fromPem(ca.get("privateKeyPem").asText());
        KeyPair hostKey = KeyPem.readPrivate(host.get("privateKeyPem").asText());

        assertThat(caKey.publicKey().hex()).isEqualTo(ca.get("publicKey").asText());
        assertThat(caKey.toPem()).isEqualTo(ca.get("privateKeyPem").asText());
        assertThat(hostKey.publicKey().hex()).isEqualTo(host.get("publicKey").asText());
        assertThat(KeyPem.encodePrivate(hostKey)).isEqualTo(host.get("privateKeyPem").asText());
        assertThat(KeyPem.encodePublic(hostKey.publicKey()))
                .isEqualTo(host.get("publicKeyPem").asText());
        assertThat(KeyPem.readPublic(host.get("publicKeyPem").asText()))
                .isEqualTo(new KeyPem.PublicHostKey(Curve.CURVE25519, hostKey.publicKey()));
    }

    @Test
    void refusesOtherLengths() {
        assertThatThrownBy(() -> KeyPem.readPrivate(pem(PemLabel.X25519_PRIVATE, 31)))
                .hasMessage("key was not 32 bytes, is invalid CURVE25519 private key");
        assertThatThrownBy(() -> SigningKey.fromPem(pem(PemLabel.ED25519_PRIVATE, 32)))
                .hasMessage("key was not 64 bytes, is invalid ed25519 private key");
        assertThatThrownBy(() -> KeyPem.readPublic(pem(PemLabel.X25519_PUBLIC, 33)))
                .hasMessage("key was not 32 bytes, is invalid CURVE25519 public key");
    }

    @Test
    void refusesOtherLabels() {
        assertThatThrownBy(() -> KeyPem.readPrivate(pem(PemLabel.ED25519_PRIVATE, 64)))
                .hasMessage("bytes did not contain a proper private key banner");
        assertThatThrownBy(() -> SigningKey.fromPem(pem(PemLabel.X25519_PRIVATE, 32)))
                .hasMessage("bytes did not contain a proper Ed25519/ECDSA private key banner");
        assertThatThrownBy(() -> KeyPem.readPublic(pem(PemLabel.X25519_PRIVATE, 32)))
                .hasMessage("bytes did not contain a proper public key banner");
        assertThatThrownBy(() -> KeyPem.readPrivate("no key"))
                .hasMessage("input did not contain a valid PEM encoded block");
    }

    @Test
    void refusesUnusableKeysByName() {
        assertThatThrownBy(() -> KeyPem.readPrivate(pem(PemLabel.P256_PRIVATE, 32)))
                .hasMessage("key was not 32 bytes, is invalid P256 private key");
        assertThatThrownBy(() -> SigningKey.fromPem(pem(PemLabel.ED25519_ENCRYPTED, 99)))
                .hasMessage("private key must be decrypted");
    }

    @Test
    void refusesCaKeyWhoseHalvesDiffer() {
        assertThatThrownBy(() -> SigningKey.fromPem(pem(PemLabel.ED25519_PRIVATE, 64)))
                .hasMessage("private and public half of the key do not match");
    }

    @Test
    void destroyedKeyIsZero() {
        KeyPair key = Dh.x25519().generate(new Random(1)::nextBytes);

        key.destroy();

        assertThat(key.copyPrivateKey()).containsOnly(0);
    }

    private static String pem(String label, int length) {
        return Pem.encode(label, new byte[length]);
    }
}
