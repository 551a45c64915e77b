package dev.asterism.agent.app;

import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.tun.poll.Poller;

/**
 * A duty cycle on a thread that others keep busy: it has its turn when somebody has woken it, when its time has come,
 * or when it had work in its last turn, as if it slept on a thread of its own. Belongs to that thread, but for its
 * {@link Waker}.
 */
final class WhenWoken implements DutyCycle {

    private final Waker waker;
    private final DutyCycle cycle;
    private long dueNanos = Long.MIN_VALUE;

    /** What wakes the cycle, and its thread. Made before both; any thread. */
    static final class Waker implements Runnable {

        private final Poller poller;
        private volatile boolean rung;

        Waker(Poller poller) {
            this.poller = poller;
        }

        @Override
        public void run() {
            rung = true;
            poller.wake();
        }
    }

    WhenWoken(Waker waker, DutyCycle cycle) {
        this.waker = waker;
        this.cycle = cycle;
    }

    @Override
    public int doWork(Tick now) {
        if (!waker.rung && now.nanos() < dueNanos) {
            return 0;
        }
        waker.rung = false; // before the turn: what comes during it has another one
        int done = cycle.doWork(now);
        dueNanos = done > 0 ? now.nanos() : cycle.nextDeadlineNanos();
        return done;
    }

    @Override
    public long nextDeadlineNanos() {
        return dueNanos;
    }

    @Override
    public String role() {
        return cycle.role();
    }
}
