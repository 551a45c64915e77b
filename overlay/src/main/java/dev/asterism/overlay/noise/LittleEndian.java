package dev.asterism.overlay.noise;

import dev.asterism.overlay.io.Bytes;
import java.math.BigInteger;

/** Numbers below 2^256 as 32 little-endian bytes, as Curve25519 has its coordinates (RFC 7748 5, RFC 8032 5.1.2). */
public final class LittleEndian {

    private static final int BYTES = 32;

    private LittleEndian() {}

    public static byte[] encode(BigInteger number) {
        byte[] bytes = new byte[BYTES];
        byte[] bigEndian = number.toByteArray();
        int length = Math.min(BYTES, bigEndian.length); // a sign byte may stand in front
        for (int i = 0; i < length; i++) {
            bytes[i] = bigEndian[bigEndian.length - 1 - i];
        }
        return bytes;
    }

    public static BigInteger decode(Bytes bytes) {
        byte[] bigEndian = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            bigEndian[i] = bytes.at(BYTES - 1 - i);
        }
        return new BigInteger(1, bigEndian);
    }
}
