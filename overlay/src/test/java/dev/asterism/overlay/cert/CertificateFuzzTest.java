package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.sim.FuzzSeed;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes are, parsers answer and do not throw what nobody declared. */
class CertificateFuzzTest {

    private static final int MUTATIONS = 1000;

    private final TestPki pki = TestPki.seeded(7);
    private final Certificate host = pki.host("host", "10.42.0.2/16", "web", "db").certificate();

    @Test
    void noTruncationIsTheCertificate() {
        byte[] whole = host.encoded().toArray();
        byte[] form = host.handshakeForm().toArray();
        for (int length = 0; length < whole.length; length++) {
            Decoded cut = CertificateV1.decode(Bytes.copyOf(whole, 0, length));
            assertThat(cut).isNotEqualTo(new Decoded.Valid(host));
        }
        for (int length = 0; length < form.length; length++) {
            Bytes cut = Bytes.copyOf(form, 0, length);
            assertThat(CertificateV1.decodeHandshake(cut, host.publicKey()))
                    .isNotEqualTo(new Decoded.Valid(host));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void decodersSurviveMutations(long seed) {
        Random random = new Random(FuzzSeed.of(seed));
        CaPool pool = pki.pool();
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutant = mutated(host.handshakeForm().toArray(), random);
            Decoded decoded = CertificateV1.decodeHandshake(Bytes.owning(mutant), host.publicKey());
            if (decoded instanceof Decoded.Valid(Certificate certificate)) {
                boolean isOriginal = certificate.equals(host);
                assertThat(pool.verify(certificate, TestPki.NOW) instanceof Verification.Accepted)
                        .isEqualTo(isOriginal);
            }
            CertificateV1.decode(Bytes.owning(mutated(host.encoded().toArray(), random)));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void decodersSurviveNoise(long seed) {
        Random random = new Random(FuzzSeed.of(seed));
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            assertThat(CertificateV1.decode(Bytes.owning(noise)))
                    .isInstanceOf(Decoded.Invalid.class);
        }
    }

    @Test
    void pemReadersRaiseOnlyTheirOwnException() {
        Random random = new Random(FuzzSeed.of(5));
        String pem = CertificatePem.encode(pki.ca()) + CertificatePem.encode(host);
        String keyPem = KeyPem.encodePrivate(pki.host("k", "10.42.0.3/16").credential().keys());
        for (int i = 0; i < MUTATIONS; i++) {
            String mutant = mutated(pem, random);
            String mutantKey = mutated(keyPem, random);
            assertThatCode(() -> readAll(mutant, mutantKey)).doesNotThrowAnyException();
        }
    }

    @Test
    void truncatedPemHoldsNoCertificateItDidNotEnd() {
        String pem = CertificatePem.encode(pki.ca());
        for (int length = 1; length < pem.length() - 1; length++) {
            String cut = pem.substring(0, length);
            assertThatCode(() -> CertificatePem.readUsable(cut))
                    .as("%d characters", length)
                    .isInstanceOf(CertificateException.class);
        }
    }

    private static void readAll(String pem, String keyPem) {
        ignoring(() -> CertificatePem.readUsable(pem));
        ignoring(() -> CaPool.read(pem, Blocklist.EMPTY, TestPki.NOW));
        ignoring(() -> LocalIdentity.read(pem, keyPem, TestPki.NOW, List.of()));
        ignoring(() -> SigningKey.fromPem(keyPem));
        ignoring(() -> KeyPem.readPublic(keyPem));
    }

    @FunctionalInterface
    private interface Reading {
        void read() throws CertificateException;
    }

    private static void ignoring(Reading reading) {
        try {
            reading.read();
        } catch (CertificateException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static byte[] mutated(byte[] original, Random random) {
        byte[] mutant = original.clone();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
        }
        return mutant;
    }

    private static String mutated(String original, Random random) {
        StringBuilder mutant = new StringBuilder(original);
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int at = random.nextInt(mutant.length());
            switch (random.nextInt(3)) {
                case 0 -> mutant.setCharAt(at, (char) random.nextInt(256));
                case 1 -> mutant.deleteCharAt(at);
                default -> mutant.insert(at, (char) random.nextInt(128));
            }
        }
        return mutant.toString();
    }
}
