package dev.asterism.overlay.firewall;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Whether the L7 filter answers, as lanes see it when a flow begins: each of its loops gives a sign of life, and no
 * sign for {@code stallNanos} means that it does not, whatever became of the loop. So nobody has to watch the watchman.
 * Safe on any thread; allocates nothing once made. All times are of the clock that lanes live by
 * ({@link dev.asterism.overlay.io.Tick#nanos}).
 */
public final class FilterGate {

    private final AtomicLongArray lastSigns;
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
        for (int loop = 0; loop < loops; loop++) {
            lastSigns.set(loop, nowNanos);
        }
    }

    /** Loop number {@code loop} is at work. */
    public void alive(int loop, long nowNanos) {
        lastSigns.setRelease(loop, nowNanos);
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
            if (nowNanos - lastSigns.getAcquire(loop) > stallNanos) {
                return false;
            }
        }
        return true;
    }
}
