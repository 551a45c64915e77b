package dev.asterism.overlay.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;

/** Counts the garbage of data-path code; for tests of any package. */
public final class AllocationProbe {

    private static final int WARM_UP = 30_000;
    private static final int MEASURED = 10_000;

    private AllocationProbe() {}

    /**
     * @param perPacket called very often with a growing number
     */
    public static void assertAllocatesNothing(IntConsumer perPacket) {
        assertThat(least(perPacket)).isZero();
    }

    /** Bytes of garbage that a call leaves, at the least. */
    public static double bytesPerCall(IntConsumer perPacket) {
        return (double) least(perPacket) / MEASURED;
    }

    private static long least(IntConsumer perPacket) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < WARM_UP; i++) {
            perPacket.accept(i);
        }
        // The JVM may put a compilation's leftovers on this thread once; garbage per packet shows
        // every time.
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < MEASURED; i++) {
                perPacket.accept(i);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
