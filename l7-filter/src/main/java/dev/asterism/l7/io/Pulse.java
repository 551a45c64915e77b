package dev.asterism.l7.io;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A loop's sign of life: a call at most once in so many nanoseconds, from wherever the loop passes often. Belongs to
 * the loop's thread.
 */
final class Pulse {

    /**
     * Where time stands still, it is looked at behind so many things done: reading the clock is no
     * cheaper than they.
     */
    static final int EVERY = 32;

    private @Nullable Runnable beat;
    private LongSupplier clock = () -> 0;
    private long everyNanos;
    private long lastNanos;

    void begin(Runnable call, long every, LongSupplier time) {
        beat = call;
        clock = time;
        everyNanos = every;
        lastNanos = time.getAsLong();
        call.run();
    }

    void at(long nowNanos) {
        if (beat != null && nowNanos - lastNanos >= everyNanos) {
            lastNanos = nowNanos;
            beat.run();
        }
    }

    void look() {
        if (beat != null) {
            at(clock.getAsLong());
        }
    }
}
