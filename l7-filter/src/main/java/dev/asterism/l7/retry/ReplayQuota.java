package dev.asterism.l7.retry;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that all bodies kept for a retry may take together. Safe on any thread, without a lock. */
public final class ReplayQuota {

    /** Of an agent with the heap that it has for a filter, 96 MiB. */
    public static final long STANDARD_BYTES = 8L << 20;

    private static final int SHARE_OF_HEAP = 12;

    private final AtomicLong left;

    public ReplayQuota(long bytes) {
        left = new AtomicLong(bytes);
    }

    /**
     * For a process with such a heap.
     *
     * @param heapBytes at most
     */
    public static ReplayQuota ofHeap(long heapBytes) {
        return new ReplayQuota(Math.min(STANDARD_BYTES, heapBytes / SHARE_OF_HEAP));
    }

    public long left() {
        return left.get();
    }

    boolean tryTake(int bytes) {
        if (left.addAndGet(-bytes) >= 0) {
            return true;
        }
        left.addAndGet(bytes);
        return false;
    }

    void give(int bytes) {
        left.addAndGet(bytes);
    }
}
