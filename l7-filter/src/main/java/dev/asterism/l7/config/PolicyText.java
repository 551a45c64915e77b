package dev.asterism.l7.config;

import dev.asterism.l7.breaker.BreakerPolicy;
import dev.asterism.l7.fault.FaultSpec;
import dev.asterism.l7.health.HealthPolicy;
import dev.asterism.l7.identity.TracePolicy;
import dev.asterism.l7.limit.MaxPolicy;
import dev.asterism.l7.limit.OverloadPolicy;
import dev.asterism.l7.limit.Rate;
import dev.asterism.l7.limit.RatePolicy;
import dev.asterism.l7.retry.GrpcStatus;
import dev.asterism.l7.retry.HedgePolicy;
import dev.asterism.l7.retry.RetryPolicy;
import dev.asterism.l7.retry.TimeoutPolicy;
import dev.asterism.l7.rollout.RolloutSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Policies as YAML in one line each. */
public final class PolicyText {

    private PolicyText() {}

    /** Of a fault. */
    public static String of(FaultSpec fault) {
        String grpc =
                fault.grpcStatus() == FaultSpec.NONE
                        ? ""
                        : ", grpc: " + GrpcStatus.of(fault.grpcStatus()).word();
        String slow =
                fault.bytesPerSecond() == 0
                        ? ""
                        : ", slow: " + Quantities.bytes(fault.bytesPerSecond());
        String from = fault.from().isAny() ? "" : ", from: " + quoted(fault.from().toString());
        return "{percent: %s, delay: %s, code: %d%s%s%s}"
                .formatted(
                        Quantities.percent(fault.tenThousandths() / 10_000.0),
                        Quantities.text(fault.delay()),
                        fault.status(),
                        grpc,
                        slow,
                        from);
    }

    public static String percent(double ratio) {
        return Quantities.percent(ratio);
    }

    /** Of a check of an application. */
    static String of(HealthPolicy health) {
        String asks =
                switch (health.kind()) {
                    case HTTP -> "http: " + quoted(health.target());
                    case GRPC -> "grpc: " + quoted(health.target());
                    case TCP -> "tcp: true";
                };
        return "{%s, every: %s, timeout: %s, fall: %d, rise: %d}"
                .formatted(
                        asks,
                        Quantities.text(health.every()),
                        Quantities.text(health.timeout()),
                        health.fall(),
                        health.rise());
    }

    public static String of(Duration duration) {
        return Quantities.text(duration);
    }

    public static String of(Rate rate) {
        return Quantities.text(rate);
    }

    public static String of(TimeoutPolicy timeout) {
        return "{request: %s, try: %s, idle: %s, connect: %s}"
                .formatted(
                        Quantities.text(timeout.request()),
                        Quantities.text(timeout.attempt()),
                        Quantities.text(timeout.idle()),
                        Quantities.text(timeout.connect()));
    }

    /** Without what a route cannot have. */
    static String ofRoute(TimeoutPolicy timeout) {
        return "{request: %s, try: %s, idle: %s}"
                .formatted(
                        Quantities.text(timeout.request()),
                        Quantities.text(timeout.attempt()),
                        Quantities.text(timeout.idle()));
    }

    /** Without what a route cannot have. */
    static String ofRoute(RetryPolicy retry) {
        return "{" + ownOf(retry) + "}";
    }

    private static String ownOf(RetryPolicy retry) {
        return "on: %s, times: %d, methods: %s, backoff: %s, body: %s"
                .formatted(
                        list(retry.on().words()),
                        retry.times(),
                        list(retry.methods()),
                        Quantities.text(retry.backoffLeast(), retry.backoffMost()),
                        Quantities.bytes(retry.bodyBytes()));
    }

    public static String of(RetryPolicy retry) {
        return "{%s, budget: {ratio: %s, floor: %d/s, window: %s}}"
                .formatted(
                        ownOf(retry),
                        Quantities.percent(retry.budget().ratio()),
                        retry.budget().floor(),
                        Quantities.text(retry.budget().window()));
    }

    public static String of(HedgePolicy hedge) {
        return "{after: %s, percent: %s, methods: %s}"
                .formatted(after(hedge), Quantities.percent(hedge.ratio()), list(hedge.methods()));
    }

