package dev.asterism.overlay.cert;

import dev.asterism.overlay.cert.Verification.Accepted;
import dev.asterism.overlay.cert.Verification.Reason;
import dev.asterism.overlay.cert.Verification.Refused;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The CAs a node trusts and the fingerprints it refuses (spec certificates.md 6). Immutable, so any
 * thread may use it; a reload makes another one.
 */
public final class CaPool {

    /** What a pool without a usable CA is called. */
    public static final String NO_VALID_CA = "no valid CA certificates present";

    private final SortedMap<Fingerprint, Certificate> byFingerprint;
    private final Blocklist blocklist;

    private CaPool(SortedMap<Fingerprint, Certificate> byFingerprint, Blocklist blocklist) {
        this.byFingerprint = byFingerprint;
        this.blocklist = blocklist;
    }

    /**
     * A pool and what its reader should be told.
     *
     * @param skipped certificates of unsupported version or curve, {@code certificate N: WHY}
     * @param invalid CAs that are in the pool and not valid at the time of reading, with the dates
     */
    public record Loaded(CaPool pool, List<String> skipped, List<String> invalid) {

        public Loaded {
            skipped = List.copyOf(skipped);
            invalid = List.copyOf(invalid);
        }
    }

    /**
     * Reads a bundle. Fails on anything but a self-signed CA; expired CAs and those of an unsupported
     * version or curve only show in the result. The pool may be empty: see {@link #hasValidAt}.
     */
    public static Loaded read(String pem, Blocklist blocklist, Instant now)
            throws CertificateException {
        CertificatePem.Bundle bundle = CertificatePem.readUsableAuthorities(pem);
        Loaded loaded = of(bundle.certificates(), blocklist, now);
        return new Loaded(loaded.pool(), bundle.skipped(), loaded.invalid());
    }

    /** As {@link #read} from decoded certificates of supported curves. */
    public static Loaded of(List<Certificate> authorities, Blocklist blocklist, Instant now)
            throws CertificateException {
        TreeMap<Fingerprint, Certificate> pool = new TreeMap<>();
        List<String> invalid = new ArrayList<>();
        for (Certificate ca : authorities) {
            requireSelfSigned(ca);
            pool.put(ca.fingerprint(), ca);
            String problem = Validity.problem("root certificate", ca, now);
            if (problem != null) {
                invalid.add(problem);
            }
        }
        return new Loaded(new CaPool(pool, blocklist), List.of(), invalid);
    }

    private static void requireSelfSigned(Certificate ca) throws CertificateException {
        if (!ca.isCa()) {
            throw new CertificateException(Quoted.of(ca.name()) + ": certificate is not a CA");
        }
        if (!hasSignatureOf(ca, ca)) {
            throw new CertificateException(
                    Quoted.of(ca.name()) + ": certificate is not self-signed");
        }
    }

    public CaPool withBlocklist(Blocklist other) {
        return new CaPool(byFingerprint, other);
    }

    public Blocklist blocklist() {
        return blocklist;
    }

    public boolean isEmpty() {
        return byFingerprint.isEmpty();
    }

    /** False: a node must not start, {@link #NO_VALID_CA}. */
    public boolean hasValidAt(Instant time) {
        return byFingerprint.values().stream().anyMatch(ca -> !ca.expiredAt(time));
    }

    /** In order of fingerprint. */
    public Collection<Certificate> authorities() {
        return Collections.unmodifiableCollection(byFingerprint.values());
    }

    /** The CA that the certificate names, if it is in the pool; its signature is not looked at. */
    public Optional<Certificate> issuerOf(Certificate certificate) {
        return Optional.ofNullable(signerOf(certificate));
    }

    /** The CAs whose certificates are not refused at first sight. */
    public IssuerSet issuers() {
        return IssuerSet.of(
                byFingerprint.keySet().stream().filter(ca -> !blocklist.contains(ca)).toList());
    }

    /** A look-up only: true when the claim names a CA of the pool that is not blocked. */
    public boolean knowsIssuer(Claim.WellFormed claim) {
        Certificate ca = signerOf(claim.certificate());
        return ca != null && !blocklist.contains(ca.fingerprint());
    }

    /** Judges what a peer shows by all rules, as {@link #verify(Certificate, Instant)} does. */
    public Verification verify(Claim.WellFormed claim, Instant time) {
        return verify(claim.certificate(), time);
    }

    /** The rules that need no curve computation (steps 1 to 5), or null when the claim breaks none of them. */
    public @Nullable Refused precheck(Claim.WellFormed claim, Instant time) {
        return precheck(claim.certificate(), time);
    }

    /** All rules, in the order of the specification; the first failure decides. */
    public Verification verify(Certificate certificate, Instant time) {
        Refused refused = precheck(certificate, time);
        if (refused != null) {
            return refused;
        }
        Certificate ca = signerOf(certificate);
        if (ca == null) {
            throw new IllegalStateException("precheck lets no unknown issuer pass");
        }
        if (!hasSignatureOf(certificate, ca)) {
            return new Refused(Reason.BAD_SIGNATURE, "certificate signature did not match");
        }
        String violation = CaLimits.violation(ca.subject(), certificate.subject());
        return violation == null
                ? new Accepted(new VerifiedCertificate(certificate, ca))
                : new Refused(Reason.OUTSIDE_CA_LIMITS, violation);
    }

    private @Nullable Refused precheck(Certificate certificate, Instant time) {
        if (blocklist.contains(certificate.fingerprint())) {
            return new Refused(Reason.BLOCKLISTED, "certificate is in the block list");
        }
        if (certificate.issuerText().isEmpty()) {
            return new Refused(Reason.NO_ISSUER, "no issuer in certificate");
        }
        Certificate ca = signerOf(certificate);
        if (ca == null) {
            return new Refused(Reason.UNKNOWN_ISSUER, "could not find ca for the certificate");
        }
        if (blocklist.contains(ca.fingerprint())) {
            return new Refused(Reason.BLOCKLISTED, "root certificate is in the block list");
        }
        if (certificate.curveNumber() != ca.curveNumber()) {
            return new Refused(Reason.CURVE_MISMATCH, "certificate curve does not match CA");
        }
        String invalid = Validity.problem("root certificate", ca, time);
        if (invalid != null) {
            return new Refused(Reason.CA_EXPIRED, invalid);
        }
        invalid = Validity.problem("certificate", certificate, time);
        return invalid == null ? null : new Refused(Reason.EXPIRED, invalid);
    }

    /** For an established tunnel: no signature again, but the same CA as at first (steps 1 to 6). */
    public Verification recheck(VerifiedCertificate verified, Instant time) {
        Certificate certificate = verified.certificate();
        Refused refused = precheck(certificate, time);
        if (refused != null) {
            return refused;
        }
        if (!verified.signer().fingerprint().equals(certificate.issuer())) {
            return new Refused(Reason.SIGNER_CHANGED, "certificate fingerprint did not match");
        }
        return new Accepted(verified);
    }

    private @Nullable Certificate signerOf(Certificate certificate) {
        Fingerprint issuer = certificate.issuer();
        return issuer == null ? null : byFingerprint.get(issuer);
    }

    private static boolean hasSignatureOf(Certificate certificate, Certificate ca) {
        return switch (ca.curve()) {
            case CURVE25519 ->
                    Ed25519.verify(
                            ca.publicKey(), certificate.signedBytes(), certificate.signature());
            case P256, UNRECOGNIZED -> false;
        };
    }
}
