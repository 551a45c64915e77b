package dev.asterism.overlay.cert;

import dev.asterism.overlay.cert.Verification.Accepted;
import dev.asterism.overlay.cert.Verification.Reason;
import dev.asterism.overlay.cert.Verification.Refused;
import dev.asterism.overlay.io.Bytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
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

    /** Begins the message about a certificate that is itself on a list, not its CA. */
    public static final String IN_BLOCKLIST = "certificate is in the block list";

    /** What follows where the list is not that of the configuration, before the list's name. */
    public static final String OF_LIST = " of ";

    private static final String ROOT_IN_BLOCKLIST = "root certificate is in the block list";

    private final SortedMap<Fingerprint, Authority> byFingerprint;
    private final Blocklist blocklist;
    private final SignedBlocklists signed;

    /** One CA, with the name under which all certificates that it has signed know it. */
    private record Authority(Certificate certificate, Fingerprint name, Bytes rawName) {}

    private CaPool(
            SortedMap<Fingerprint, Authority> byFingerprint,
            Blocklist blocklist,
            SignedBlocklists signed) {
        this.byFingerprint = byFingerprint;
        this.blocklist = blocklist;
        this.signed = signed;
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
        TreeMap<Fingerprint, Authority> pool = new TreeMap<>();
        List<String> invalid = new ArrayList<>();
        for (Certificate ca : authorities) {
            requireSelfSigned(ca);
            pool.put(ca.fingerprint(), new Authority(ca, ca.fingerprint(), ca.fingerprint().raw()));
            String problem = Validity.problem("root certificate", ca, now);
            if (problem != null) {
                invalid.add(problem);
            }
        }
        return new Loaded(new CaPool(pool, blocklist, SignedBlocklists.NONE), List.of(), invalid);
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
        return new CaPool(byFingerprint, other, signed);
    }

    /** The same with other block lists of its CAs. */
    public CaPool withSigned(SignedBlocklists other) {
        return new CaPool(byFingerprint, blocklist, other);
    }

    public SignedBlocklists signed() {
        return signed;
    }

    public Blocklist blocklist() {
        return blocklist;
    }

    public boolean isEmpty() {
        return byFingerprint.isEmpty();
    }

    /** False: a node must not start, {@link #NO_VALID_CA}. */
    public boolean hasValidAt(Instant time) {
        return byFingerprint.values().stream().anyMatch(ca -> !ca.certificate.expiredAt(time));
    }

    /** In order of fingerprint. */
    public Collection<Certificate> authorities() {
        return byFingerprint.values().stream().map(Authority::certificate).toList();
    }

    /** The CA that the certificate names, if it is in the pool; its signature is not looked at. */
    public Optional<Certificate> issuerOf(Certificate certificate) {
        return Optional.ofNullable(signerOf(certificate));
    }

    /** The CAs whose certificates are not refused at first sight. */
    public IssuerSet issuers() {
        return IssuerSet.of(byFingerprint.keySet().stream().filter(ca -> !isBlocked(ca)).toList());
    }

    /** A look-up only: true when the claim names a CA of the pool that is not blocked. */
    public boolean knowsIssuer(Claim.WellFormed claim) {
        Certificate ca = signerOf(claim.certificate());
        return ca != null && !isBlocked(ca.fingerprint());
    }

    /** The CA with this fingerprint if it may still vouch for something: in the pool, not blocked; else null. */
    public @Nullable Certificate authority(Fingerprint ca) {
        Authority known = isBlocked(ca) ? null : byFingerprint.get(ca);
        return known == null ? null : known.certificate;
    }

    /** Signed lists have no say: a thief of the key that signs them could keep the CA from delegating another. */
    private boolean isBlocked(Fingerprint ca) {
        return blocklist.contains(ca);
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
        Authority signer = authorityOf(certificate);
        if (signer == null) {
            throw new IllegalStateException("precheck lets no unknown issuer pass");
        }
        Certificate ca = signer.certificate;
        if (!hasSignatureOf(certificate, ca)) {
            return new Refused(Reason.BAD_SIGNATURE, "certificate signature did not match");
        }
        String violation = CaLimits.violation(ca.subject(), certificate.subject());
        if (violation != null) {
            return new Refused(Reason.OUTSIDE_CA_LIMITS, violation);
        }
        Refused blocked = blockedInItsOtherForm(certificate);
        if (blocked != null) {
            return blocked;
        }
        Certificate lasting = certificate.withSharedIssuer(signer.name, signer.rawName);
        return new Accepted(new VerifiedCertificate(lasting, ca));
    }

    private @Nullable Refused precheck(Certificate certificate, Instant time) {
        Refused blocked = blocked(certificate, certificate.fingerprint());
        if (blocked != null) {
            return blocked;
        }
        if (certificate.issuerText().isEmpty()) {
            return new Refused(Reason.NO_ISSUER, "no issuer in certificate");
        }
        Certificate ca = signerOf(certificate);
        if (ca == null) {
            return new Refused(Reason.UNKNOWN_ISSUER, "could not find ca for the certificate");
        }
        if (isBlocked(ca.fingerprint())) {
            return new Refused(Reason.BLOCKLISTED, ROOT_IN_BLOCKLIST);
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
        Refused blocked = blockedInItsOtherForm(certificate);
        return blocked != null ? blocked : new Accepted(verified);
    }

    /** Whether the block list of the configuration or that of its CA has the certificate in either form. */
    public boolean blocks(CertificateId certificate) {
        return blocklist.contains(certificate) || signed.contains(certificate);
    }

    private @Nullable Refused blockedInItsOtherForm(Certificate certificate) {
        boolean noneIs = blocklist.size() == 0 && signed.isEmpty();
        Fingerprint other = noneIs ? null : certificate.alternateFingerprint();
        return other == null ? null : blocked(certificate, other);
    }

    /**
     * @param form a fingerprint of the certificate
     */
    private @Nullable Refused blocked(Certificate certificate, Fingerprint form) {
        if (blocklist.contains(form)) {
            return new Refused(Reason.BLOCKLISTED, IN_BLOCKLIST);
        }
        Fingerprint issuer = certificate.issuer();
        String list = issuer == null ? null : signed.refusing(issuer, form);
        return list == null ? null : new Refused(Reason.BLOCKLISTED, IN_BLOCKLIST + OF_LIST + list);
    }

    private @Nullable Certificate signerOf(Certificate certificate) {
        Authority signer = authorityOf(certificate);
        return signer == null ? null : signer.certificate;
    }

    private @Nullable Authority authorityOf(Certificate certificate) {
        Fingerprint issuer = certificate.issuer();
        return issuer == null ? null : byFingerprint.get(issuer);
    }

    private static boolean hasSignatureOf(Certificate certificate, Certificate ca) {
        return SignatureCheck.isGenuine(
                ca.curve(), ca.publicKey(), certificate.signedBytes(), certificate.signature());
    }
}
