package dev.asterism.agent.it;

import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Tests run side by side, and their bounds leave room for that: they tell failure from slowness. Only what would take
 * the whole machine takes turns. First come, first served.
 */
final class LoadGate {

    private static final ReentrantReadWriteLock LOCK = new ReentrantReadWriteLock(true);

    /** Starting a few processes at a time is as fast, and none of them starves. */
    private static final Semaphore STARTS = new Semaphore(2, true);

    /** Held until closed, by the thread that asked. */
    interface Pass extends AutoCloseable {
        @Override
        void close();
    }

    private LoadGate() {}

    /**
     * For claims that do not stand a transfer at full speed beside them. Everybody who wants to be alone waits for the
     * end of it, and so does everybody behind them: never for a start, nor for seconds of waiting.
     */
    static Pass shared() {
        return enter(LOCK.readLock());
    }

    /** For transfers at full speed and for measured recoveries, one at a time; not for the start before. */
    static Pass alone() {
        return enter(LOCK.writeLock());
    }

    /** For the time in which processes come up. */
    static Pass starting() {
        STARTS.acquireUninterruptibly();
        return STARTS::release;
    }

    private static Pass enter(Lock lock) {
        lock.lock();
        return lock::unlock;
    }
}
