package dev.asterism.overlay.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** Counts the garbage of data-path code; for tests of any package. */
public final class AllocationProbe {

    private static final int CALLS = 10_000;

    /** Of so many calls, where some garbage is expected: it becomes less until all is compiled. */
    private static final int ROUNDS = 8;

    /** The compiler may be kept waiting on a busy machine; what leaves garbage by itself does so for ever. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private AllocationProbe() {}

    /**
     * Of thousands of calls, once they are compiled.
     *
     * @param perPacket called very often with a growing number
     */
    public static void assertAllocatesNothing(IntConsumer perPacket) {
        assertThat(least(perPacket, 0, 1)).isZero();
    }

    /**
     * Bytes of garbage that a call leaves, at the least.
     *
     * @param most what they are to leave: more is measured again
     */
    public static double bytesPerCall(IntConsumer perPacket, double most) {
        return (double) least(perPacket, (long) (most * CALLS), ROUNDS) / CALLS;
    }

    private static long least(IntConsumer perPacket, long enough, int rounds) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long end = System.nanoTime() + PATIENCE_NANOS;
        long least = Long.MAX_VALUE;
        for (int round = 0;
                round < rounds || least > enough && System.nanoTime() - end < 0;
                round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                perPacket.accept(i);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
