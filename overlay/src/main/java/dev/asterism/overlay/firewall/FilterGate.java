package dev.asterism.overlay.firewall;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Whether the L7 filter answers, as lanes see it when a flow begins: each of its loops gives signs
 * of life, and one that gives none for {@code stallNanos} stands still, whatever became of it. A
 * pause of the whole process, as by its garbage collector, is no standstill of a loop: somebody
 * else counts {@link #look looks} meanwhile, and silence counts only when those went on. Without
 * any looks, as when the thread that takes them has ended, silence five times as long is a
 * standstill too. Safe on any thread; allocates nothing once made. All times are of the clock that
 * lanes live by ({@link dev.asterism.overlay.io.Tick#nanos}).
 */
public final class FilterGate {

    /** So many looks lie in a silence that counts. They are to come at least twice as often within the stall time. */
    public static final int LOOKS = 10;

    private static final int WITHOUT_LOOKS = 5;

    private final AtomicLongArray lastSigns;
    private final AtomicLongArray looksAtSign;
    private final AtomicLong looks = new AtomicLong();
    private final long stallNanos;
    private volatile boolean shut;

    /**
     * @param loops of the filter, each of which must give signs
     * @param stallNanos several times what lies between two signs
     */
    public FilterGate(int loops, long stallNanos, long nowNanos) {
        if (loops < 1 || stallNanos < 1) {
            throw new IllegalArgumentException(loops + " loops, " + stallNanos + " ns");
        }
        this.stallNanos = stallNanos;
        lastSigns = new AtomicLongArray(loops);
        looksAtSign = new AtomicLongArray(loops);
        for (int loop = 0; loop < loops; loop++) {
            lastSigns.set(loop, nowNanos);
        }
    }

    /** Loop number {@code loop} is at work. */
    public void alive(int loop, long nowNanos) {
        looksAtSign.setRelease(loop, looks.getAcquire());
        lastSigns.setRelease(loop, nowNanos);
    }

    /** A thread that is no loop's is at work; to be called about {@code 2 * LOOKS} times within the stall time. */
    public void look() {
        looks.getAndIncrement();
    }

    /** The filter ends, or ended: it gets no flow any more. */
    public void shut() {
        shut = true;
    }

    public boolean answers(long nowNanos) {
        if (shut) {
            return false;
        }
        for (int loop = 0; loop < lastSigns.length(); loop++) {
            if (standsStill(loop, nowNanos - lastSigns.getAcquire(loop))) {
                return false;
            }
        }
        return true;
    }

    private boolean standsStill(int loop, long silentNanos) {
        return silentNanos > stallNanos
                && (looks.getAcquire() - looksAtSign.getAcquire(loop) >= LOOKS
                        || silentNanos / WITHOUT_LOOKS > stallNanos);
    }
}
