package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.LittleEndian;
import java.math.BigInteger;

/**
 * A point of the curve of Ed25519 in extended coordinates (RFC 8032 5.1.4), for the one computation that the JDK does
 * not offer: the base point times any number. Slow, and its time depends on the numbers: only for what a host does
 * once with its own key. Immutable.
 */
record EdwardsPoint(BigInteger x, BigInteger y, BigInteger z, BigInteger t) {

    /** The field's prime. */
    static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    /** The order of the base point. */
    static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    static final EdwardsPoint BASE =
            ofAffine(
                    new BigInteger(
                            "15112221349535400772501151409588531511454012693041857206046113283949847762202"),
                    new BigInteger(
                            "46316835694926478169428394003475163141307993866256225615783033603165251855960"));

    private static final EdwardsPoint NEUTRAL = ofAffine(BigInteger.ZERO, BigInteger.ONE);

    private static final BigInteger TWICE_D =
            BigInteger.valueOf(-121665)
                    .multiply(BigInteger.valueOf(121666).modInverse(P))
                    .shiftLeft(1)
                    .mod(P);

    private static final int SIGN_OF_X = 255;

    private static EdwardsPoint ofAffine(BigInteger x, BigInteger y) {
        return new EdwardsPoint(x, y, BigInteger.ONE, x.multiply(y).mod(P));
    }

    EdwardsPoint plus(EdwardsPoint other) {
        BigInteger a = y.subtract(x).multiply(other.y.subtract(other.x)).mod(P);
        BigInteger b = y.add(x).multiply(other.y.add(other.x)).mod(P);
        BigInteger c = t.multiply(TWICE_D).mod(P).multiply(other.t).mod(P);
        BigInteger d = z.shiftLeft(1).multiply(other.z).mod(P);
        BigInteger e = b.subtract(a);
        BigInteger f = d.subtract(c);
        BigInteger g = d.add(c);
        BigInteger h = b.add(a);
        return new EdwardsPoint(
                e.multiply(f).mod(P),
                g.multiply(h).mod(P),
                f.multiply(g).mod(P),
                e.multiply(h).mod(P));
    }

    /** This point so many times: as many additions whatever the number, of 256 bits at most, is. */
    EdwardsPoint times(BigInteger number) {
        EdwardsPoint below = NEUTRAL;
        EdwardsPoint above = this;
        for (int bit = 255; bit >= 0; bit--) {
            EdwardsPoint sum = below.plus(above);
            if (number.testBit(bit)) {
                below = sum;
                above = above.plus(above);
            } else {
                above = sum;
                below = below.plus(below);
            }
        }
        return below;
    }

    /** 32 bytes: y, and in the top bit whether x is odd. */
    Bytes compressed() {
        BigInteger inverse = z.modInverse(P);
        BigInteger affineX = x.multiply(inverse).mod(P);
        BigInteger affineY = y.multiply(inverse).mod(P);
        return Bytes.owning(
                LittleEndian.encode(affineX.testBit(0) ? affineY.setBit(SIGN_OF_X) : affineY));
    }
}
