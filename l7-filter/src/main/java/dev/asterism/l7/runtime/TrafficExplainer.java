package dev.asterism.l7.runtime;

import dev.asterism.l7.config.PolicyText;
import dev.asterism.l7.fault.Fault;
import dev.asterism.l7.fault.FaultSpec;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.limit.AdaptiveLimit;
import dev.asterism.l7.limit.Overload;
import dev.asterism.l7.limit.RateLimiter;
import dev.asterism.l7.limit.RatePolicy;
import dev.asterism.l7.proxy.Service;
import dev.asterism.l7.retry.HedgeAccount;
import dev.asterism.l7.route.MirrorSpec;
import dev.asterism.l7.route.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What rates and faults do to a request: asks the limiter and the fault of real requests. For one question. */
final class TrafficExplainer {

    private static final int ALL = 10_000;

    private final Caller caller;
    private final boolean grpc;
    private final long nowNanos;
    private final long nowMillis;
    private final List<String> notes = new ArrayList<>();

    TrafficExplainer(Caller caller, boolean grpc, long nowNanos, long nowMillis) {
        this.nowMillis = nowMillis;
        this.caller = caller;
        this.grpc = grpc;
        this.nowNanos = nowNanos;
    }

    List<String> notes() {
        return notes;
    }

    /**
     * The answer of a rate that the caller is over at the moment; empty: it is not, or passes all the same.
     *
     * @param source of the rate as configured now: a limiter outlives the lines of its file
     */
    String rate(RateLimiter limiter, String source) {
        RatePolicy limit = limiter.limit();
        String overs =
                limit.audit()
                        ? "over it requests are counted and pass, as the mode is audit"
                        : "over it requests get 429 rate_limited";
        notes.add(
                "limit (%s): %s for this caller, %s for all; %s"
                        .formatted(
                                source,
                                PolicyText.of(limit.rateOf(caller)),
                                PolicyText.of(limit.total()),
                                overs));
        long early = limiter.early(caller, nowNanos);
        if (early <= 0) {
            return "";
        }
        notes.add("the caller is over it now, for " + text(early) + " more");
        return limit.audit() ? "" : "429 rate_limited by limit (" + source + ")";
    }

    /** What becomes of a request that nothing has refused. */
    void goesOn(Service service, @Nullable Route route, int policy, Head head) {
        if (route != null) {
            mirror(route);
            rollout(route);
        }
        overload(service, route);
        if (route == null || route.answer() == null) {
            hedge(service, policy, head);
        }
    }

    /** What happens to the request while the application has all it can do. */
    private void overload(Service service, @Nullable Route route) {
        Overload overload = service.overload();
        if (overload == null) {
            return;
        }
        Priority ofRoute = route == null ? null : route.spec().priority();
        Priority priority = ofRoute == null ? overload.priority(caller) : ofRoute;
        AdaptiveLimit limit = overload.limit();
        String best = limit.bestNanos() == 0 ? "not known yet" : text(limit.bestNanos());
        notes.add(
                "overload (%s): class %s, by its %s; %d of %d places are taken, the application's best latency is %s; %s"
                        .formatted(
                                service.spec().upstream().overload().source(),
                                priority.word(),
                                ofRoute == null ? "caller" : "route",
                                service.requests().count(),
                                limit.limit(),
                                best,
                                overload.policy().audit()
                                        ? "what is over that is counted and passes, as the mode is audit"
                                        : "what is over that waits, and gets 429 overload, the lowest class first"));
    }

    /** When such a request gets a second copy. */
    private void hedge(Service service, int policy, Head head) {
        HedgeAccount account = service.hedge(policy);
        if (account == null) {
            return;
        }
        String name = "hedge (" + account.policy().source() + ")";
        if (!account.suits(head)) {
            notes.add(
                    "%s: such a request has no second copy, as its method is not %s or it asks for a stream"
                            .formatted(name, String.join(" or ", account.policy().methods())));
            return;
        }
        notes.add(name + ": " + when(account) + may(service, account));
    }

    private String when(HedgeAccount account) {
        String after = PolicyText.after(account.policy());
        long nanos = account.afterNanos(nowNanos);
        if (account.policy().quantile() == 0) {
            return "after " + after + " without an answer a second copy goes to another endpoint";
        }
        return nanos == 0
                ? "no second copy yet: %s is not known before 100 answers in 20 seconds, and there are %d"
                        .formatted(after, account.samples())
                : "after %s, the %s of %d recent answers, a second copy goes to another endpoint"
                        .formatted(text(nanos), after, account.samples());
    }

    private String may(Service service, HedgeAccount account) {
        return "; at most %s of the requests have one: %d may be sent now, and the budget of retries has %d left"
                .formatted(
                        PolicyText.percent(account.policy().ratio()),
                        account.remaining(nowNanos),
                        service.budget().remaining(nowNanos));
    }

    /** The answer that a fault gives to all of such requests; empty: it does not. */
    String fault(Route route) {
        Fault fault = route.fault();
        if (fault == null) {
            return "";
        }
        String name = "fault (" + fault.spec().source() + ")";
        boolean inPlace = fault.delayNanos() == 0 && fault.aborts(grpc);
        if (!fault.isFor(caller)) {
            notes.add(name + " is not for this caller");
            return "";
        }
        if (route.answer() != null && !inPlace) {
            notes.add(name + " does nothing, as the route answers by itself");
            return "";
        }
        int share = fault.spec().tenThousandths();
        String whose = share == ALL ? "all" : share / 100.0 + "%";
        notes.add(name + ": " + whose + " of such requests " + what(fault));
        return share == ALL && fault.aborts(grpc) ? answer(fault) + " by " + name : "";
    }

    /** Says where copies go. */
    private void mirror(Route route) {
        MirrorSpec mirror = route.spec().mirror();
        if (mirror != null) {
            notes.add(
                    "mirror (%s): %s of such requests are copied to pool %s, and the answers dropped"
                            .formatted(
                                    mirror.source(),
                                    mirror.tenThousandths() == ALL
                                            ? "all"
                                            : mirror.tenThousandths() / 100.0 + "%",
                                    mirror.pool()));
        }
    }

    /** How far the roll-out of its route is. */
    private void rollout(Route route) {
        if (route.rollout() != null) {
            notes.add(RolloutText.of(route.rollout(), nowMillis));
        }
    }

    private String what(Fault fault) {
        List<String> parts = new ArrayList<>();
        if (fault.delayNanos() > 0) {
            parts.add("wait " + text(fault.delayNanos()));
        }
        if (fault.aborts(grpc)) {
            parts.add("get " + answer(fault));
        } else if (fault.bytesPerSecond() > 0) {
            parts.add("get their answer at " + fault.bytesPerSecond() + " bytes a second");
        }
        return parts.isEmpty() ? "pass, as they are no gRPC" : String.join(", then ", parts);
    }

    private String answer(Fault fault) {
        boolean status = grpc && fault.grpcStatus() != FaultSpec.NONE;
        return status ? "gRPC status " + fault.grpcStatus() : fault.status(grpc) + " fault";
    }

    private static String text(long nanos) {
        return PolicyText.of(Duration.ofMillis(Math.max(1, nanos / 1_000_000)));
    }
}
