package dev.asterism.overlay.tunnel;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Whether an index may be one of a set: a counting filter, so that lanes can drop at once what
 * nobody waits for. It errs on the side of yes. One writer; {@link #mayContain} may be called by
 * any thread and allocates nothing.
 */
public final class IndexFilter {

    private static final int PLACES = 1 << 14;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(PLACES);

    public boolean mayContain(int index) {
        return counts.getAcquire(place(index)) != 0;
    }

    public void add(int index) {
        int place = place(index);
        counts.setRelease(place, counts.getPlain(place) + 1);
    }

    /** No effect when nothing is counted there. */
    public void remove(int index) {
        int place = place(index);
        counts.setRelease(place, Math.max(0, counts.getPlain(place) - 1));
    }

    private static int place(int index) {
        int mixed = index * 0x9E3779B9;
        return (mixed ^ mixed >>> 15) & PLACES - 1;
    }
}
