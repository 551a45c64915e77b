package dev.asterism.l7.proxy;

import dev.asterism.l7.balance.BalancePolicy;
import dev.asterism.l7.breaker.BreakerPolicy;
import dev.asterism.l7.limit.MaxPolicy;
import dev.asterism.l7.limit.RatePolicy;
import dev.asterism.l7.retry.BudgetPolicy;
import dev.asterism.l7.retry.RetryConditions;
import dev.asterism.l7.retry.RetryPolicy;
import dev.asterism.l7.retry.TimeoutPolicy;
import java.time.Duration;
import java.util.List;

/** Policies of tests. */
final class Policies {

    static final List<String> USUAL =
            List.of("connect", "refused", "reset", "timeout", "503", "grpc:unavailable");

    private Policies() {}

    static RetryPolicy retry(int times, String... on) {
        return retry(times, RetryPolicy.IDEMPOTENT, BudgetPolicy.STANDARD, on);
    }

    static RetryPolicy retry(int times, List<String> methods, BudgetPolicy budget, String... on) {
        return new RetryPolicy(
                RetryConditions.parse(on.length == 0 ? USUAL : List.of(on)),
                times,
                methods,
                Duration.ofMillis(25),
                Duration.ofMillis(250),
                64 << 10,
                budget,
                "");
    }

    static TrafficPolicy traffic(RetryPolicy retry) {
        return new TrafficPolicy(retry, TimeoutPolicy.STANDARD, RatePolicy.NONE);
    }

    static TrafficPolicy traffic(RetryPolicy retry, TimeoutPolicy timeout) {
        return new TrafficPolicy(retry, timeout, RatePolicy.NONE);
    }

    /** In milliseconds. */
    static TimeoutPolicy timeouts(long request, long attempt) {
        return new TimeoutPolicy(
                Duration.ofMillis(request),
                Duration.ofMillis(attempt),
                Duration.ofMinutes(5),
                Duration.ofSeconds(1),
                "");
    }

    static UpstreamPolicy balance(String text) {
        return new UpstreamPolicy(
                BalancePolicy.parse(text, ""),
                BreakerPolicy.STANDARD,
                MaxPolicy.STANDARD,
                UpstreamPolicy.Protocol.AUTO);
    }

    static UpstreamPolicy max(int connections, int pending, int requests, long waitMillis) {
        return new UpstreamPolicy(
                BalancePolicy.STANDARD,
                BreakerPolicy.STANDARD,
                new MaxPolicy(connections, pending, requests, Duration.ofMillis(waitMillis), ""),
                UpstreamPolicy.Protocol.AUTO);
    }
}
