package dev.asterism.l7.limit;

import dev.asterism.l7.identity.Caller;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Holds callers to a {@link RatePolicy}. A caller's own rate is looked at first, so that a caller over it takes nothing
 * from the others. Safe on any thread, without a lock; allocates when a caller is seen first.
 */
public final class RateLimiter {

    /** Callers are nodes of a mesh; with more, those are forgotten that have been quiet, and the rest share. */
    static final int MOST_CALLERS = 4096;

    private static final long LOOK_NANOS = 100_000_000;

    private final RatePolicy limit;
    private final @Nullable Meter total;

    /** By name. A caller whose certificates have different groups has a meter for each of their rates. */
    private final ConcurrentHashMap<String, Meter> callers = new ConcurrentHashMap<>();

    /** By rate: as many as a configuration names. */
    private final ConcurrentHashMap<Rate, Meter> strangers = new ConcurrentHashMap<>();

    private final AtomicLong lookedNanos;

    public RateLimiter(RatePolicy limit, long nowNanos) {
        this.limit = limit;
        lookedNanos = new AtomicLong(nowNanos - LOOK_NANOS);
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
        Rate rate = limit.rateOf(caller);
        Meter own = rate.isUnlimited() ? null : known(caller.name(), rate);
        long early = own == null ? 0 : own.early(nowNanos);
        return early > 0 || total == null ? early : total.early(nowNanos);
    }

    /** Null: a caller with its first request. */
    private @Nullable Meter known(String name, Rate rate) {
        Meter first = callers.get(name);
        if (first != null) {
            return first.of(rate);
        }
        return callers.size() >= MOST_CALLERS ? strangers.get(rate) : null;
    }

    private Meter meter(String name, Rate rate, long nowNanos) {
        Meter first = callers.get(name);
        if (first != null) {
            Meter known = first.of(rate);
            return known != null ? known : another(name, rate, nowNanos);
        }
        if (callers.size() >= MOST_CALLERS && !forgetsIdle(nowNanos)) {
            return strangers(rate, nowNanos);
        }
        return another(name, rate, nowNanos);
    }

    /** The caller is new, or has another certificate: an override holds for it now, or no more. */
    private Meter another(String name, Rate rate, long nowNanos) {
        Meter first =
                callers.compute(
                        name,
                        (_, now) ->
                                now != null && now.of(rate) != null
                                        ? now
                                        : new Meter(rate, now, nowNanos));
        return Objects.requireNonNull(first.of(rate));
    }

    /** Whether there is room now; looks through all at most ten times a second, as that takes a while. */
    private boolean forgetsIdle(long nowNanos) {
        long last = lookedNanos.get();
        if (nowNanos - last < LOOK_NANOS || !lookedNanos.compareAndSet(last, nowNanos)) {
            return false;
        }
        callers.values().removeIf(meter -> meter.isIdle(nowNanos));
        return callers.size() < MOST_CALLERS;
    }

    /** What callers share for whom there is no room: with no room left the rate holds for them together. */
    private Meter strangers(Rate rate, long nowNanos) {
        Meter known = strangers.get(rate);
        return known != null
                ? known
                : strangers.computeIfAbsent(rate, _ -> new Meter(rate, nowNanos));
    }

    /** How many callers it remembers. */
    int callers() {
        return callers.size();
    }
}
