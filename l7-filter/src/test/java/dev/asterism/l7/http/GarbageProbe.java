package dev.asterism.l7.http;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;

/** Counts the garbage of what runs for each request. */
public final class GarbageProbe {

    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 10_000;

    private GarbageProbe() {}

    /** Bytes that so many calls leave at the least; a compilation may put some on the thread once. */
    public static long bytes(IntConsumer perRequest) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < WARM_UP; i++) {
            perRequest.accept(i);
        }
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < MEASURED; i++) {
                perRequest.accept(i);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
