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

    private TestPki(RandomSource random, Signer signer) {
        this.random = random;
        this.signer = signer;
    }

    public static TestPki seeded(long seed) {
        return limited(seed, subject("test ca"));
    }

    /** With a CA of these limits. */
    public static TestPki limited(long seed, Subject limits) {
        RandomSource random = new Random(seed)::nextBytes;
        Ed25519PrivateKey key = Ed25519PrivateKey.generate(random);
        try {
            return new TestPki(random, new Signer(Signer.selfSigned(limits, key), key));
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

    public LocalIdentity host(Subject subject) {
        KeyPair key = Dh.x25519().generate(random);
        try {
            String pem = CertificatePem.encode(signer.signHost(subject, key.publicKey()));
            return LocalIdentity.read(pem, KeyPem.encodePrivate(key), NOW).identity();
        } catch (CertificateException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
