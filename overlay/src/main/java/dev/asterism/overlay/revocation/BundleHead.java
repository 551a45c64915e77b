package dev.asterism.overlay.revocation;

import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.SignatureCheck;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.revocation.BundleException.Fault;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a bundle, fewer than {@value #MAX_BYTES}, so that they come in one piece: who signed it, which
 * number it has, and the size and digest of what follows. Whoever has verified a head knows before the next byte that
 * what he fetches is worth it. Immutable.
 *
 * @param issued seconds of the Unix clock
 * @param nextDue when the issuer has promised the next bundle, the same clock; 0 for no promise
 * @param body digest and sizes of what follows
 * @param signature by the delegated key over everything before it
 */
public record BundleHead(
        long version,
        long issued,
        long nextDue,
        Body body,
        Delegation delegation,
        Bytes signature) {

    /** Of any head: a delegation with the larger key and both signatures as long as they may be. */
    public static final int MAX_BYTES = 768;

    public static final int MAX_ENTRIES = 4_096;
    public static final int MAX_POLICY_BYTES = 65_536;

    /** One less than the largest, as the next one must be possible. */
    public static final long MAX_VERSION = Long.MAX_VALUE - 1;

    private static final Bytes MAGIC = Bytes.owning("ABUNDLE1".getBytes(StandardCharsets.US_ASCII));

    /** As with {@link Delegation}: begins with zero, as no certificate's signed bytes do. */
    private static final Bytes CONTEXT =
            Bytes.owning("\0asterism revocation bundle 1".getBytes(StandardCharsets.US_ASCII));

    /** The end of the year 9999. */
    public static final long MAX_SECONDS = 253_402_300_799L;

    /**
     * @param entries how many fingerprints, 32 bytes each
     * @param policyBytes of the policy that follows these
     * @param digest SHA-256 of both
     */
    public record Body(int entries, int policyBytes, Fingerprint digest) {

        int bytes() {
            return entries * Fingerprint.LENGTH_BYTES + policyBytes;
        }
    }

    /** Reads the head at the start of {@code content}; what follows it is not looked at. */
    public static BundleHead read(Bytes content) throws BundleException {
        BundleFields fields = new BundleFields(content);
        if (!fields.bytes(MAGIC.length()).equals(MAGIC)) {
            throw BundleFields.malformed("it does not begin as one of format 1");
        }
        long version = fields.number(Long.BYTES, "version", MAX_VERSION);
        long issued = fields.number(Long.BYTES, "time of issue", MAX_SECONDS);
        long nextDue = fields.number(Long.BYTES);
        if (nextDue < 0 || nextDue > MAX_SECONDS) {
            throw BundleFields.malformed("the time of the next bundle is beyond the year 9999");
        }
        int entries = bounded(fields, MAX_ENTRIES, "fingerprints");
        int policy = bounded(fields, MAX_POLICY_BYTES, "bytes of policy");
        Body body = new Body(entries, policy, fields.fingerprint());
        Delegation delegation = Delegation.read(fields);
        Bytes signature = fields.counted().compact();
        return new BundleHead(version, issued, nextDue, body, delegation, signature);
    }

    private static int bounded(BundleFields fields, int most, String what) throws BundleException {
        long number = fields.number(Integer.BYTES);
        if (number > most) {
            throw BundleFields.malformed(number + " " + what + ", at most " + most + " may be");
        }
        return (int) number;
    }

    Bytes encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(fields());
        out.write(signature.length());
        out.writeBytes(signature.toArray());
        return Bytes.owning(out.toByteArray());
    }

    private byte[] fields() {
        Bytes encoded = delegation.encode();
        return ByteBuffer.allocate(
                        MAGIC.length() + 32 + Fingerprint.LENGTH_BYTES + encoded.length())
                .put(MAGIC.toArray())
                .putLong(version)
                .putLong(issued)
                .putLong(nextDue)
                .putInt(body.entries)
                .putInt(body.policyBytes)
                .put(body.digest.raw().toArray())
                .put(encoded.toArray())
                .array();
    }

    Bytes signedBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(CONTEXT.toArray());
        out.writeBytes(fields());
        return Bytes.owning(out.toByteArray());
    }

    BundleHead with(Bytes otherSignature) {
        return new BundleHead(version, issued, nextDue, body, delegation, otherSignature);
    }

    /** Of the whole bundle. */
    public int totalBytes() {
        return fields().length + 1 + signature.length() + body.bytes();
    }

    public BundleNumber number() {
        return new BundleNumber(delegation.number(), version);
    }

    public BundleEdition edition() {
        return new BundleEdition(number(), issued, Fingerprint.of(signedBytes()));
    }

    public Instant issuedAt() {
        return Instant.ofEpochSecond(issued);
    }

    /** When the next bundle should have come; null when none was promised. */
    public @Nullable Instant nextDueAt() {
        return nextDue == 0 ? null : Instant.ofEpochSecond(nextDue);
    }

    /**
     * Checks who signed: the CA is in the pool and not blocked, it delegated the key for this, and both signatures
     * match.
     *
     * @return the CA
     */
    public Certificate verify(CaPool cas) throws BundleException {
        Certificate issuer = delegation.verify(cas);
        if (delegation.curve() != issuer.curve()
                || !SignatureCheck.isGenuine(
                        delegation.curve(), delegation.key(), signedBytes(), signature)) {
            throw new BundleException(
                    Fault.FORGED, "the delegated key's signature of the bundle did not match");
        }
        if (body.entries > 0 && !delegation.allows(Delegation.MAY_REVOKE)) {
            throw new BundleException(
                    Fault.NOT_ALLOWED, "the delegated key may not revoke certificates");
        }
        if (body.policyBytes > 0 && !delegation.allows(Delegation.MAY_CARRY_POLICY)) {
            throw new BundleException(Fault.NOT_ALLOWED, "the delegated key may not set a policy");
        }
        return issuer;
    }

    /**
     * As {@link #verify}, for a bundle that has just come: CA and delegation must also be valid now. A bundle that is
     * in force stays so when they end: what was revoked stays revoked.
     */
    public Certificate verifyAt(CaPool cas, Instant now) throws BundleException {
        Certificate issuer = verify(cas);
        if (issuer.expiredAt(now)) {
            throw new BundleException(Fault.OUT_OF_DATE, "the CA is not valid now");
        }
        if (!delegation.validity().contains(now)) {
            throw new BundleException(
                    Fault.OUT_OF_DATE,
                    "the delegation is not valid now: it ends " + delegation.validity().end());
        }
        return issuer;
    }
}
