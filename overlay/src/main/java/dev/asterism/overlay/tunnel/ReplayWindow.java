package dev.asterism.overlay.tunnel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which counters of one direction of one session have been accepted: a bitmap of the last N (spec
 * wire.md 3.3). {@link #check} before opening a packet, {@link #update} after its tag has verified;
 * update repeats the test, as several lanes may open packets of one session at the same time.
 * Thread-safe by a short lock, which {@code check} needs only for a counter that is not the newest.
 */
public final class ReplayWindow {

    /** What Nebula 1.12 uses. */
    public static final int DEFAULT_LENGTH = 8192;

    private static final VarHandle CURRENT;

    static {
        try {
            CURRENT =
                    MethodHandles.lookup().findVarHandle(ReplayWindow.class, "current", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int length;
    private final CounterBitmap seen;
    private long current;
    private long duplicates;
    private long outOfWindow;
    private long lost;

    /**
     * @param length a power of two, at least 2
     */
    public ReplayWindow(int length) {
        if (length < 2 || Integer.bitCount(length) != 1) {
            throw new IllegalArgumentException(
                    "window length must be a power of two, not " + length);
        }
        this.length = length;
        seen = new CounterBitmap(length);
        seen.mark(0);
    }

    /** True when a packet with this counter might be new; changes and counts nothing. */
    public boolean check(long counter) {
        return Long.compareUnsigned(counter, current()) > 0 || isNew(counter);
    }

    private synchronized boolean isNew(long counter) {
        return Long.compareUnsigned(counter, current) > 0
                || isInside(counter) && !seen.isMarked(counter);
    }

    /** Accepts the counter of a verified packet; false, and counted, when it was seen or is too old. */
    public synchronized boolean update(long counter) {
        if (counter == current + 1) {
            advanceByOne(counter);
            return true;
        }
        if (Long.compareUnsigned(counter, current) > 0) {
            jump(counter);
            return true;
        }
        if (!isInside(counter)) {
            outOfWindow++;
            return false;
        }
        if (seen.isMarked(counter)) {
            duplicates++;
            return false;
        }
        seen.mark(counter);
        return true;
    }

    private void advanceByOne(long counter) {
        seen.reach(counter);
        if (Long.compareUnsigned(counter, length) > 0 && !seen.isMarked(counter)) {
            lost++;
        }
        seen.mark(counter);
        current = counter;
    }

    private void jump(long counter) {
        seen.reach(counter);
        long distance = counter - current;
        int passed = Long.compareUnsigned(distance, length) > 0 ? length : (int) distance;
        // Slots that no counter has had yet lose nothing when they are passed over.
        int unused =
                Long.compareUnsigned(current, length) < 0
                        ? (int) Math.min(passed, length - current)
                        : 0;
        seen.clear(current + 1, unused);
        lost += seen.clear(current + 1 + unused, passed - unused);
        lost += distance - passed;
        seen.mark(counter);
        current = counter;
    }

    private boolean isInside(long counter) {
        if (Long.compareUnsigned(current, length) < 0) {
            return Long.compareUnsigned(counter, length) < 0;
        }
        return Long.compareUnsigned(counter, current - length) > 0;
    }

    /** Words of the bitmap that jumps have cleared so far. */
    synchronized long wordsCleared() {
        return seen.wordsCleared();
    }

    /** Memory of the bitmap, which grows up to the window's length. */
    synchronized int bytes() {
        return seen.bytes();
    }

    public long current() {
        return (long) CURRENT.getOpaque(this);
    }

    public synchronized long duplicates() {
        return duplicates;
    }

    public synchronized long outOfWindow() {
        return outOfWindow;
    }

    /** Counters that fell out of the window without ever having been seen. */
    public synchronized long lost() {
        return lost;
    }

    /** Those that were lost, and those inside the window that have not come so far: most of them never will. */
    public synchronized long missing() {
        int inside = Long.compareUnsigned(current, length) < 0 ? (int) current + 1 : length;
        return lost + seen.countClear(current - inside + 1, inside);
    }
}
