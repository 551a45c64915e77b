package dev.asterism.l7.io;

import org.jspecify.annotations.Nullable;

/**
 * Something that happens at a time unless it is cancelled. It is its own entry in a {@link TimerWheel}, so that arming
 * it allocates nothing: make one for each object that lives long, and arm it again and again. Belongs to one loop's
 * thread.
 */
public abstract class Timer {

    @Nullable Timer next;
    @Nullable Timer previous;

    /** In the wheel's slots counted through all levels; negative when it is in none. */
    int slot = -1;

    long dueNanos;

    /** Its time has come; it is not armed any more and may be armed again at once. */
    protected abstract void expired();

    public final boolean isArmed() {
        return slot >= 0;
    }

    /** When it expires, by the clock of its wheel; without meaning when it is not armed. */
    public final long dueNanos() {
        return dueNanos;
    }
}
