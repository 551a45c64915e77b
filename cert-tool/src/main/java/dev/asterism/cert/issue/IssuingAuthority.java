package dev.asterism.cert.issue;

import dev.asterism.cert.record.EarlierRecords;
import dev.asterism.cert.record.IssueRecord;
import dev.asterism.cert.record.RevokedKeyException;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.P256;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A CA that signs for hosts and writes into its record what it signed before anybody gets it, so that whatever was
 * issued can be listed and revoked. A crash in between leaves a line for a certificate that nobody got. Any thread.
 */
public final class IssuingAuthority {

    private final Signer signer;
    private final IssueRecord record;
    private final EarlierRecords earlier;

    /** Borrows both. */
    public IssuingAuthority(Signer signer, IssueRecord record) {
        this(signer, record, new EarlierRecords(List.of()));
    }

    /**
     * Borrows all.
     *
     * @param earlier of CAs that this one takes over from
     */
    public IssuingAuthority(Signer signer, IssueRecord record, EarlierRecords earlier) {
        this.signer = signer;
        this.record = record;
        this.earlier = earlier;
    }

    public Certificate ca() {
        return signer.ca();
    }

    /**
     * Signs for one host and writes it down; a certificate per version, in ascending order.
     *
     * @param publicKey the host's, of the CA's curve; who asks must know that the host has the private key
     * @param by what signs, for the record, like {@code serve}
     * @throws CertificateException when the CA may not sign this, with the rule
     * @throws IOException when the record cannot be written, or the key was revoked; nothing is issued then
     */
    public List<Certificate> issue(HostGrant grant, Bytes publicKey, String by, Instant now)
            throws CertificateException, IOException {
        List<Certificate> certificates = sign(grant, publicKey, now);
        write(certificates, by, now);
        return certificates;
    }

    /**
     * For a key that somebody may have certificates for already.
     *
     * @throws RevokedKeyException when it was revoked, under this CA or an earlier one
     */
    public void refuseRevoked(String name, Bytes publicKey) throws IOException {
        if (record.hasRevoked(publicKey) || earlier.haveRevoked(publicKey)) {
            throw new RevokedKeyException(name);
        }
    }

    /** In hex, all keys that {@link #refuseRevoked} refuses. */
    public Set<String> revokedKeys() throws IOException {
        Set<String> all = new TreeSet<>(record.revokedKeys());
        all.addAll(earlier.revokedKeys());
        return all;
    }

    /**
     * What was issued to the same host for the same key after this certificate, by an earlier CA or this one, in that
     * order. If no record has the certificate, what begins later counts.
     */
    public List<Certificate> issuedAfter(Certificate certificate) throws IOException {
        List<Certificate> all = new ArrayList<>(earlier.issuedFor(certificate.publicKey()));
        all.addAll(record.issuedFor(certificate.publicKey()));
        all.removeIf(other -> !other.name().equals(certificate.name()));
        for (int i = all.size() - 1; i >= 0; i--) {
            if (isSame(all.get(i), certificate)) {
                return List.copyOf(all.subList(i + 1, all.size()));
            }
        }
        all.removeIf(other -> !other.notBefore().isAfter(certificate.notBefore()));
        return List.copyOf(all);
    }

    /** A certificate of P-256 has two fingerprints. */
    private static boolean isSame(Certificate known, Certificate shown) {
        return known.fingerprint().equals(shown.fingerprint())
                || shown.fingerprint().equals(known.alternateFingerprint());
    }

    /** Only signs: the caller hands nothing out before it has called {@link #write} for it. */
    public List<Certificate> sign(HostGrant grant, Bytes publicKey, Instant now)
            throws CertificateException {
        return sign(grant, publicKey, now, now);
    }

    /**
     * The same with another first second, so that hosts whose clock is behind take it.
     *
     * @param from not after {@code now}, as {@link HostGrant#begin} says it
     */
    public List<Certificate> sign(HostGrant grant, Bytes publicKey, Instant from, Instant now)
            throws CertificateException {
        if (ca().expiredAt(now)) {
            throw new CertificateException("ca certificate is expired");
        }
        requireKeyOf(ca().curve(), publicKey);
        List<Certificate> certificates = new ArrayList<>();
        for (int version : grant.versions().numbers()) {
            certificates.add(
                    signer.signHost(version, grant.subject(version, ca(), from), publicKey));
        }
        return certificates;
    }

    private static void requireKeyOf(Curve curve, Bytes publicKey) throws CertificateException {
        boolean isFit =
                curve == Curve.P256
                        ? P256.publicKey(publicKey) != null
                        : publicKey.length() == Dh.x25519().publicKeyBytes();
        if (!isFit) {
            throw new CertificateException("the public key is not one of the CA's curve, " + curve);
        }
    }

    /** Writes down what {@link #sign} made, all of it or nothing. */
    public void write(List<Certificate> certificates, String by, Instant now) throws IOException {
        record.appendIssued(certificates, by, now);
    }
}
