package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.noise.LittleEndian;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Signatures by X25519 keys (T. Perrin, "The XEdDSA and VXEdDSA Signature Schemes", revision 1): the key agrees on
 * secrets, and the same point in its Edwards form verifies Ed25519 signatures. The secret number of a signature
 * comes from key, message and 64 random bytes, so neither a bad nor a repeated random number gives the key away.
 */
final class XEdDsa {

    static final int RANDOM_BYTES = 64;

    private static final int HALF = 32;

    /** Any private key: what agrees with a point of small order on nothing but zero does so with every key. */
    private static final byte[] PROBE = new byte[HALF];

    private XEdDsa() {}

    /**
     * Signs.
     *
     * @param privateKey 32 bytes as in key files, borrowed
     * @param random {@link #RANDOM_BYTES}, borrowed
     */
    static Bytes sign(byte[] privateKey, Bytes message, byte[] random) {
        BigInteger secret = clamped(privateKey);
        Bytes point = EdwardsPoint.BASE.times(secret).compressed();
        boolean isOdd = point.at(HALF - 1) < 0;
        BigInteger a = (isOdd ? secret.negate() : secret).mod(EdwardsPoint.ORDER);
        Bytes key = withEvenX(point);
        byte[] prefix = new byte[HALF];
        Arrays.fill(prefix, (byte) 0xFF);
        prefix[0] = (byte) 0xFE;
        BigInteger r =
                sha512(prefix, LittleEndian.encode(a), message.toArray(), random)
                        .mod(EdwardsPoint.ORDER);
        byte[] first = EdwardsPoint.BASE.times(r).compressed().toArray();
        BigInteger challenge = sha512(first, key.toArray(), message.toArray());
        byte[] second = LittleEndian.encode(challenge.multiply(a).add(r).mod(EdwardsPoint.ORDER));
        byte[] signature = Arrays.copyOf(first, 2 * HALF);
        System.arraycopy(second, 0, signature, HALF, HALF);
        return Bytes.owning(signature);
    }

    /** False for a wrong signature, and for a key that is none or that agrees with nobody. */
    static boolean verify(Bytes publicKey, Bytes message, Bytes signature) {
        if (publicKey.length() != HALF || isOfSmallOrder(publicKey)) {
            return false;
        }
        BigInteger u = LittleEndian.decode(publicKey);
        BigInteger divisor = u.add(BigInteger.ONE).mod(EdwardsPoint.P);
        if (u.compareTo(EdwardsPoint.P) >= 0 || divisor.signum() == 0) {
            return false;
        }
        BigInteger y =
                u.subtract(BigInteger.ONE)
                        .multiply(divisor.modInverse(EdwardsPoint.P))
                        .mod(EdwardsPoint.P);
        return Ed25519.verify(Bytes.owning(LittleEndian.encode(y)), message, signature);
    }

    private static boolean isOfSmallOrder(Bytes publicKey) {
        KeyPair probe = Dh.x25519().keyPair(PROBE);
        return Dh.x25519().agree(probe, publicKey) == null;
    }

    /** The number that X25519 multiplies by (RFC 7748 5). */
    private static BigInteger clamped(byte[] privateKey) {
        return LittleEndian.decode(Bytes.copyOf(privateKey))
                .clearBit(0)
                .clearBit(1)
                .clearBit(2)
                .clearBit(255)
                .setBit(254);
    }

    private static Bytes withEvenX(Bytes point) {
        byte[] even = point.toArray();
        even[HALF - 1] &= 0x7F;
        return Bytes.owning(even);
    }

    private static BigInteger sha512(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            for (byte[] part : parts) {
                digest.update(part);
            }
            byte[] hash = digest.digest();
            for (int i = 0; i < hash.length / 2; i++) {
                byte swapped = hash[i];
                hash[i] = hash[hash.length - 1 - i];
                hash[hash.length - 1 - i] = swapped;
            }
            return new BigInteger(1, hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-512", e);
        }
    }
}
