package dev.asterism.l7.retry;

import java.util.concurrent.atomic.AtomicLong;

/** The memory that all bodies kept for a retry may take together. Safe on any thread, without a lock. */
public final class ReplayQuota {

    /** Of an agent. */
    public static final long STANDARD_BYTES = 8L << 20;

    private final AtomicLong left;

    public ReplayQuota(long bytes) {
        left = new AtomicLong(bytes);
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
