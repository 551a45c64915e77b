package dev.asterism.l7.limit;

import dev.asterism.l7.identity.Caller;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds callers to a {@link RatePolicy}. A caller's own rate is looked at first, so that a caller over it takes nothing
 * from the others. Safe on any thread, without a lock; allocates when a caller is seen first.
 */
public final class RateLimiter {

    private final RatePolicy limit;
    private final @Nullable Meter total;

    /**
     * With more callers those are forgotten that have been quiet, and the rest share. A caller whose certificates have
     * different groups has a meter for each of their rates.
     */
    private final CallerTable<Meter> callers;

    /** By rate: as many as a configuration names. */
    private final ConcurrentHashMap<Rate, Meter> strangers = new ConcurrentHashMap<>();

    public RateLimiter(RatePolicy limit, long nowNanos) {
        this.limit = limit;
        callers = new CallerTable<>(nowNanos);
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
        return callers.isFull() ? strangers.get(rate) : null;
    }

    private Meter meter(String name, Rate rate, long nowNanos) {
        Meter first = callers.get(name);
        if (first != null) {
            Meter known = first.of(rate);
            return known != null ? known : another(name, rate, nowNanos);
        }
        return callers.hasRoom(nowNanos, meter -> meter.isIdle(nowNanos))
                ? another(name, rate, nowNanos)
                : strangers(rate, nowNanos);
    }

    /** The caller is new, or has another certificate: an override holds for it now, or no more. */
    private Meter another(String name, Rate rate, long nowNanos) {
        Meter first =
                callers.change(
                        name,
                        now ->
                                now != null && now.of(rate) != null
                                        ? now
                                        : new Meter(rate, now, nowNanos));
        return Objects.requireNonNull(first.of(rate));
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
