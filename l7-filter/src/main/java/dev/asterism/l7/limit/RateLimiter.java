package dev.asterism.l7.limit;

import dev.asterism.l7.identity.Caller;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds callers to a {@link RatePolicy}. A caller's own rate is looked at first, so that a caller over it takes nothing
 * from the others. Safe on any thread, without a lock; allocates when a caller is seen first.
 */
public final class RateLimiter {

    /** Callers are nodes of a mesh; with more, those are forgotten that have been quiet. */
    private static final int MOST_CALLERS = 4096;

    private final RatePolicy limit;
    private final @Nullable Meter total;
    private final ConcurrentHashMap<String, Meter> callers = new ConcurrentHashMap<>();

    public RateLimiter(RatePolicy limit, long nowNanos) {
        this.limit = limit;
        total = limit.total().isUnlimited() ? null : new Meter(limit.total(), nowNanos);
    }

    public RatePolicy limit() {
        return limit;
    }

    /** 0: the request may pass, and is counted; else so many nanoseconds too early. */
    public long tryPass(Caller caller, long nowNanos) {
        Rate rate = limit.rateOf(caller);
        if (!rate.isUnlimited()) {
            long early = meter(caller.name(), rate, nowNanos).tryPass(nowNanos);
            if (early > 0) {
                return early;
            }
        }
        return total == null ? 0 : total.tryPass(nowNanos);
    }

    /** What {@link #tryPass} would say, without counting. */
    public long early(Caller caller, long nowNanos) {
        Meter own = callers.get(caller.name());
        boolean limited = !limit.rateOf(caller).isUnlimited();
        long early = own != null && limited ? own.early(nowNanos) : 0;
        return early > 0 || total == null ? early : total.early(nowNanos);
    }

    private Meter meter(String name, Rate rate, long nowNanos) {
        Meter known = callers.get(name);
        if (known != null) {
            return known;
        }
        if (callers.size() >= MOST_CALLERS) {
            callers.values().removeIf(meter -> meter.isIdle(nowNanos));
        }
        return callers.computeIfAbsent(name, _ -> new Meter(rate, nowNanos));
    }

    /** How many callers it remembers. */
    int callers() {
        return callers.size();
    }
}
