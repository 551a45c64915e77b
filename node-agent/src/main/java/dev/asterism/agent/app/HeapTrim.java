package dev.asterism.agent.app;

import dev.asterism.agent.service.AgentService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Gives back what a lighthouse's heap has grown by and does not need. The serial collector clears its old part only
 * when that is as large as it may become, so what thousands of handshakes left there stays resident
 * (docs/adr/0055-memory-of-a-lighthouse.md). This looks every two seconds how much is used; when that is a third and 6
 * MiB (as much as the young part holds) more than the last collection left, it collects everything: all threads stand
 * still for about 3 ms for each MiB that is left. That happens a few times while a mesh arrives, and afterwards
 * whenever so much garbage has come together again, at most every ten seconds. It has a thread of its own.
 */
final class HeapTrim implements AgentService {

    static final long LEAST_GROWTH = 6L << 20;

    private static final long LOOK_SECONDS = 2;
    private static final int LOOKS_BETWEEN = 5;

    private final LongSupplier used;
    private final Runnable collect;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private long left;
    private int looksToWait;

    /**
     * @param used bytes of the heap that hold something, garbage included
     * @param collect returns when all garbage is gone
     */
    HeapTrim(LongSupplier used, Runnable collect) {
        this.used = used;
        this.collect = collect;
        left = used.getAsLong();
    }

    /** Of this process. */
    static HeapTrim ofThisProcess() {
        Runtime runtime = Runtime.getRuntime();
        return new HeapTrim(() -> runtime.totalMemory() - runtime.freeMemory(), System::gc);
    }

    /** Whether something was collected. */
    boolean look() {
        if (looksToWait > 0) {
            looksToWait--;
        }
        if (looksToWait > 0 || used.getAsLong() - left < LEAST_GROWTH + left / 3) {
            return false;
        }
        collect.run();
        left = used.getAsLong();
        looksToWait = LOOKS_BETWEEN;
        return true;
    }

    @Override
    public String name() {
        return "heap trim";
    }

    @Override
    public void start() {
        Thread.ofPlatform().name("heap-trim").daemon(true).start(this::run);
    }

    private void run() {
        try {
            while (!stopping.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        stopping.countDown();
    }
}
