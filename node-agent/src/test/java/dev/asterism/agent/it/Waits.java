package dev.asterism.agent.it;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for what another process does, with a deadline. */
final class Waits {

    private static final long POLL_NANOS = 10_000_000;

    private Waits() {}

    static void until(String what, Duration most, BooleanSupplier happened) {
        until(what, most, happened, () -> "");
    }

    /**
     * @param details told when the deadline passes
     */
    static void until(
            String what, Duration most, BooleanSupplier happened, Supplier<String> details) {
        if (!happensWithin(most, happened)) {
            throw new AssertionError("not within " + most + ": " + what + "\n" + details.get());
        }
    }

    static boolean happensWithin(Duration most, BooleanSupplier happened) {
        long end = System.nanoTime() + most.toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return happened.getAsBoolean();
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    /** Lets traffic run for as long as the claim says; not a substitute for waiting for something. */
    static void watchFor(Duration time) {
        happensWithin(time, () -> false);
    }
}
