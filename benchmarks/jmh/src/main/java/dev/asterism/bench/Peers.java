package dev.asterism.bench;

import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Ed25519PrivateKey;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.cert.Verification;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** A CA and certificates of peers, the same in every run. */
final class Peers {

    private static final long FROM = 1_767_225_600;
    private static final long TO = 4_070_908_800L;

    private static final Instant NOW = Instant.ofEpochSecond(FROM + 1);

    private final Signer signer;
    private final CaPool pool;

    Peers() {
        try {
            Ed25519PrivateKey key = Ed25519PrivateKey.generate(new Random(7)::nextBytes);
            signer = new Signer(Signer.selfSigned(subject("ca", List.of(), List.of()), key), key);
            pool = CaPool.of(List.of(signer.ca()), Blocklist.EMPTY, NOW).pool();
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Subject subject(String name, List<Cidr> networks, List<String> groups) {
        return new Subject(name, networks, List.of(), groups, FROM, TO);
    }

    /** A host with this overlay address, in the groups. */
    VerifiedCertificate host(String network, String... groups) {
        try {
            Subject subject = subject("host", List.of(Cidr.of(network)), List.of(groups));
            Certificate signed = signer.signHost(subject, Bytes.ofHex("09".repeat(32)));
            return switch (pool.verify(signed, NOW)) {
                case Verification.Accepted(VerifiedCertificate peer) -> peer;
                case Verification.Refused refused ->
                        throw new IllegalStateException(refused.toString());
            };
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }
}