    public static String of(RolloutSpec rollout) {
        return "{to: %s, steps: [%s], every: %s, abort_if: {success_below: %s, p99_above: %s, min_requests: %d}}"
                .formatted(
                        quoted(rollout.pool()),
                        rollout.steps().stream()
                                .map(PolicyText::share)
                                .collect(Collectors.joining(", ")),
                        Quantities.text(rollout.every()),
                        Quantities.percent(rollout.abort().successBelow()),
                        Quantities.text(rollout.abort().p99Above()),
                        rollout.abort().minRequests());
    }

    /** In percent. */
    public static String share(int tenThousandths) {
        return Quantities.percent(tenThousandths / 10_000.0);
    }

    /** The rules of a sampling. */
    public static String of(TracePolicy trace) {
        return trace.rules().stream()
                .map(
                        rule ->
                                "{from: %s, service: %s, sample: %s}"
                                        .formatted(
                                                quoted(rule.from().toString()),
                                                quoted(rule.service()),
                                                share(rule.tenThousandths())))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** A quantile or a time. */
    public static String after(HedgePolicy hedge) {
        return hedge.quantile() > 0
                ? "p" + Math.round(hedge.quantile() * 100)
                : Quantities.text(hedge.after());
    }

    public static String of(BreakerPolicy breaker) {
        return "{failures: %d, success: %s, window: %s, samples: %d, eject: %s, max_ejected: %s, panic: %s}"
                .formatted(
                        breaker.failures(),
                        Quantities.percent(breaker.success()),
                        Quantities.text(breaker.window()),
                        breaker.samples(),
                        Quantities.text(breaker.ejectLeast(), breaker.ejectMost()),
                        Quantities.percent(breaker.shares().maxEjected()),
                        Quantities.percent(breaker.shares().panic()));
    }

    public static String of(MaxPolicy max) {
        return "{connections: %d, pending: %d, requests: %d, wait: %s}"
                .formatted(
                        max.connections(),
                        max.pending(),
                        max.requests(),
                        Quantities.text(max.patience()));
    }

    public static String of(RatePolicy limit) {
        String overrides =
                limit.overrides().stream()
                        .map(
                                one ->
                                        "{from: %s, rate: %s}"
                                                .formatted(
                                                        quoted(one.from().toString()),
                                                        Quantities.text(one.rate())))
                        .collect(Collectors.joining(", ", "[", "]"));
        return "{total: %s, per_peer: %s, override: %s}"
                .formatted(
                        Quantities.text(limit.total()),
                        Quantities.text(limit.perPeer()),
                        overrides);
    }

    /** Of a service of this node. */
    public static String of(OverloadPolicy overload) {
        String classes =
                overload.classes().stream()
                        .map(
                                one ->
                                        "{from: %s, class: %s}"
                                                .formatted(
                                                        quoted(one.from().toString()),
                                                        one.priority().word()))
                        .collect(Collectors.joining(", ", "[", "]"));
        return "{adaptive: %s, least: %d, headroom: %s, wait: %s, classes: %s}"
                .formatted(
                        overload.adaptive(),
                        overload.least(),
                        Quantities.percent(overload.headroom()),
                        Quantities.text(overload.patience()),
                        classes);
    }

    static String list(List<String> words) {
        return words.stream().map(PolicyText::quoted).collect(Collectors.joining(", ", "[", "]"));
    }

    static String map(Map<String, String> values) {
        return values.entrySet().stream()
                .map(e -> quoted(e.getKey()) + ": " + quoted(e.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** As it is where every reader of YAML takes it for a text, else in quotation marks. */
    static String quoted(String text) {
        boolean plain =
                text.matches("[A-Za-z_/][A-Za-z0-9_./-]*|[0-9]{3}|[45]xx")
                        && !text.matches("(?i)y|n|yes|no|on|off|true|false|null|t|f");
        if (plain) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        text.chars()
                .forEach(
                        c -> {
                            if (c == '"' || c == '\\') {
                                quoted.append('\\').append((char) c);
                            } else if (c < ' ' || c == 127) {
                                quoted.append("\\u%04x".formatted(c));
                            } else {
                                quoted.append((char) c);
                            }
                        });
        return quoted.append('"').toString();
    }
}
