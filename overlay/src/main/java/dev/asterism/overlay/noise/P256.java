package dev.asterism.overlay.noise;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;

/**
 * The curve P-256 (FIPS 186-5, SP 800-186) as Nebula uses it (spec wire.md 4.1): private keys are
 * 32 bytes, big-endian; public keys are uncompressed points of 65 bytes, {@code 04 ‖ X ‖ Y}; the
 * secret is the X coordinate, 32 bytes. Points that are not on the curve are refused.
 */
public final class P256 implements Dh {

    /** Bytes of a private key and of a coordinate. */
    public static final int SCALAR_BYTES = 32;

    /** Bytes of a public key. */
    public static final int POINT_BYTES = 65;

    static final P256 INSTANCE = new P256();

    private static final int UNCOMPRESSED = 4;

    /** The JDK draws a scalar out of so many bytes and takes it modulo the order. */
    private static final int DRAWN_BYTES = 40;

    private P256() {}

    /** The curve, looked for when P-256 is used for the first time: most nodes never do. */
    private static final class Constants {

        static final ECParameterSpec PARAMETERS = parameters();
        static final BigInteger P = ((ECFieldFp) PARAMETERS.getCurve().getField()).getP();

        private Constants() {}

        private static ECParameterSpec parameters() {
            try {
                AlgorithmParameters found = AlgorithmParameters.getInstance("EC");
                found.init(new ECGenParameterSpec("secp256r1"));
                return found.getParameterSpec(ECParameterSpec.class);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this JDK has no P-256", e);
            }
        }
    }

    /** The number of points: private keys lie between 1 and one less. */
    public static BigInteger order() {
        return Constants.PARAMETERS.getOrder();
    }

    @Override
    public String noiseName() {
        return "P256";
    }

    @Override
    public int publicKeyBytes() {
        return POINT_BYTES;
    }

    @Override
    public int privateKeyBytes() {
        return SCALAR_BYTES;
    }

    /** One draw in 2^32 is no private key; the next is taken then. */
    @Override
    public KeyPair generate(RandomSource random) {
        byte[] drawn = random.bytes(SCALAR_BYTES);
        while (!isPrivateKey(drawn)) {
            random.fill(drawn);
        }
        KeyPair pair = keyPair(drawn);
        Arrays.fill(drawn, (byte) 0);
        return pair;
    }

    /** True for a number between 1 and the order less one. */
    public static boolean isPrivateKey(byte[] bigEndian) {
        BigInteger scalar = new BigInteger(1, bigEndian);
        return bigEndian.length == SCALAR_BYTES
                && scalar.signum() > 0
                && scalar.compareTo(order()) < 0;
    }

    @Override
    public KeyPair keyPair(byte[] privateKey) {
        if (!isPrivateKey(privateKey)) {
            throw new IllegalArgumentException("no private key of P-256");
        }
        return new KeyPair(this, privateKey.clone(), publicKey(privateKey));
    }

