package dev.asterism.sim;

/**
 * Seeds of tests that mutate a decoder's input; {@code ./verify --nightly} gives fresh ones by
 * {@code -Dfuzz.seed=N}.
 */
public final class FuzzSeed {

    private FuzzSeed() {}

    /** The seed itself, or another one for each value of the property. */
    public static long of(long seed) {
        return seed ^ Long.getLong("fuzz.seed", 0);
    }
}
