package dev.asterism.agent.state;

import java.time.Duration;

/**
 * When changes are written: a second after the first of them, so that what comes together is
 * written once and a kill soon afterwards loses nothing, and not much more than twice a minute in
 * the long run. Pure, times are monotonic nanoseconds. One thread at a time.
 */
public final class SavePace {

    static final long DELAY_NANOS = Duration.ofSeconds(1).toNanos();
    static final long REFILL_NANOS = Duration.ofSeconds(30).toNanos();
    static final int BURST = 8;

    private int writes = BURST;
    private long refilledNanos;
    private long dueNanos = Long.MAX_VALUE;

    public SavePace(long nowNanos) {
        refilledNanos = nowNanos;
    }

    /** Something is new. */
    public void changed(long nowNanos) {
        if (dueNanos != Long.MAX_VALUE) {
            return;
        }
        refill(nowNanos);
        long allowed = writes > 0 ? nowNanos : refilledNanos + REFILL_NANOS;
        dueNanos = Math.max(allowed, nowNanos + DELAY_NANOS);
    }

    /** Until the next write; {@link Long#MAX_VALUE} while nothing is new. */
    public long waitNanos(long nowNanos) {
        return dueNanos == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, dueNanos - nowNanos);
    }

    /** True once when it is time to write. */
    public boolean take(long nowNanos) {
        if (dueNanos > nowNanos) {
            return false;
        }
        refill(nowNanos);
        dueNanos = Long.MAX_VALUE;
        writes = Math.max(0, writes - 1);
        return true;
    }

    private void refill(long nowNanos) {
        long gained = (nowNanos - refilledNanos) / REFILL_NANOS;
        if (gained > 0) {
            writes = (int) Math.min(BURST, writes + gained);
            refilledNanos = writes == BURST ? nowNanos : refilledNanos + gained * REFILL_NANOS;
        }
    }
}
