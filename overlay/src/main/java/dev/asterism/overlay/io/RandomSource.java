package dev.asterism.overlay.io;

/** Randomness handed in: a CSPRNG in production, a seeded generator in the simulator. Thread-safe. */
@FunctionalInterface
public interface RandomSource {

    void fill(byte[] into);

    /** An index on the wire: uniform over 32 bits, never 0 (spec wire.md 4.7). */
    default int nonZeroInt() {
        byte[] four = new byte[4];
        int value = 0;
        while (value == 0) {
            fill(four);
            value = four[0] << 24 | (four[1] & 0xFF) << 16 | (four[2] & 0xFF) << 8 | four[3] & 0xFF;
        }
        return value;
    }

    /** At least 0 and below a bound of at most 2^32; only roughly uniform, so for times and not for secrets. */
    default long below(long bound) {
        return Integer.toUnsignedLong(nonZeroInt()) % bound;
    }

    default byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        fill(bytes);
        return bytes;
    }
}
