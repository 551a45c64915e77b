package dev.asterism.overlay.revocation;

import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.SignatureCheck;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.revocation.BundleException.Fault;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A CA's word that another key may sign bundles in its name, so that the CA's own key can stay where it is safe. The
 * key is of the CA's curve. Immutable.
 *
 * @param ca fingerprint of the CA's certificate
 * @param number the higher one replaces the lower one, and with it all its bundles
 * @param key as {@link SigningKey#publicKey} gives it
 * @param rights of {@link #MAY_REVOKE} and {@link #MAY_CARRY_POLICY}; other bits have no meaning yet
 * @param signature by the CA's key over all the other fields
 */
public record Delegation(
        Fingerprint ca, int number, Bytes key, int rights, Validity validity, Bytes signature) {

    /** Label of its PEM block. */
    public static final String PEM_LABEL = "ASTERISM BUNDLE DELEGATION";

    public static final int MAY_REVOKE = 1;
    public static final int MAY_CARRY_POLICY = 2;

    /** One less than the largest, as the next one must be possible. */
    public static final int MAX_NUMBER = Integer.MAX_VALUE - 1;

    private static final int FORMAT = 1;
    private static final int MAX_KEY_BYTES = 65;

    /**
     * What is signed begins so. No certificate's signed bytes begin with zero: it is neither a field of protobuf nor
     * the tag of the details of version 2, so neither can be taken for the other.
     */
    private static final Bytes CONTEXT =
            Bytes.owning("\0asterism bundle delegation 1".getBytes(StandardCharsets.US_ASCII));

    /**
     * Seconds of the Unix clock, both included.
     *
     * @param notBefore from when the key may sign
     * @param notAfter until when receivers take new bundles of the key
     */
    public record Validity(long notBefore, long notAfter) {

        boolean contains(Instant time) {
            long seconds = time.getEpochSecond();
            return notBefore <= seconds && seconds <= notAfter;
        }

        public Instant end() {
            return Instant.ofEpochSecond(notAfter);
        }
    }

    /** What a CA puts its name to. */
    public record Terms(int number, int rights, Validity validity) {

        public Terms {
            if (number < 1 || number > MAX_NUMBER) {
                throw new IllegalArgumentException("number " + number);
            }
        }
    }

    /**
     * Signs with the CA's key, which is borrowed.
     *
     * @param key public, of the CA's curve
     */
    public static Delegation sign(Certificate ca, SigningKey caKey, Bytes key, Terms terms) {
        Delegation unsigned =
                new Delegation(
                        ca.fingerprint(),
                        terms.number,
                        key,
                        terms.rights,
                        terms.validity,
                        Bytes.EMPTY);
        Bytes signature = caKey.sign(unsigned.signedBytes());
        return new Delegation(
                ca.fingerprint(), terms.number, key, terms.rights, terms.validity, signature);
    }

    /** Reads what {@link #encode} writes and nothing else. */
    public static Delegation decode(Bytes content) throws BundleException {
        BundleFields fields = new BundleFields(content);
        Delegation delegation = read(fields);
        if (fields.at() != content.length()) {
            throw BundleFields.malformed("something follows the delegation");
        }
        return delegation;
    }

    static Delegation read(BundleFields fields) throws BundleException {
        int format = fields.unsignedByte();
        if (format != FORMAT) {
            throw BundleFields.malformed("its delegation has the unknown format " + format);
        }
        Fingerprint ca = fields.fingerprint();
        int number = (int) fields.number(Integer.BYTES, "number of the delegation", MAX_NUMBER);
        Bytes key = fields.counted();
        if (key.isEmpty() || key.length() > MAX_KEY_BYTES) {
            throw BundleFields.malformed("the delegated key has " + key.length() + " bytes");
        }
        int rights = fields.unsignedByte();
        long notBefore = fields.number(Long.BYTES, "time", BundleHead.MAX_SECONDS);
        long notAfter = fields.number(Long.BYTES, "time", BundleHead.MAX_SECONDS);
        Validity validity = new Validity(notBefore, notAfter);
        return new Delegation(
                ca, number, key.compact(), rights, validity, fields.counted().compact());
    }

    public Bytes encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(fields());
        out.write(signature.length());
        out.writeBytes(signature.toArray());
        return Bytes.owning(out.toByteArray());
    }

    private byte[] fields() {
        return ByteBuffer.allocate(3 + Fingerprint.LENGTH_BYTES + key.length() + 4 + 8 + 8)
                .put((byte) FORMAT)
                .put(ca.raw().toArray())
                .putInt(number)
                .put((byte) key.length())
                .put(key.toArray())
                .put((byte) rights)
                .putLong(validity.notBefore)
                .putLong(validity.notAfter)
                .array();
    }

    private Bytes signedBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(CONTEXT.toArray());
        out.writeBytes(fields());
        return Bytes.owning(out.toByteArray());
    }

    /**
     * The CA that vouches for the key: one of the pool that is not blocked, and whose signature this is. Time is not
     * looked at.
     */
    public Certificate verify(CaPool cas) throws BundleException {
        Certificate issuer = cas.authority(ca);
        if (issuer == null) {
            throw new BundleException(
                    Fault.UNKNOWN_CA,
                    "no CA of pki.ca that is not blocked has the fingerprint " + ca);
        }
        if (!SignatureCheck.isGenuine(
                issuer.curve(), issuer.publicKey(), signedBytes(), signature)) {
            throw new BundleException(
                    Fault.FORGED, "the CA's signature of the delegation did not match");
        }
        return issuer;
    }

    public boolean allows(int right) {
        return (rights & right) != 0;
    }

    /** Of the CA's curve and so of this key's; by its length, as the two have no other in common. */
    public Curve curve() {
        return key.length() == MAX_KEY_BYTES ? Curve.P256 : Curve.CURVE25519;
    }
}
