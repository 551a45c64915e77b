package dev.asterism.tun.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Heap bytes that the calling thread allocates. */
public final class Allocation {

    private static final int WARM_UP = 20_000;

    private Allocation() {}

    /** Bytes per call of {@code step}, measured after enough calls for the compiler. */
    public static double bytesPerCall(int calls, Runnable step) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < WARM_UP; i++) {
            step.run();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < calls; i++) {
            step.run();
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / (double) calls;
    }
}
