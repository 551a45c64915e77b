package dev.asterism.agent.app;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends the process when an orderly end takes too long, whatever holds it up: a file system or a
 * service manager that does not answer, a thread that does not return. Any thread.
 */
final class Deadline {

    /** More than all bounded waits of an orderly end together. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Duration patience;
    private final Runnable end;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicLong extension = new AtomicLong();

    /**
     * @param end called on a thread of its own when the time is over
     */
    Deadline(Duration patience, Runnable end) {
        this.patience = patience;
        this.end = end;
    }

    /** It comes so much later, whether it has started or not. */
    void extend(Duration by) {
        extension.addAndGet(by.toNanos());
    }

    /** From now on the process has so much time; later calls change nothing. */
    void start() {
        if (started.compareAndSet(false, true)) {
            Thread.ofPlatform().name("deadline").daemon(true).start(this::run);
        }
    }

    private void run() {
        long endNanos = System.nanoTime() + patience.toNanos();
        for (long left = patience.toNanos(); left > 0; ) {
            LockSupport.parkNanos(left);
            left = endNanos + extension.get() - System.nanoTime();
        }
        end.run();
    }
}
