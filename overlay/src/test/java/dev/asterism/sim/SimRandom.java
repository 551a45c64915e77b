package dev.asterism.sim;

import dev.asterism.overlay.io.RandomSource;
import java.nio.charset.StandardCharsets;

/**
 * Seeded randomness (SplitMix64), written out here so that a seed means the same on every JDK. Not a
 * CSPRNG: keys made from it are for simulations only.
 */
public final class SimRandom implements RandomSource {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long seed;
    private long state;

    public SimRandom(long seed) {
        this.seed = seed;
        state = mix(seed);
    }

    /**
     * An independent stream. It depends on the seed and the name only, so a host added to a scenario does
     * not change what the others draw.
     */
    public SimRandom stream(String name) {
        long hash = 0xCBF29CE484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b & 0xFF) * 0x100000001B3L;
        }
        return new SimRandom(mix(seed + GOLDEN) ^ hash);
    }

    public synchronized long nextLong() {
        state += GOLDEN;
        return mix(state);
    }

    /** Uniform in 0 (inclusive) to {@code bound} (exclusive); the bias is below bound / 2^63. */
    public long nextLong(long bound) {
        return (nextLong() >>> 1) % bound;
    }

    public int nextInt(int bound) {
        return (int) nextLong(bound);
    }

    /** True with the given probability; draws nothing when it is 0, so faults that are off cost no entropy. */
    public boolean chance(double probability) {
        return probability > 0 && (nextLong() >>> 11) * 0x1.0p-53 < probability;
    }

    @Override
    public void fill(byte[] into) {
        long word = 0;
        for (int i = 0; i < into.length; i++) {
            if ((i & 7) == 0) {
                word = nextLong();
            }
            into[i] = (byte) word;
            word >>>= 8;
        }
    }

    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
