package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.noise.P256;
import java.util.Arrays;

/** A CA's key on P-256: 32 bytes, big-endian. */
public final class P256SigningKey implements SigningKey {

    private final KeyPair pair;

    private P256SigningKey(KeyPair pair) {
        this.pair = pair;
    }

    public static P256SigningKey generate(RandomSource random) {
        return new P256SigningKey(Dh.p256().generate(random));
    }

    /**
     * Reads what a key file holds.
     *
     * @param stored 32 bytes, borrowed
     */
    static P256SigningKey ofStored(byte[] stored) throws CertificateException {
        if (!P256.isPrivateKey(stored)) {
            throw new CertificateException(
                    "key was not 32 bytes, is invalid ECDSA P256 private key");
        }
        return new P256SigningKey(Dh.p256().keyPair(stored));
    }

    @Override
    public Curve curve() {
        return Curve.P256;
    }

    @Override
    public Bytes publicKey() {
        return pair.publicKey();
    }

    @Override
    public Bytes sign(Bytes message) {
        byte[] secret = pair.copyPrivateKey();
        try {
            return EcdsaP256.sign(secret, message);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    @Override
    public byte[] copyStored() {
        return pair.copyPrivateKey();
    }

    @Override
    public void destroy() {
        pair.destroy();
    }
}
