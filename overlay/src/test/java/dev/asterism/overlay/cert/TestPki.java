package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A CA and its hosts from a seed, the same in every run; for tests of any package. */
public final class TestPki {

    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    public static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
    public static final Instant END = Instant.parse("2099-01-01T00:00:00Z");

    private final RandomSource random;
    private final Signer signer;
    private final SigningKey key;

    private TestPki(RandomSource random, Signer signer, SigningKey key) {
        this.random = random;
        this.signer = signer;
        this.key = key;
    }

    public static TestPki seeded(long seed) {
        return limited(seed, subject("test ca"));
    }

    /** With a CA of these limits. */
    public static TestPki limited(long seed, Subject limits) {
        return limited(seed, 1, limits);
    }

    /** With a CA of that version and these limits. */
    public static TestPki limited(long seed, int version, Subject limits) {
        return limited(seed, version, Curve.CURVE25519, limits);
    }

    /** With a CA of version 2 and that curve. */
    public static TestPki seeded(long seed, Curve curve) {
        return limited(seed, 2, curve, subject("test ca"));
    }

    private static TestPki limited(long seed, int version, Curve curve, Subject limits) {
        RandomSource random = new Random(seed)::nextBytes;
        SigningKey key = SigningKey.generate(curve, random);
        try {
            return new TestPki(
                    random, new Signer(Signer.selfSigned(version, limits, key), key), key);
        } catch (CertificateException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** As PEM, of any CA, whatever its limits say: what another tool could have made. */
    public static String signedWithoutRules(
            Certificate ca, Ed25519PrivateKey key, Subject subject, Bytes publicKey) {
        DetailsV1 details = new DetailsV1(subject, false, ca.fingerprint().raw(), 0, publicKey);
        return CertificatePem.encode(
                new CertificateV1(details, key.sign(EncoderV1.details(details))));
    }

    /** One that is valid over the whole time from {@link #START} to {@link #END}. */
    public static Subject subject(String name, String... networks) {
        return new Subject(
                name,
                Arrays.stream(networks).map(Cidr::of).toList(),
                List.of(),
                List.of(),
                START.getEpochSecond(),
                END.getEpochSecond());
    }

    public Certificate ca() {
        return signer.ca();
    }

    public SigningKey caKey() {
        return key;
    }

    public RandomSource random() {
        return random;
    }

    public CaPool pool() {
        try {
            return CaPool.of(List.of(ca()), Blocklist.EMPTY, NOW).pool();
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a peer with this certificate comes to be: its signature is checked. */
    public VerifiedCertificate verified(Certificate certificate) {
        return switch (pool().verify(certificate, NOW)) {
            case Verification.Accepted(VerifiedCertificate peer) -> peer;
            case Verification.Refused refused ->
                    throw new IllegalArgumentException(refused.toString());
        };
    }

    public LocalIdentity host(String name, String network, String... groups) {
        Subject open = subject(name, network);
        return host(
                new Subject(
                        name,
                        open.networks(),
                        List.of(),
                        List.of(groups),
                        open.notBefore(),
                        open.notAfter()));
    }

    /** A certificate of that version for a new key that nobody keeps. */
    public Certificate sign(int version, Subject subject) {
        try {
            return signer.signHost(version, subject, Dh.x25519().generate(random).publicKey());
        } catch (CertificateException e) {
            throw new IllegalArgumentException(e);
        }
    }

    public LocalIdentity host(Subject subject) {
        return host(key(), certificate(1, subject));
    }

    /** A host of both versions; the certificate of version 1 has the first network only. */
    public LocalIdentity hostV1AndV2(String name, String... networks) {
        return host(
                key(),
                certificate(1, subject(name, networks[0])),
                certificate(2, subject(name, networks)));
    }

    /** A host of version 2. */
    public LocalIdentity hostV2(String name, String... networks) {
        return host(key(), certificate(2, subject(name, networks)));
    }

    /** A host key of the CA's curve. */
    public KeyPair key() {
        return (signer.ca().curve() == Curve.P256 ? Dh.p256() : Dh.x25519()).generate(random);
    }

    /** What {@link #host(KeyPair, ToSign...)} signs. */
    public record ToSign(int version, Subject subject) {}

    public static ToSign certificate(int version, Subject subject) {
        return new ToSign(version, subject);
    }

    /** A host with these certificates for one key. */
    public LocalIdentity host(KeyPair key, ToSign... certificates) {
        try {
            StringBuilder pem = new StringBuilder();
            for (ToSign wanted : certificates) {
                pem.append(
                        CertificatePem.encode(
                                signer.signHost(
                                        wanted.version(), wanted.subject(), key.publicKey())));
            }
            String keyPem = KeyPem.encodePrivate(key);
            return LocalIdentity.read(pem.toString(), keyPem, NOW, List.of()).identity();
        } catch (CertificateException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
