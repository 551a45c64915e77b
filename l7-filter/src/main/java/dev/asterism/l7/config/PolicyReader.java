package dev.asterism.l7.config;

import dev.asterism.l7.balance.BalancePolicy;
import dev.asterism.l7.breaker.BreakerPolicy;
import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.limit.MaxPolicy;
import dev.asterism.l7.limit.OverloadPolicy;
import dev.asterism.l7.limit.Rate;
import dev.asterism.l7.limit.RatePolicy;
import dev.asterism.l7.retry.BudgetPolicy;
import dev.asterism.l7.retry.HedgePolicy;
import dev.asterism.l7.retry.RetryConditions;
import dev.asterism.l7.retry.RetryPolicy;
import dev.asterism.l7.retry.TimeoutPolicy;
import dev.asterism.overlay.config.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The small objects that stand under several keys; what is not written is as in the one given. */
final class PolicyReader {

    private static final int MOST_TIMES = 10;
    private static final int MILLION = 1_000_000;
    private static final int MOST_BODY = 16 << 20;

    private PolicyReader() {}

    static TimeoutPolicy timeout(FieldReader at, TimeoutPolicy base) {
        String key = "timeout";
        if (!at.has(key)) {
            return base;
        }
        String source = at.source(key);
        if (!at.section().isMap(key) && !at.section().isList(key)) {
            Duration request = at.duration(key, base.request());
            return new TimeoutPolicy(request, base.attempt(), base.idle(), base.connect(), source);
        }
        FieldReader timeout = at.map(key);
        Duration request = timeout.duration("request", base.request());
        Duration attempt = timeout.duration("try", base.attempt());
        if (timeout.has("try") && request.isPositive() && attempt.compareTo(request) > 0) {
            timeout.section()
                    .error(
                            "try",
                            "an attempt may not take longer (%s) than its request (%s)"
                                    .formatted(Quantities.text(attempt), Quantities.text(request)),
                            "raise timeout.request or lower timeout.try");
        }
        return new TimeoutPolicy(
                request,
                attempt,
                timeout.duration("idle", base.idle()),
                timeout.duration("connect", base.connect()),
                source);
    }

    static RetryPolicy retry(FieldReader at, RetryPolicy base) {
        if (!at.has("retry")) {
            return base;
        }
        FieldReader retry = at.map("retry");
        DurationRange backoff = retry.range("backoff", base.backoffLeast(), base.backoffMost());
        return new RetryPolicy(
                conditions(retry, base.on()),
                retry.integer("times", 0, MOST_TIMES, base.times()),
                methods(retry, base.methods()),
                backoff.least(),
                backoff.most(),
                retry.value("body", base.bodyBytes(), PolicyReader::body),
                budget(retry, base.budget()),
                at.source("retry"));
    }

    private static int body(String text) {
        int bytes = Quantities.bytes(text);
        if (bytes > MOST_BODY) {
            throw new IllegalArgumentException("`%s` is more than 16MiB".formatted(text));
        }
        return bytes;
    }