    private static Bytes publicKey(byte[] privateKey) {
        BigInteger scalar = new BigInteger(1, privateKey);
        byte[] drawn = asDrawn(privateKey);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(Constants.PARAMETERS, new GivenRandom(drawn));
            java.security.KeyPair made = generator.generateKeyPair();
            return ((ECPrivateKey) made.getPrivate()).getS().equals(scalar)
                    ? encoded(((ECPublicKey) made.getPublic()).getW())
                    : multipliedBase(scalar);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no P-256", e);
        } finally {
            Arrays.fill(drawn, (byte) 0);
        }
    }

    /**
     * What the JDK's generators must draw to come to this scalar, if they draw as those of JDK 25:
     * little-endian, with 8 bytes more.
     */
    public static byte[] asDrawn(byte[] bigEndian) {
        byte[] drawn = new byte[DRAWN_BYTES];
        for (int i = 0; i < bigEndian.length; i++) {
            drawn[i] = bigEndian[bigEndian.length - 1 - i];
        }
        return drawn;
    }

    /**
     * The same by double and add, slowly and in a time that depends on the key: for a JDK whose generator draws
     * otherwise, where a node reads its own key file.
     */
    static Bytes multipliedBase(BigInteger scalar) {
        ECPoint sum = ECPoint.POINT_INFINITY;
        for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
            sum = added(sum, sum);
            if (scalar.testBit(bit)) {
                sum = added(sum, Constants.PARAMETERS.getGenerator());
            }
        }
        return encoded(sum);
    }

    private static ECPoint added(ECPoint a, ECPoint b) {
        if (a.equals(ECPoint.POINT_INFINITY)) {
            return b;
        }
        BigInteger p = Constants.P;
        BigInteger up = b.getAffineY().subtract(a.getAffineY());
        BigInteger across = b.getAffineX().subtract(a.getAffineX());
        if (a.equals(b)) {
            up =
                    a.getAffineX()
                            .pow(2)
                            .multiply(BigInteger.valueOf(3))
                            .add(Constants.PARAMETERS.getCurve().getA());
            across = a.getAffineY().shiftLeft(1);
        }
        BigInteger slope = up.multiply(across.mod(p).modInverse(p));
        BigInteger x = slope.pow(2).subtract(a.getAffineX()).subtract(b.getAffineX()).mod(p);
        BigInteger y = slope.multiply(a.getAffineX().subtract(x)).subtract(a.getAffineY()).mod(p);
        return new ECPoint(x, y);
    }

    private static Bytes encoded(ECPoint point) {
        byte[] encoded = new byte[POINT_BYTES];
        encoded[0] = UNCOMPRESSED;
        putScalar(point.getAffineX(), encoded, 1);
        putScalar(point.getAffineY(), encoded, 1 + SCALAR_BYTES);
        return Bytes.owning(encoded);
    }

    /** Writes a number below 2^256 as 32 bytes, big-endian. */
    public static void putScalar(BigInteger value, byte[] into, int at) {
        byte[] bytes = value.toByteArray(); // a sign byte may stand in front
        int length = Math.min(SCALAR_BYTES, bytes.length);
        System.arraycopy(bytes, bytes.length - length, into, at + SCALAR_BYTES - length, length);
    }

    /** The key as the JDK wants it; null unless it is a point of the curve in uncompressed form. */
    public static @Nullable PublicKey publicKey(Bytes encoded) {
        if (encoded.length() != POINT_BYTES || encoded.at(0) != UNCOMPRESSED) {
            return null;
        }
        BigInteger x = new BigInteger(1, encoded.slice(1, SCALAR_BYTES).toArray());
        BigInteger y = new BigInteger(1, encoded.slice(1 + SCALAR_BYTES, SCALAR_BYTES).toArray());
        if (!isOnCurve(x, y)) {
            return null;
        }
        try {
            return KeyFactory.getInstance("EC")
                    .generatePublic(new ECPublicKeySpec(new ECPoint(x, y), Constants.PARAMETERS));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no P-256", e);
        }
    }

    private static boolean isOnCurve(BigInteger x, BigInteger y) {
        BigInteger p = Constants.P;
        if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
            return false;
        }
        BigInteger right =
                x.pow(2)
                        .add(Constants.PARAMETERS.getCurve().getA())
                        .multiply(x)
                        .add(Constants.PARAMETERS.getCurve().getB());
        return y.pow(2).subtract(right).mod(p).signum() == 0;
    }

    /** The key as the JDK wants it. */
    public static PrivateKey privateKey(byte[] bigEndian) {
        try {
            return KeyFactory.getInstance("EC")
                    .generatePrivate(
                            new ECPrivateKeySpec(
                                    new BigInteger(1, bigEndian), Constants.PARAMETERS));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no P-256", e);
        }
    }

    @Override
    public byte @Nullable [] agree(KeyPair own, Bytes peerPublicKey) {
        PublicKey peer = publicKey(peerPublicKey);
        if (peer == null) {
            return null;
        }
        try {
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(privateKey(own.privateKey()));
            agreement.doPhase(peer, true);
            return agreement.generateSecret();
        } catch (InvalidKeyException refused) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no P-256", e);
        }
    }
}
