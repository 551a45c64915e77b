package dev.asterism.l7.proxy;

import dev.asterism.l7.io.Timer;
import dev.asterism.l7.io.TimerWheel;

/** The times of one request, in one timer that is armed for the nearest. Times are the loop's, in nanoseconds. */
final class RequestTimer extends Timer {

    /** Whose times they are. */
    interface Owner {

        long nowNanos();

        /** The time for all of it is over; {@code callers}: the one that the caller has set. */
        void deadlinePassed(boolean callers);

        void attemptTimedOut();

        /** The first endpoint has had its time: a second copy may go. */
        default void copyDue() {}

        /** What it waits for may be tried. */
        void wokeUp();
    }

    static final long NEVER = Long.MAX_VALUE;

    private final TimerWheel wheel;
    private final Owner owner;
    private long deadlineNanos = NEVER;
    private long attemptNanos = NEVER;
    private long wakeNanos = NEVER;
    private long copyNanos = NEVER;
    private boolean callers;

    RequestTimer(TimerWheel wheel, Owner owner) {
        this.wheel = wheel;
        this.owner = owner;
    }

    void clear() {
        deadlineNanos = NEVER;
        attemptNanos = NEVER;
        wakeNanos = NEVER;
        copyNanos = NEVER;
        callers = false;
        wheel.cancel(this);
    }

    /** The earlier of two counts. */
    void deadline(long atNanos, boolean ofCaller) {
        if (atNanos < deadlineNanos) {
            deadlineNanos = atNanos;
            callers = ofCaller;
        }
        arm();
    }

    void noDeadline() {
        deadlineNanos = NEVER;
    }

    void attempt(long atNanos) {
        attemptNanos = atNanos;
        arm();
    }

    void wake(long atNanos) {
        wakeNanos = atNanos;
        arm();
    }

    void copy(long atNanos) {
        copyNanos = atNanos;
        arm();
    }

    boolean endsBefore(long atNanos) {
        return deadlineNanos <= atNanos;
    }

    /** Milliseconds that are left, at least 1; -1: without end. */
    long leftMillis(long nowNanos) {
        return deadlineNanos == NEVER ? -1 : Math.max(1, (deadlineNanos - nowNanos) / 1_000_000);
    }

    private void arm() {
        long due = Math.min(Math.min(deadlineNanos, copyNanos), Math.min(attemptNanos, wakeNanos));
        // Later times are found when the earlier one has come.
        if (due != NEVER && (!isArmed() || due < dueNanos())) {
            wheel.arm(this, due);
        }
    }

    @Override
    protected void expired() {
        long now = owner.nowNanos();
        if (deadlineNanos <= now) {
            deadlineNanos = NEVER;
            owner.deadlinePassed(callers);
            return;
        }
        if (attemptNanos <= now) {
            attemptNanos = NEVER;
            owner.attemptTimedOut();
        } else if (wakeNanos <= now) {
            wakeNanos = NEVER;
            owner.wokeUp();
        } else if (copyNanos <= now) {
            copyNanos = NEVER;
            owner.copyDue();
        }
        arm();
    }
}
