package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.GivenRandom;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.noise.P256;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * ECDSA over SHA-256 on P-256 (FIPS 186-5; spec certificates.md 4). A signature is DER, {@code
 * SEQUENCE {r, s}}, and nothing else; both {@code s} and {@code n - s} verify, as in Nebula, and
 * the lower one is what {@link #sign} gives. The secret number of a signature comes from the key
 * and the message (RFC 6979), so that no source of randomness can give a key away.
 */
final class EcdsaP256 {

    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final String RAW_FORM = "SHA256withECDSAinP1363Format";

    private EcdsaP256() {}

    /** The two numbers, each between 1 and the order less one. */
    private record Numbers(BigInteger r, BigInteger s) {

        static @Nullable Numbers read(Bytes der) {
            try {
                DerReader outer = new DerReader(der);
                DerReader inner = new DerReader(outer.content(SEQUENCE));
                BigInteger r = number(inner.nonEmpty(INTEGER));
                BigInteger s = number(inner.nonEmpty(INTEGER));
                return outer.atEnd() && inner.atEnd() && isInRange(r) && isInRange(s)
                        ? new Numbers(r, s)
                        : null;
            } catch (CertificateException _) {
                return null;
            }
        }

        private static BigInteger number(Bytes content) throws CertificateException {
            if (DerReader.isPadded(content)) {
                throw new CertificateException(DerReader.BAD);
            }
            return new BigInteger(content.toArray());
        }

        private static boolean isInRange(BigInteger number) {
            return number.signum() > 0 && number.compareTo(P256.order()) < 0;
        }

        /** The same signature with the other {@code s}. */
        Numbers turned() {
            return new Numbers(r, P256.order().subtract(s));
        }

        Numbers low() {
            return s.compareTo(P256.order().shiftRight(1)) > 0 ? turned() : this;
        }

        Bytes der() {
            DerWriter both =
                    new DerWriter()
                            .element(INTEGER, r.toByteArray())
                            .element(INTEGER, s.toByteArray());
            return new DerWriter().element(SEQUENCE, both).bytes();
        }

        byte[] raw() {
            byte[] raw = new byte[2 * P256.SCALAR_BYTES];
            P256.putScalar(r, raw, 0);
            P256.putScalar(s, raw, P256.SCALAR_BYTES);
            return raw;
        }
    }

    /** False for a wrong signature and for a key or signature that cannot be one. */
    static boolean verify(Bytes publicKey, Bytes message, Bytes signature) {
        PublicKey key = P256.publicKey(publicKey);
        Numbers numbers = Numbers.read(signature);
        if (key == null || numbers == null) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(RAW_FORM);
            verifier.initVerify(key);
            verifier.update(message.toArray());
            return verifier.verify(numbers.raw());
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    /** The other signature that verifies for the same message and key; null for what is no signature. */
    static @Nullable Bytes turned(Bytes signature) {
        Numbers numbers = Numbers.read(signature);
        return numbers == null ? null : numbers.turned().der();
    }

    /**
     * Signs, with the lower {@code s}.
     *
     * @param privateKey 32 bytes, big-endian, borrowed
     */
    static Bytes sign(byte[] privateKey, Bytes message) {
        byte[] secret = secretNumber(privateKey, message);
        byte[] drawn = P256.asDrawn(secret);
        try {
            Signature signer = Signature.getInstance(RAW_FORM);
            signer.initSign(P256.privateKey(privateKey), new GivenRandom(drawn));
            signer.update(message.toArray());
            byte[] raw = signer.sign();
            BigInteger r = new BigInteger(1, raw, 0, P256.SCALAR_BYTES);
            BigInteger s = new BigInteger(1, raw, P256.SCALAR_BYTES, P256.SCALAR_BYTES);
            if (!r.equals(firstNumber(secret))) {
                throw new IllegalStateException(
                        "this JDK signs with another secret number than the given one");
            }
            return new Numbers(r, s).low().der();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no P-256", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(drawn, (byte) 0);
        }
    }

    /** The r of a signature with this secret number: the x coordinate of its point, modulo the order. */
    private static BigInteger firstNumber(byte[] secret) {
        KeyPair point = Dh.p256().keyPair(secret);
        point.destroy();
        byte[] x = point.publicKey().slice(1, P256.SCALAR_BYTES).toArray();
        return new BigInteger(1, x).mod(P256.order());
    }

    /** RFC 6979 3.2 with SHA-256. */
    private static byte[] secretNumber(byte[] privateKey, Bytes message) {
        byte[] hash = modOrder(sha256(message));
        byte[] v = new byte[P256.SCALAR_BYTES];
        Arrays.fill(v, (byte) 1);
        byte[] k = new byte[P256.SCALAR_BYTES];
        k = mac(k, v, new byte[] {0}, privateKey, hash);
        v = mac(k, v);
        k = mac(k, v, new byte[] {1}, privateKey, hash);
        v = mac(k, v);
        v = mac(k, v);
        while (!P256.isPrivateKey(v)) {
            k = mac(k, v, new byte[] {0});
            v = mac(k, v);
            v = mac(k, v);
        }
        return v;
    }

    private static byte[] modOrder(byte[] hash) {
        byte[] reduced = new byte[P256.SCALAR_BYTES];
        P256.putScalar(new BigInteger(1, hash).mod(P256.order()), reduced, 0);
        return reduced;
    }

    private static byte[] sha256(Bytes message) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            message.update(digest);
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] mac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }
}
