package dev.asterism.overlay.noise;

import dev.asterism.overlay.curve.Curve25519;
import dev.asterism.overlay.curve.CurveChoice;
import dev.asterism.overlay.io.Bytes;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.XECPrivateKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;

/**
 * X25519 (RFC 7748): 32-byte keys and secrets, little-endian. Private keys are kept as drawn and clamped at use; the
 * top bit of a peer's key is ignored and coordinates of 2^255-19 and above are taken modulo it (RFC 7748 5).
 */
final class X25519 implements Dh {

    static final X25519 INSTANCE = new X25519();

    private static final int KEY_BYTES = 32;
    private static final int TOP_BIT = 255;
    private static final BigInteger BASE_POINT = BigInteger.valueOf(9);

    private X25519() {}

    @Override
    public String noiseName() {
        return "25519";
    }

    @Override
    public int publicKeyBytes() {
        return KEY_BYTES;
    }

    @Override
    public int privateKeyBytes() {
        return KEY_BYTES;
    }

    @Override
    public KeyPair keyPair(byte[] privateKey) {
        if (privateKey.length != KEY_BYTES) {
            throw new IllegalArgumentException("an X25519 key has 32 bytes");
        }
        byte[] kept = privateKey.clone();
        Curve25519 curve = CurveChoice.chosen();
        return curve != null
                ? new KeyPair(this, kept, curve.key(kept))
                : new KeyPair(this, kept, Bytes.owning(publicKeyByJdk(kept)));
    }

    private static byte[] publicKeyByJdk(byte[] privateKey) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("X25519");
            generator.initialize(NamedParameterSpec.X25519, new GivenRandom(privateKey));
            java.security.KeyPair made = generator.generateKeyPair();
            Optional<byte[]> drawn = ((XECPrivateKey) made.getPrivate()).getScalar();
            return drawn.isPresent() && Arrays.equals(drawn.get(), privateKey)
                    ? LittleEndian.encode(((XECPublicKey) made.getPublic()).getU())
                    : multipliedBase(privateKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no X25519", e);
        }
    }

    /** The same by agreement with the base point, more slowly: for a JDK whose generator draws otherwise. */
    static byte[] multipliedBase(byte[] privateKey) {
        byte[] publicKey = multiply(privateKey, BASE_POINT);
        if (publicKey == null) {
            throw new IllegalStateException("agreement with the base point failed");
        }
        return publicKey;
    }

    @Override
    public byte @Nullable [] agree(KeyPair own, Bytes peerPublicKey) {
        if (peerPublicKey.length() != KEY_BYTES) {
            return null;
        }
        Curve25519 curve = CurveChoice.chosen();
        if (curve != null) {
            return own.preparedBy(curve).agree(peerPublicKey.toArray());
        }
        return multiply(own.privateKey(), LittleEndian.decode(peerPublicKey).clearBit(TOP_BIT));
    }

    private static byte @Nullable [] multiply(byte[] scalar, BigInteger u) {
        try {
            KeyFactory factory = KeyFactory.getInstance("X25519");
            PrivateKey privateKey =
                    factory.generatePrivate(
                            new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar));
            PublicKey publicKey =
                    factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u));
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(privateKey);
            byte[] secret = agree(agreement, publicKey);
            return secret == null || isZero(secret) ? null : secret;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no X25519", e);
        }
    }

    private static byte @Nullable [] agree(KeyAgreement agreement, PublicKey publicKey) {
        try {
            agreement.doPhase(publicKey, true);
            return agreement.generateSecret();
        } catch (InvalidKeyException smallOrder) {
            return null;
        }
    }

    private static boolean isZero(byte[] secret) {
        int any = 0;
        for (byte b : secret) {
            any |= b;
        }
        return any == 0;
    }
}