    private static RetryConditions conditions(FieldReader retry, RetryConditions base) {
        List<String> words = retry.words("on", base.words());
        List<String> good = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            try {
                RetryConditions.parse(List.of(words.get(i)));
                good.add(words.get(i));
            } catch (IllegalArgumentException e) {
                retry.section()
                        .error("on", i, String.valueOf(e.getMessage()), nearest(words.get(i)));
            }
        }
        return RetryConditions.parse(good);
    }

    private static String nearest(String word) {
        return FieldReader.hint(
                word, List.of("connect", "refused", "reset", "timeout", "5xx", "grpc:unavailable"));
    }

    private static List<String> methods(FieldReader retry, List<String> base) {
        List<String> words = retry.words("methods", base);
        return words.contains(RetryPolicy.ANY_METHOD)
                ? List.of(RetryPolicy.ANY_METHOD)
                : MatchReader.methods(retry.section(), "methods", words);
    }

    static HedgePolicy hedge(FieldReader at, HedgePolicy base) {
        if (!at.has("hedge")) {
            return base;
        }
        FieldReader hedge = at.map("hedge");
        // A 0% that somebody has written holds below as any other value does.
        boolean unwritten = base.isNone() && base.source().isEmpty();
        HedgePolicy usual = unwritten ? HedgePolicy.STANDARD : base;
        double ratio = hedge.value("percent", usual.ratio(), PolicyReader::copies);
        HedgePolicy when = hedge.value("after", usual, PolicyReader::after);
        List<String> methods = hedge.words("methods", usual.methods());
        if (usual.isNone()
                && !hedge.has("percent")
                && (hedge.has("after") || hedge.has("methods"))) {
            at.section()
                    .notice(
                            "hedge",
                            "no request has a second copy, as %s says `percent: 0%%`"
                                    .formatted(usual.source()),
                            "write percent here as well");
        }
        return new HedgePolicy(
                when.quantile(), when.after(), ratio, methods(hedge, methods), at.source("hedge"));
    }

    private static double copies(String text) {
        double ratio = Quantities.ratio(text);
        if (ratio > 0.5) {
            throw new IllegalArgumentException(
                    "`%s` is more than 50%%: copies would be most of the load".formatted(text));
        }
        return ratio;
    }

    /** With the time only. */
    private static HedgePolicy after(String text) {
        if (text.matches("p[5-9][0-9]")) {
            double quantile = Integer.parseInt(text.substring(1)) / 100.0;
            return new HedgePolicy(quantile, Duration.ZERO, 0, List.of(), "");
        }
        Duration after;
        try {
            after = Quantities.duration(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "`%s` is neither p50 to p99 nor a duration such as 50ms".formatted(text), e);
        }
        if (after.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException(
                    "`%s` is less than 1ms: every request would have a copy".formatted(text));
        }
        return new HedgePolicy(0, after, 0, List.of(), "");
    }

    private static BudgetPolicy budget(FieldReader retry, BudgetPolicy base) {
        FieldReader budget = retry.map("budget");
        double ratio = budget.value("ratio", base.ratio(), PolicyReader::budgetRatio);
        int floor = budget.value("floor", base.floor(), PolicyReader::perSecond);
        return budget.value(
                "window",
                new BudgetPolicy(ratio, floor, base.window()),
                text -> new BudgetPolicy(ratio, floor, Quantities.duration(text)));
    }

    private static double budgetRatio(String text) {
        double ratio = Quantities.ratio(text);
        if (ratio > 10) {
            throw new IllegalArgumentException("`%s` is more than 1000%%".formatted(text));
        }
        return ratio;
    }

    private static int perSecond(String text) {
        Rate rate = Quantities.rate(text);
        long seconds = rate.period().toSeconds();
        if (rate.isUnlimited() || rate.count() < seconds || rate.count() / seconds > MILLION) {
            throw new IllegalArgumentException("`%s` is not 1/s to 1000000/s".formatted(text));
        }
        return (int) (rate.count() / seconds);
    }

    static BreakerPolicy breaker(FieldReader at, BreakerPolicy base) {
        if (!at.has("breaker")) {
            return base;
        }
        FieldReader breaker = at.map("breaker");
        DurationRange eject = eject(breaker, base);
        BreakerPolicy.Shares shares =
                new BreakerPolicy.Shares(
                        share(breaker, "max_ejected", base.shares().maxEjected()),
                        share(breaker, "panic", base.shares().panic()));
        return new BreakerPolicy(
                breaker.integer("failures", 0, 1000, base.failures()),
                share(breaker, "success", base.success()),
                atLeast(breaker, "window", Duration.ofMillis(100), base.window()),
                breaker.integer("samples", 1, MILLION, base.samples()),
                eject.least(),
                eject.most(),
                shares,
                at.source("breaker"));
    }

    private static DurationRange eject(FieldReader breaker, BreakerPolicy base) {
        DurationRange eject = breaker.range("eject", base.ejectLeast(), base.ejectMost());
        if (eject.least().isPositive()) {
            return eject;
        }
        breaker.section().error("eject", "an ejection is longer than 0", "write 1s..60s");
        return new DurationRange(base.ejectLeast(), base.ejectMost());
    }

    static double share(FieldReader at, String key, double byDefault) {
        return at.value(
                key,
                byDefault,
                text -> {
                    double share = Quantities.ratio(text);
                    if (share > 1) {
                        throw new IllegalArgumentException(
                                "`%s` is more than 100%%".formatted(text));
                    }
                    return share;
                });
    }

    private static Duration atLeast(
            FieldReader at, String key, Duration least, Duration byDefault) {
        return at.value(
                key,
                byDefault,
                text -> {
                    Duration value = Quantities.duration(text);
                    if (value.compareTo(least) < 0) {
                        throw new IllegalArgumentException(
                                "`%s` is less than %s".formatted(text, Quantities.text(least)));
                    }
                    return value;
                });
    }

    static MaxPolicy max(FieldReader at, MaxPolicy base) {
        if (!at.has("max")) {
            return base;
        }
        FieldReader max = at.map("max");
        return new MaxPolicy(
                max.integer("connections", 1, MILLION, base.connections()),
                max.integer("pending", 0, MILLION, base.pending()),
                max.integer("requests", 1, MILLION, base.requests()),
                max.value("wait", base.patience(), PolicyReader::patience),
                at.source("max"));
    }

    private static Duration patience(String text) {
        Duration value = Quantities.duration(text);
        if (value.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("`%s` is more than 1m".formatted(text));
        }
        return value;
    }

    /**
     * Of a service of this node.
     *
     * @param audit what would be shed passes all the same
     */
    static OverloadPolicy overload(FieldReader at, boolean audit) {
        OverloadPolicy base = OverloadPolicy.OFF;
        if (!at.has("overload")) {
            return base;
        }
        FieldReader overload = at.map("overload");
        List<OverloadPolicy.CallerClass> classes = new ArrayList<>();
        for (Section item : overload.section().sections("classes")) {
            FieldReader one = new FieldReader(item);
            for (String key : List.of("from", "class")) {
                if (!one.has(key)) {
                    item.error(
                            key,
                            "a class of callers needs " + key,
                            "{from: \"group:ci\", class: batch}");
                }
            }
            classes.add(
                    new OverloadPolicy.CallerClass(
                            one.selector("from", Selector.ANY),
                            one.choice("class", Priority.NORMAL, Priority.values())));
        }
        boolean adaptive = overload.flag("adaptive", true);
        return new OverloadPolicy(
                adaptive,
                overload.integer("least", 1, MILLION, base.least()),
                overload.value("headroom", base.headroom(), PolicyReader::headroom),
                overload.value("wait", base.patience(), PolicyReader::patience),
                classes,
                audit,
                at.source("overload"));
    }

    private static double headroom(String text) {
        double ratio = Quantities.ratio(text);
        if (ratio < 0.05 || ratio > 10) {
            throw new IllegalArgumentException("`%s` is not 5%% to 1000%%".formatted(text));
        }
        return ratio;
    }

    static BalancePolicy balance(FieldReader at, BalancePolicy base) {
        BalancePolicy rule =
                at.value("balance", base, text -> BalancePolicy.parse(text, at.source("balance")));
        return rule.withSlowStart(
                at.value("slow_start", base.slowStart(), PolicyReader::slowStart));
    }

    private static Duration slowStart(String text) {
        Duration value = Quantities.duration(text);
        if (value.compareTo(Duration.ofMinutes(15)) > 0) {
            throw new IllegalArgumentException("`%s` is more than 15m".formatted(text));
        }
        return value;
    }

    /**
     * @param audit what goes over it passes all the same
     */
    static RatePolicy limit(FieldReader at, boolean audit) {
        if (!at.has("limit")) {
            return RatePolicy.NONE;
        }
        FieldReader limit = at.map("limit");
        List<RatePolicy.Override> overrides = new ArrayList<>();
        for (Section item : limit.section().sections("override")) {
            FieldReader override = new FieldReader(item);
            for (String key : List.of("from", "rate")) {
                if (!override.has(key)) {
                    item.error(key, "an override needs " + key, "");
                }
            }
            overrides.add(
                    new RatePolicy.Override(
                            override.selector("from", Selector.ANY),
                            override.rate("rate", Rate.UNLIMITED)));
        }
        return new RatePolicy(
                limit.rate("total", Rate.UNLIMITED),
                limit.rate("per_peer", Rate.UNLIMITED),
                overrides,
                audit,
                at.source("limit"));
    }
}
