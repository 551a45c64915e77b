package dev.asterism.agent.app;

import dev.asterism.agent.service.AgentService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Gives back what a lighthouse's heap has grown by and does not need. The serial collector looks into its old part only
 * when that has reached the most that it may be, so what thousands of handshakes left there stays resident
 * (docs/adr/0055-memory-of-a-lighthouse.md). Every two seconds it is asked how much is used; when that is a third and 6
 * MiB (as much as the young part holds) more than what was left by the last collection, everything is collected: all
 * threads stand still for about 3 ms for each MiB that is left. So it happens a few times while a mesh arrives, and
 * then as often as that much is left behind again, at most every ten seconds. A thread of its own.
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
