package dev.asterism.overlay.handshake;

import dev.asterism.overlay.io.RandomSource;
import java.util.function.IntPredicate;

/** Draws local indexes that nobody uses (spec wire.md 4.7). */
final class LocalIndexes {

    private final RandomSource random;
    private final IntPredicate isUsed;

    LocalIndexes(RandomSource random, IntPredicate isUsed) {
        this.random = random;
        this.isUsed = isUsed;
    }

    /** Random, not 0, unused: with 10,000 tunnels one draw in 400,000 needs a second. */
    int draw() {
        int index = random.nonZeroInt();
        while (isUsed.test(index)) {
            index = random.nonZeroInt();
        }
        return index;
    }
}
