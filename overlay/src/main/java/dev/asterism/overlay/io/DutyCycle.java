package dev.asterism.overlay.io;

/** A piece of work that some thread, or the simulator, calls again and again. Never blocks. */
public interface DutyCycle {

    /** Does a bounded amount of work; returns how much, 0 when there was none. */
    int doWork(Tick now);

    /** Monotonic time of the next timer, {@link Long#MAX_VALUE} when there is none. */
    long nextDeadlineNanos();

    String role();
}
