package dev.asterism.tun.poll;

import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.tun.libc.Libc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Drives duty cycles on one platform thread: as long as there is work it turns, else it sleeps
 * until a watched descriptor is readable, {@link #wake}, or the earliest deadline. The number of
 * cycles and descriptors makes it a tx, rx or control thread, or all in one.
 *
 * <p>{@link #wake}, {@link #stop} and {@link #close} may be called by any thread; {@link #watch}
 * before {@link #start} only.
 */
public final class EventLoop implements AutoCloseable {

    private final String name;
    private final DutyCycle[] cycles;
    private final LoopFailure onFailure;
    private final Poller poller;
    private final SystemClock clock = new SystemClock();
    private @Nullable Thread thread;
    private volatile boolean stopped;

    /**
     * @param name of the thread
     * @param cycles called in this order in every turn
     */
    public EventLoop(Libc libc, String name, List<DutyCycle> cycles, LoopFailure onFailure) {
        this(new Poller(libc), name, cycles, onFailure);
    }

    /**
     * As above.
     *
     * @param poller made earlier, for those who have to wake this loop and are made before it; the loop closes it
     */
    public EventLoop(Poller poller, String name, List<DutyCycle> cycles, LoopFailure onFailure) {
        this.name = name;
        this.cycles = cycles.toArray(new DutyCycle[0]);
        this.onFailure = onFailure;
        this.poller = poller;
    }

    /** Adds a descriptor that ends the sleep when readable; it must outlive {@link #close}. */
    public EventLoop watch(int fd) {
        poller.add(fd);
        return this;
    }

    public void start() {
        Thread started = Thread.ofPlatform().name(name).daemon(false).unstarted(this::run);
        thread = started;
        started.start();
    }

    public String name() {
        return name;
    }

    /** Makes the cycles run soon, for example as something was put into a queue of theirs. */
    public void wake() {
        poller.wake();
    }

    /** Asks the thread to end after its present turn; returns at once. */
    public void stop() {
        stopped = true;
        wake();
    }

    private void run() {
        try {
            while (true) {
                poller.forgetWakes(); // first: the next one may be about the end
                if (stopped) {
                    break;
                }
                turn();
            }
        } catch (Throwable t) {
            onFailure.failed(name, t);
        }
    }

    private void turn() {
        Tick now = clock.now();
        int work = 0;
        for (DutyCycle cycle : cycles) {
            work += cycle.doWork(now);
        }
        if (work == 0) {
            poller.await(earliestDeadline());
        }
    }

    private long earliestDeadline() {
        long earliest = Long.MAX_VALUE;
        for (DutyCycle cycle : cycles) {
            earliest = Math.min(earliest, cycle.nextDeadlineNanos());
        }
        return earliest;
    }

    /** Stops, waits for the thread to end, and frees the loop's own descriptor. Not from a duty cycle. */
    @Override
    public void close() {
        stop();
        Thread running = thread;
        if (running != null) {
            join(running);
        }
        poller.close();
    }

    private static void join(Thread running) {
        boolean interrupted = false;
        while (true) {
            try {
                running.join();
                break;
            } catch (InterruptedException e) {
                // Freeing memory under a running thread would be worse than a late answer.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
