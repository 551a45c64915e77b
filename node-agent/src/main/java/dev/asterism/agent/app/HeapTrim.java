package dev.asterism.agent.app;

import dev.asterism.agent.service.AgentService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Gives back what a lighthouse's heap has grown by and does not need. The serial collector clears its old part only
 * when that is as large as it may become, so what thousands of handshakes left there stays resident
 * (docs/adr/0055-memory-of-a-lighthouse.md). This looks four times a second how much is used, and collects everything,
 * for which all threads stand still for about 3 ms for each MiB that is left, in two cases:
 *
 * <ul>
 *   <li>It has grown by a third and 6 MiB (as much as the young part holds) since the last collection: a few times
 *       while a mesh arrives, and afterwards whenever so much garbage has come together again.
 *   <li>It grew fast, as when hosts come by the dozen a second, and has stopped to: once they are there, what their
 *       handshakes left goes, if it is a sixteenth and 3 MiB (docs/adr/0073-a-mesh-that-comes-back-late.md).
 * </ul>
 *
 * Each at most every ten seconds; what was too early for it comes when they are over. It has a thread of its own.
 */
final class HeapTrim implements AgentService {

    static final long LEAST_GROWTH = 6L << 20;
    static final long LEAST_LEFTOVER = 3L << 20;

    /** Growth between two looks: that of some 70 handshakes a second. Ten thousand idle hosts cause a quarter of it. */
    static final long FAST = 1L << 20;

    /** Less growth than this is slow. Less than 0 is not: the young generation was collected between the two looks. */
    static final long SLOW = FAST / 2;

    /** So many slow looks in a row end a crowd: a single one may be slow because of a collection before it. */
    static final int SLOW_LOOKS = 3;

    static final long LOOK_MILLIS = 250;
    static final long BETWEEN_NANOS = 10_000_000_000L;

    private final LongSupplier used;
    private final Runnable collect;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Pause afterGrowth = new Pause();
    private final Pause afterCrowd = new Pause();
    private long left;
    private long seen;
    private boolean crowd;
    private int slowLooks;

    /** Time that has to pass between two collections for the same reason. */
    private static final class Pause {
        private boolean began;
        private long beganNanos;

        boolean isOver(long nowNanos) {
            return !began || nowNanos - beganNanos >= BETWEEN_NANOS;
        }

        void begin(long nowNanos) {
            began = true;
            beganNanos = nowNanos;
        }
    }

    /**
     * @param used bytes of the heap that hold something, garbage included
     * @param collect returns when all garbage is gone
     */
    HeapTrim(LongSupplier used, Runnable collect) {
        this.used = used;
        this.collect = collect;
        left = used.getAsLong();
        seen = left;
    }

    /** Of this process. */
    static HeapTrim ofThisProcess() {
        Runtime runtime = Runtime.getRuntime();
        return new HeapTrim(() -> runtime.totalMemory() - runtime.freeMemory(), System::gc);
    }

    /**
     * Whether something was collected. To be called every {@value #LOOK_MILLIS} ms.
     *
     * @param nowNanos monotonic
     */
    boolean look(long nowNanos) {
        long now = used.getAsLong();
        boolean over = isCrowdOver(now - seen) && afterCrowd.isOver(nowNanos);
        seen = now;
        crowd &= !over;
        Pause pause;
        if (afterGrowth.isOver(nowNanos) && now - left >= LEAST_GROWTH + left / 3) {
            pause = afterGrowth;
        } else if (over && now - left >= LEAST_LEFTOVER + left / 16) {
            pause = afterCrowd;
        } else {
            return false;
        }
        collect.run();
        pause.begin(nowNanos);
        left = used.getAsLong();
        seen = left;
        return true;
    }

    /** It grew fast, and has not for some looks. */
    private boolean isCrowdOver(long grown) {
        if (grown >= FAST) {
            crowd = true;
        }
        slowLooks = grown >= 0 && grown < SLOW ? slowLooks + 1 : 0;
        return crowd && slowLooks >= SLOW_LOOKS;
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
            while (!stopping.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                look(System.nanoTime());
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
