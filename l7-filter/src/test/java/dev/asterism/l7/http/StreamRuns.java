package dev.asterism.l7.http;

import dev.asterism.sim.FuzzSeed;
import java.util.Random;

/** How many streams a differential test makes, and from which seed: both are options of the JVM. */
public final class StreamRuns {

    /** {@code -Dasterism.l7.streams}. */
    public static final int STREAMS = Integer.getInteger("asterism.l7.streams", 20_000);

    private StreamRuns() {}

    /** From {@code -Dfuzz.seed}, otherwise always the same; prints it. */
    public static Random random(String test) {
        long given = Long.getLong("fuzz.seed", 0);
        System.out.printf("%s: %d streams, -Dfuzz.seed=%d%n", test, STREAMS, given);
        return new Random(FuzzSeed.of(test.hashCode()));
    }
}
