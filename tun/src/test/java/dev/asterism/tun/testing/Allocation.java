package dev.asterism.tun.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Heap bytes that the calling thread allocates. */
public final class Allocation {

    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private Allocation() {}

    /**
     * Bytes per call of {@code step} in the best of many rounds of {@code calls}. What is not
     * compiled yet allocates, and the compiler may be kept waiting on a busy machine; what
     * allocates by itself does so in every round.
     */
    public static double bytesPerCall(int calls, Runnable step) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        double best = Double.MAX_VALUE;
        while (best >= 1.0 && System.nanoTime() < deadline) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < calls; i++) {
                step.run();
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            best = Math.min(best, allocated / (double) calls);
        }
        return best;
    }
}
