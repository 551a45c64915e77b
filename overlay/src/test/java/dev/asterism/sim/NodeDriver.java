package dev.asterism.sim;

import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import java.util.List;
import java.util.function.Supplier;

/**
 * Does for one host what threads and epoll do in production: runs the duty cycles after everything that
 * touches the host, until none has work left, and again at the next deadline.
 */
final class NodeDriver {

    /** Rounds at one instant after which a node is taken to be spinning. */
    private static final int MAX_ROUNDS = 100_000;

    /** Wake-ups in a row for a deadline that has passed already. */
    private static final int MAX_STALE_WAKEUPS = 1_000;

    private static final long STALE_PAUSE_NANOS = 1_000;

    private final String hostName;
    private final SimClock clock;
    private final SimRandom random;
    private final Supplier<Tick> now;
    private final Runnable rested;
    private List<DutyCycle> cycles = List.of();
    private boolean paused;
    private boolean runQueued;
    private long wakeAtNanos = Long.MAX_VALUE;
    private int staleWakeups;

    /**
     * @param rested told whenever the cycles have come to rest
     */
    NodeDriver(
            String hostName,
            SimClock clock,
            SimRandom random,
            Supplier<Tick> now,
            Runnable rested) {
        this.hostName = hostName;
        this.clock = clock;
        this.random = random;
        this.now = now;
        this.rested = rested;
    }

    void drive(List<DutyCycle> newCycles) {
        cycles = List.copyOf(newCycles);
        wakeAtNanos = Long.MAX_VALUE;
        wake();
    }

    void halt() {
        cycles = List.of();
        wakeAtNanos = Long.MAX_VALUE;
    }

    void paused(boolean value) {
        paused = value;
        wake();
    }

    /** Queues a run at this instant, behind what is already queued for it. */
    void wake() {
        if (!runQueued) {
            runQueued = true;
            clock.at(clock.nanos(), this::run);
        }
    }

    private void run() {
        runQueued = false;
        if (paused || cycles.isEmpty()) {
            return;
        }
        int rounds = 0;
        while (runOnce() > 0) {
            if (++rounds > MAX_ROUNDS) {
                throw new IllegalStateException(hostName + " has work without end: " + roles());
            }
        }
        scheduleWakeup();
        rested.run();
    }

    /** Starts with any of them: lanes and control plane run in no fixed order in production. */
    private int runOnce() {
        List<DutyCycle> running = cycles;
        int first = running.size() > 1 ? random.nextInt(running.size()) : 0;
        int work = 0;
        for (int i = 0; i < running.size(); i++) {
            work += running.get((first + i) % running.size()).doWork(now.get());
        }
        return work;
    }

    private void scheduleWakeup() {
        long next = nextDeadline();
        boolean stale = next <= clock.nanos();
        staleWakeups = stale ? staleWakeups + 1 : 0;
        if (staleWakeups > MAX_STALE_WAKEUPS) {
            throw new IllegalStateException(
                    hostName + " spins: no work, but a deadline in the past: " + roles());
        }
        long at = stale ? clock.nanos() + STALE_PAUSE_NANOS : next;
        if (at == wakeAtNanos) {
            return;
        }
        wakeAtNanos = at;
        if (at != Long.MAX_VALUE) {
            clock.at(at, () -> wakeUp(at));
        }
    }

    /** A wake-up that was overtaken by another one does nothing. */
    private void wakeUp(long at) {
        if (at == wakeAtNanos) {
            wakeAtNanos = Long.MAX_VALUE;
            wake();
        }
    }

    private long nextDeadline() {
        long next = Long.MAX_VALUE;
        for (DutyCycle cycle : cycles) {
            next = Math.min(next, cycle.nextDeadlineNanos());
        }
        return next;
    }

    private String roles() {
        return cycles.stream().map(DutyCycle::role).toList().toString();
    }
}
