package dev.asterism.agent.it;

import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Tests run side by side, but not everything may: transfers at full speed and measured recoveries have the machine for
 * themselves, everything else shares it. First come, first served.
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

    static Pass shared() {
        return enter(LOCK.readLock());
    }

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
