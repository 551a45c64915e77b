package dev.asterism.overlay.revocation;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.PemFile;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.revocation.BundleException.Fault;
import dev.asterism.overlay.revocation.BundleHead.Body;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A numbered list of certificates that a CA refuses from now on; the newest one replaces all before it. Immutable.
 * Decoding promises form and digest, not who signed it: see {@link BundleHead#verify}.
 *
 * @param revoked fingerprints of hosts' certificates that the CA has signed; that of a CA has no effect
 * @param policy carried for later versions of the agent; this one does not apply it
 * @param encoded the bytes, as files and messages carry them
 */
public record RevocationBundle(
        BundleHead head, SortedSet<Fingerprint> revoked, Bytes policy, Bytes encoded) {

    /** Label of its PEM block. */
    public static final String PEM_LABEL = "ASTERISM REVOCATION BUNDLE";

    public static final int MAX_BYTES =
            BundleHead.MAX_BYTES
                    + BundleHead.MAX_ENTRIES * Fingerprint.LENGTH_BYTES
                    + BundleHead.MAX_POLICY_BYTES;

    /** What the issuer decides. */
    public record Content(
            long version, long issued, long nextDue, SortedSet<Fingerprint> revoked, Bytes policy) {

        public Content {
            revoked = Collections.unmodifiableSortedSet(new TreeSet<>(revoked));
            if (revoked.size() > BundleHead.MAX_ENTRIES) {
                throw new IllegalArgumentException(revoked.size() + " entries");
            }
        }
    }

    /**
     * @param key the delegated one, borrowed
     */
    public static RevocationBundle sign(Content content, Delegation delegation, SigningKey key) {
        Bytes body = body(content);
        BundleHead unsigned =
                new BundleHead(
                        content.version,
                        content.issued,
                        content.nextDue,
                        new Body(
                                content.revoked.size(),
                                content.policy.length(),
                                Fingerprint.of(body)),
                        delegation,
                        Bytes.EMPTY);
        BundleHead head = unsigned.with(key.sign(unsigned.signedBytes()));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.encode().toArray());
        all.writeBytes(body.toArray());
        Bytes encoded = Bytes.owning(all.toByteArray());
        return new RevocationBundle(head, content.revoked, content.policy, encoded);
    }

    private static Bytes body(Content content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        content.revoked.forEach(fingerprint -> out.writeBytes(fingerprint.raw().toArray()));
        out.writeBytes(content.policy.toArray());
        return Bytes.owning(out.toByteArray());
    }

    /** Reads a whole bundle and nothing else; each has one form only. */
    public static RevocationBundle decode(Bytes content) throws BundleException {
        BundleHead head = BundleHead.read(content);
        if (content.length() != head.totalBytes()) {
            throw BundleFields.malformed(
                    "it has %d bytes and not %d".formatted(content.length(), head.totalBytes()));
        }
        int start = content.length() - head.body().bytes();
        Bytes body = content.slice(start, head.body().bytes());
        if (!Fingerprint.of(body).equals(head.body().digest())) {
            throw new BundleException(Fault.FORGED, "the content does not match its digest");
        }
        BundleFields fields = new BundleFields(body);
        TreeSet<Fingerprint> revoked = new TreeSet<>();
        for (int i = 0; i < head.body().entries(); i++) {
            Fingerprint next = fields.fingerprint();
            if (!revoked.isEmpty() && next.compareTo(revoked.last()) <= 0) {
                throw BundleFields.malformed("its fingerprints are not in order");
            }
            revoked.add(next);
        }
        Bytes policy = fields.bytes(head.body().policyBytes()).compact();
        return new RevocationBundle(
                head, Collections.unmodifiableSortedSet(revoked), policy, content.compact());
    }

    /** Reads the first block of this label in PEM text. */
    public static RevocationBundle ofPem(String text) throws BundleException {
        Bytes content = PemFile.find(text, PEM_LABEL);
        if (content == null) {
            throw BundleFields.malformed("the file has no whole block " + PEM_LABEL);
        }
        return decode(content);
    }

    public String toPem() {
        return PemFile.encode(PEM_LABEL, encoded);
    }

    public Fingerprint ca() {
        return head.delegation().ca();
    }

    public BundleEdition edition() {
        return head.edition();
    }

    public BundleNumber number() {
        return head.number();
    }
}
