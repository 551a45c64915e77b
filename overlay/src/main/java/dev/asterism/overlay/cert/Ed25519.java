package dev.asterism.overlay.cert;

import dev.asterism.overlay.curve.Curve25519;
import dev.asterism.overlay.curve.CurveChoice;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.GivenRandom;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.noise.LittleEndian;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/** Ed25519 (RFC 8032) on the JDK with raw keys: 32-byte seed, 32-byte public key, 64-byte signature. */
final class Ed25519 {

    private static final int KEY_LENGTH = 32;

    /** The bit of a compressed point that says which x belongs to its y. */
    private static final int SIGN_OF_X = 255;

    private static final Bytes PROBE = Bytes.copyOf(new byte[] {1});

    private Ed25519() {}

    /** Both halves of a key, made from the seed in one multiplication. */
    private static java.security.KeyPair pair(byte[] seed) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new GivenRandom(seed));
        return generator.generateKeyPair();
    }

    private static boolean isOf(PrivateKey made, byte[] seed) {
        return made instanceof EdECPrivateKey key
                && key.getBytes().filter(drawn -> Arrays.equals(drawn, seed)).isPresent();
    }

    static Bytes sign(byte[] seed, Bytes message) {
        try {
            PrivateKey made = pair(seed).getPrivate();
            return sign(isOf(made, seed) ? made : privateKey(seed), message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    private static PrivateKey privateKey(byte[] seed) throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519")
                .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
    }

    private static Bytes sign(PrivateKey key, Bytes message) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(message.toArray());
        return Bytes.owning(signature.sign());
    }

    /** False for a wrong signature and for a key or signature that cannot be one. */
    static boolean verify(Bytes publicKey, Bytes message, Bytes signature) {
        if (publicKey.length() != KEY_LENGTH) {
            return false;
        }
        Curve25519 curve = CurveChoice.chosen();
        return curve != null
                ? curve.isGenuine(publicKey.toArray(), message.toArray(), signature.toArray())
                : verifyByJdk(publicKey, message, signature);
    }

    private static boolean verifyByJdk(Bytes publicKey, Bytes message, Bytes signature) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(publicKey(publicKey));
            verifier.update(message.toArray());
            return verifier.verify(signature.toArray());
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static PublicKey publicKey(Bytes raw) throws GeneralSecurityException {
        BigInteger compressed = LittleEndian.decode(raw);
        EdECPoint point =
                new EdECPoint(compressed.testBit(SIGN_OF_X), compressed.clearBit(SIGN_OF_X));
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
    }

    /** The public key of a seed. */
    static Bytes publicKey(byte[] seed) {
        try {
            java.security.KeyPair made = pair(seed);
            return isOf(made.getPrivate(), seed)
                    ? compressed(((EdECPublicKey) made.getPublic()).getPoint())
                    : derived(seed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    /**
     * The same more slowly, for a JDK whose generator draws otherwise: X25519 with the same scalar gives the
     * Montgomery form of the same point, whose y is {@code (u - 1) / (u + 1)} (RFC 7748 section 4.1);
     * which of the two x belongs to it shows in a trial signature.
     */
    static Bytes derived(byte[] seed) throws GeneralSecurityException {
        byte[] scalar = Arrays.copyOf(sha512(seed), KEY_LENGTH);
        KeyPair montgomery = Dh.x25519().keyPair(scalar);
        Arrays.fill(scalar, (byte) 0);
        montgomery.destroy();
        BigInteger u = LittleEndian.decode(montgomery.publicKey());
        BigInteger y =
                u.subtract(BigInteger.ONE)
                        .multiply(u.add(BigInteger.ONE).modInverse(EdwardsPoint.P))
                        .mod(EdwardsPoint.P);
        Bytes probe = sign(privateKey(seed), PROBE);
        Bytes xEven = compressed(new EdECPoint(false, y));
        return verify(xEven, PROBE, probe) ? xEven : compressed(new EdECPoint(true, y));
    }

    private static Bytes compressed(EdECPoint point) {
        BigInteger y = point.getY();
        return Bytes.owning(LittleEndian.encode(point.isXOdd() ? y.setBit(SIGN_OF_X) : y));
    }

    private static byte[] sha512(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-512").digest(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-512", e);
        }
    }
}
