package dev.asterism.agent.service;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells systemd's watchdog that the node lives, three times in the time that {@code WatchdogSec=} of the unit gives, as
 * long as the control plane answers: systemd restarts a node whose control plane hangs. See sd_watchdog_enabled(3). A
 * thread of its own.
 */
public final class Watchdog implements AgentService {

    /** Of the unit's time, so that one late answer ends nothing. */
    private static final int PARTS = 3;

    private final Duration pace;
    private final Predicate<Duration> alive;
    private final Runnable tell;
    private final CountDownLatch ended = new CountDownLatch(1);

    private Watchdog(Duration pace, Predicate<Duration> alive, Runnable tell) {
        this.pace = pace;
        this.alive = alive;
        this.tell = tell;
    }

    /**
     * Null where nobody watches this process.
     *
     * @param environment WATCHDOG_USEC, the unit's time in microseconds, and WATCHDOG_PID, whom it is for
     * @param pid of this process
     * @param alive whether the node answers within a time; called on this service's thread
     * @param tell sends WATCHDOG=1
     */
    public static @Nullable Watchdog of(
            Function<String, @Nullable String> environment,
            long pid,
            Predicate<Duration> alive,
            Runnable tell) {
        String micros = environment.apply("WATCHDOG_USEC");
        String whom = environment.apply("WATCHDOG_PID");
        if (micros == null || !micros.matches("[1-9][0-9]{0,14}")) {
            return null;
        }
        if (whom != null && !whom.equals(Long.toString(pid))) {
            return null;
        }
        long nanos = TimeUnit.MICROSECONDS.toNanos(Long.parseLong(micros));
        return new Watchdog(Duration.ofNanos(nanos / PARTS), alive, tell);
    }

    @Override
    public String name() {
        return "watchdog";
    }

    @Override
    public void start() {
        Thread.ofPlatform().daemon().name("watchdog").start(this::run);
    }

    private void run() {
        try {
            do {
                if (alive.test(pace)) {
                    tell.run();
                }
            } while (!ended.await(pace.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        ended.countDown();
    }
}
