package dev.asterism.l7.io;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one loop, by a hashed hierarchical wheel (Varghese and Lauck, 1987): four levels of 64 slots, of 1 ms,
 * 64 ms, 4 s and 4.4 min; what is due beyond 4.6 h waits in the last slot and is looked at again. Arming and
 * cancelling cost a few writes and no memory, and moving a timer away from now, as every byte does to an idle time,
 * costs one write: it is put where it belongs when its old time comes. A timer never expires early and, if the loop is
 * woken as asked, at most a millisecond late. It has no clock of its own. Belongs to one loop's thread.
 */
public final class TimerWheel {

    /** Nothing is armed. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int LEVELS = 4;
    private static final int SLOT_BITS = 6;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final int SLOT_MASK = SLOTS - 1;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long FARTHEST_TICKS = 1L << LEVELS * SLOT_BITS;

    /** Whoever calls {@link TimerWheel#advance}. */
    @FunctionalInterface
    public interface Alarm {

        /** Advance at this time too, or a little later; an earlier wish stands. */
        void wakeAt(long nanos);
    }

    private final Alarm alarm;
    private final Batch.Faults faults;
    private final @Nullable Timer[] heads = new @Nullable Timer[LEVELS * SLOTS];

    /** By level: which slots have timers. */
    private final long[] occupied = new long[LEVELS];

    private final long originNanos;

    /** All ticks up to this one have been done. */
    private long done;

    private long wokenNanos = NEVER;
    private int armed;
    private boolean advancing;
    private int expired;
    private @Nullable Pulse pulse;

    /**
     * @param faults is told of what a timer throws; the others go on
     * @param nowNanos the time; ticks count from it, so that they do not overflow
     */
    public TimerWheel(Alarm alarm, Batch.Faults faults, long nowNanos) {
        this.alarm = alarm;
        this.faults = faults;
        originNanos = nowNanos;
    }

    /** Is looked at between timers, as many may be due at once. */
    void pulse(Pulse between) {
        pulse = between;
    }

    /** How many timers are armed. */
    public int armed() {
        return armed;
    }

    /** Arms it, or moves it. A time that has passed is the next millisecond. */
    public void arm(Timer timer, long dueNanos) {
        boolean later = timer.isArmed() && dueNanos - timer.dueNanos >= 0;
        timer.dueNanos = dueNanos;
        if (later) {
            return;
        }
        if (timer.isArmed()) {
            unlink(timer);
        } else {
            armed++;
        }
        insert(timer);
        wake();
    }

    public void cancel(Timer timer) {
        if (timer.isArmed()) {
            unlink(timer);
            armed--;
        }
    }

    /** Expires what is due. To be called with times that only grow. */
    public void advance(long nowNanos) {
        long now = Math.floorDiv(nowNanos - originNanos, TICK_NANOS);
        advancing = true;
        try {
            while (done < now) {
                long next = nextTick();
                if (next > now) {
                    done = now;
                    break;
                }
                done = next;
                turn();
            }
        } finally {
            advancing = false;
            if (wokenNanos - nowNanos <= 0) {
                wokenNanos = NEVER;
            }
            wake();
        }
    }

    /** When {@link #advance} has something to do, or {@link #NEVER}. */
    public long nextNanos() {
        long tick = nextTick();
        return tick == NEVER ? NEVER : originNanos + tick * TICK_NANOS;
    }

    private void wake() {
        if (advancing || armed == 0) {
            return;
        }
        long next = nextNanos();
        if (wokenNanos == NEVER || next - wokenNanos < 0) {
            wokenNanos = next;
            alarm.wakeAt(next);
        }
    }

    /** The next tick at which a slot is emptied or spread over the level below. */
    private long nextTick() {
        long next = NEVER;
        for (int level = 0; level < LEVELS; level++) {
            if (occupied[level] == 0) {
                continue;
            }
            int shift = level * SLOT_BITS;
            long turns = (done >> shift) + 1;
            int ahead =
                    Long.numberOfTrailingZeros(
                            Long.rotateRight(occupied[level], (int) (turns & SLOT_MASK)));
            next = Math.min(next, turns + ahead << shift);
        }
        return next;
    }

    /** Does one tick: the levels above are spread first, as some of it may be due now. */
    private void turn() {
        for (int level = LEVELS - 1; level > 0; level--) {
            int shift = level * SLOT_BITS;
            if ((done & (1L << shift) - 1) == 0) {
                empty(level << SLOT_BITS | (int) (done >> shift) & SLOT_MASK);
            }
        }
        empty((int) done & SLOT_MASK);
    }

    private void empty(int slot) {
        Timer timer = heads[slot];
        while (timer != null) {
            unlink(timer);
            if (tick(timer.dueNanos) > done) {
                insert(timer);
            } else {
                armed--;
                expire(timer);
            }
            timer = heads[slot];
        }
    }

    private void expire(Timer timer) {
        if (pulse != null && ++expired % Pulse.EVERY == 0) {
            pulse.look();
        }
        try {
            timer.expired();
        } catch (Throwable fault) {
            faults.caught(LoopFault.of(fault));
        }
    }

    /** The first tick that is not before a time. */
    private long tick(long nanos) {
        return -Math.floorDiv(originNanos - nanos, TICK_NANOS);
    }

    private void insert(Timer timer) {
        long ahead = tick(timer.dueNanos) - done;
        ahead = Math.max(1, Math.min(ahead, FARTHEST_TICKS - 1));
        int level = (63 - Long.numberOfLeadingZeros(ahead)) / SLOT_BITS;
        int shift = level * SLOT_BITS;
        link(timer, level << SLOT_BITS | (int) (done + ahead >> shift) & SLOT_MASK);
    }

    private void link(Timer timer, int slot) {
        Timer head = heads[slot];
        timer.slot = slot;
        timer.previous = null;
        timer.next = head;
        if (head != null) {
            head.previous = timer;
        }
        heads[slot] = timer;
        occupied[slot >> SLOT_BITS] |= 1L << (slot & SLOT_MASK);
    }

    private void unlink(Timer timer) {
        Timer next = timer.next;
        Timer previous = timer.previous;
        if (next != null) {
            next.previous = previous;
        }
        if (previous != null) {
            previous.next = next;
        } else {
            heads[timer.slot] = next;
            if (next == null) {
                occupied[timer.slot >> SLOT_BITS] &= ~(1L << (timer.slot & SLOT_MASK));
            }
        }
        timer.next = null;
        timer.previous = null;
        timer.slot = -1;
    }
}
