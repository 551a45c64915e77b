package dev.asterism.l7.http;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** Counts the garbage of what runs for each request. */
public final class GarbageProbe {

    public static final int CALLS = 10_000;

    /** The compiler may be kept waiting on a busy machine; what leaves garbage by itself does so for ever. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private GarbageProbe() {}

    /** Bytes that so many calls leave at the least, once they are compiled. */
    public static long bytes(IntConsumer perRequest) {
        return bytes(perRequest, 0);
    }

    /**
     * @param enough with so many or fewer it is not measured again
     */
    public static long bytes(IntConsumer perRequest, long enough) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long end = System.nanoTime() + PATIENCE_NANOS;
        long least = Long.MAX_VALUE;
        do {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                perRequest.accept(i);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        } while (least > enough && System.nanoTime() - end < 0);
        return least;
    }
}
