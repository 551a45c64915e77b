package dev.asterism.agent.l7;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/** When each loop of the filter has last given a sign of life. Loops write, any thread reads. */
final class LoopSigns {

    /** Longer silence counts, as for new flows. */
    static final long PATIENCE_NANOS = InboundRedirect.STALLED.toNanos();

    private final AtomicLongArray last;
    private final LongSupplier clock;

    /** All are alive. */
    LoopSigns(int loops, LongSupplier clock) {
        last = new AtomicLongArray(loops);
        this.clock = clock;
        for (int loop = 0; loop < loops; loop++) {
            alive(loop);
        }
    }

    void alive(int loop) {
        last.setOpaque(loop, clock.getAsLong());
    }

    /** Another number: it has given a sign of life. */
    long last(int loop) {
        return last.getOpaque(loop);
    }

    /** How many are silent for longer than {@link #PATIENCE_NANOS}. */
    int silent() {
        long now = clock.getAsLong();
        int silent = 0;
        for (int loop = 0; loop < last.length(); loop++) {
            silent += now - last.getOpaque(loop) > PATIENCE_NANOS ? 1 : 0;
        }
        return silent;
    }

    int count() {
        return last.length();
    }
}
