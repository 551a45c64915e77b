package dev.asterism.overlay.noise;

import java.security.SecureRandom;
import java.security.SecureRandomSpi;

/**
 * Gives a key generator the private key that it is to draw, so that it derives the public one: the JDK has no other
 * call for that. Each generator of the JDK draws the key in one piece; whoever asks one checks that the private key
 * is the given one. Gives zeros for any other length.
 */
public final class GivenRandom extends SecureRandom {

    private static final long serialVersionUID = 1;

    /**
     * @param privateKey is borrowed
     */
    public GivenRandom(byte[] privateKey) {
        super(new Given(privateKey), null);
    }

    private static final class Given extends SecureRandomSpi {

        private static final long serialVersionUID = 1;
        private final transient byte[] value;

        Given(byte[] value) {
            this.value = value;
        }

        @Override
        protected void engineSetSeed(byte[] seed) {}

        @Override
        protected void engineNextBytes(byte[] bytes) {
            if (bytes.length == value.length) {
                System.arraycopy(value, 0, bytes, 0, bytes.length);
            }
        }

        @Override
        protected byte[] engineGenerateSeed(int length) {
            return new byte[length];
        }
    }
}
