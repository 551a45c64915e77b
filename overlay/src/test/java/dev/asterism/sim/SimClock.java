package dev.asterism.sim;

import dev.asterism.overlay.io.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/**
 * Virtual time and what is to happen in it, ordered by (time, sequence): two events of the same instant run
 * in the order in which they were asked for.
 */
public final class SimClock {

    /** Wall time at the start of every simulation. */
    public static final Instant EPOCH = Instant.parse("2027-01-01T00:00:00Z");

    private record Event(long atNanos, long sequence, Runnable action)
            implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final long origin;
    private long nowNanos;
    private long sequence;

    /**
     * @param origin what the monotonic clock shows at the start; arbitrary, so nodes must not care
     */
    SimClock(long origin) {
        this.origin = origin;
        nowNanos = origin;
    }

    public long nanos() {
        return nowNanos;
    }

    public Duration elapsed() {
        return Duration.ofNanos(nowNanos - origin);
    }

    /** Elapsed nanoseconds of a past moment; independent of the origin. */
    long sinceStart(long nanos) {
        return nanos - origin;
    }

    /**
     * @param skew how far a host's wall clock is ahead of the true one; the monotonic clock has none
     */
    public Tick tick(Duration skew) {
        return new Tick(nowNanos, EPOCH.plusNanos(nowNanos - origin).plus(skew));
    }

    void at(long nanos, Runnable action) {
        events.add(new Event(Math.max(nanos, nowNanos), sequence++, action));
    }

    void after(Duration delay, Runnable action) {
        at(nowNanos + delay.toNanos(), action);
    }

    /** Runs the next event that is due by then; false when there is none. */
    boolean runNext(long byNanos) {
        Event next = events.peek();
        if (next == null || next.atNanos > byNanos) {
            return false;
        }
        events.remove();
        nowNanos = next.atNanos;
        next.action.run();
        return true;
    }

    /** Lets the time pass up to then; nothing may be due before. */
    void advanceTo(long nanos) {
        nowNanos = Math.max(nowNanos, nanos);
    }
}
