package dev.asterism.l7.proxy;

import dev.asterism.l7.authz.Authorizer;
import dev.asterism.l7.balance.BalancePolicy;
import dev.asterism.l7.balance.KeyHash;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.fault.Fault;
import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.IdentityHeaders;
import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.identity.TracePolicy;
import dev.asterism.l7.limit.RateLimiter;
import dev.asterism.l7.match.RequestView;
import dev.asterism.l7.pool.Pool;
import dev.asterism.l7.retry.DeadlineFields;
import dev.asterism.l7.route.MirrorSpec;
import dev.asterism.l7.route.OwnAnswer;
import dev.asterism.l7.route.Route;
import dev.asterism.l7.route.RouteSpec;
import dev.asterism.l7.route.Split;
import dev.asterism.l7.upstream.OutgoingHead;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is decided about a request before its first attempt, in this order: service, deadline, rules, rate, fault,
 * route, changes of its head. Belongs to one loop's thread; makes no objects for a request that passes.
 */
final class Intake {

    private static final int MOST_HOPS = 1_000;
    private static final int OF_SERVICE = RouteSpec.OF_SERVICE;
    private static final long MOST_LEFT_NANOS = Long.MAX_VALUE / 4;

    /** What fronts do without being told. */
    private static final long USUAL_IDLE_NANOS = ClientTimes.STANDARD.stream();

    /** For a copy of a request that has no end. */
    private static final long MIRROR_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final DispatchLoop loop;
    private final Mirrors mirrors;

    /** What is reported of a request that no service has. */
    private final RequestFacts stray = new RequestFacts();

    Intake(DispatchLoop loop) {
        this.loop = loop;
        mirrors = new Mirrors(loop);
    }

    /** A request whose host names the service. */
    void handleByHost(Exchange exchange, Head head) {
        loop.view().begin(head, exchange.caller());
        take(exchange, head, ServiceSide.OUTBOUND, loop.byHost());
    }

    /**
     * @param target null: it is not there any more
     */
    void handle(Exchange exchange, Head head, ServiceSide side, @Nullable ServiceOnLoop target) {
        loop.view().begin(head, exchange.caller());
        take(exchange, head, side, target);
    }

    private void take(Exchange exchange, Head head, ServiceSide side, @Nullable ServiceOnLoop to) {
        if (to == null) {
            refuseStray(exchange, head, side);
            return;
        }
        RoutedRequest request = loop.take();
        request.begin(exchange, to, head);
        if (loop.observer().wantsFields(request.facts())) {
            request.facts().showFields(head);
        }
        loop.observer().began(request.facts());
        LocalAnswer refusal = decide(request, to, head);
        if (refusal != null) {
            request.refuse(refusal);
        }
    }

    /** Nobody answers to its host: it is counted and logged without a service, as clients choose hosts. */
    private void refuseStray(Exchange exchange, Head head, ServiceSide side) {
        long now = loop.batch().nowNanos();
        stray.begin(exchange, head, side, "");
        loop.observer().began(stray);
        stray.refused(LocalAnswer.NO_ROUTE, now);
        stray.ended(now);
        loop.observer().ended(stray);
        exchange.refuse(LocalAnswer.NO_ROUTE);
    }

    /** Null: it is on its way, or answered. */
    private @Nullable LocalAnswer decide(RoutedRequest request, ServiceOnLoop to, Head head) {
        Service service = to.service();
        RequestView view = loop.view();
        long left = DeadlineFields.nanos(head);
        if (left <= 0) {
            return LocalAnswer.DEADLINE;
        }
        int hop = hop(head);
        if (service.isInbound()) {
            IdentityHeaders.strip(head);
        }
        DeadlineFields.remove(head);
        boolean judgesPath = service.routes().looksAtPath() || service.rules().looksAtPath();
        if (judgesPath && !view.isPathClear()) {
            return LocalAnswer.BAD_REQUEST;
        }
        if (judgesPath) {
            view.forwardClearPath();
        }
        LocalAnswer refusal = pass(request, service.rules(), service.policy(OF_SERVICE).limiter());
        if (refusal != null) {
            return refusal;
        }
        Route route = service.routes().match(view);
        if (route == null && !service.routes().isEmpty()) {
            return LocalAnswer.NO_ROUTE;
        }
        int index = route == null ? OF_SERVICE : route.policy();
        CallPolicy policy = service.policy(index);
        if (route != null) {
            request.facts().route(route.name());
            RateLimiter own = index == OF_SERVICE ? null : policy.limiter();
            refusal = pass(request, route.rules(), own);
        }
        if (refusal != null) {
            return refusal;
        }
        request.plan().begin(policy, head, hop, service.isInbound());
        if (service.overload() != null) {
            Priority ofRoute = route == null ? null : route.spec().priority();
            request.sender().priority(ofRoute);
        }
        times(request, policy, left);
        Fault fault = route == null ? null : faultOf(request, route);
        if (fault != null) {
            LocalAnswer inPlace = answerOf(fault, request);
            request.faulty(inPlace, fault.bytesPerSecond());
            if (fault.delayNanos() == 0 && inPlace != null) {
                return inPlace;
            }
        }
        return route != null && route.answer() != null
                ? answer(request, route.answer())
                : send(request, to, route, fault);
    }

    // --- rules and rates ---

    /** Null: it may pass. */
    private @Nullable LocalAnswer pass(
            RoutedRequest request, Authorizer rules, @Nullable RateLimiter limiter) {
        if (!rules.isEmpty() && rules.decide(loop.view()) != Authorizer.Verdict.PASS) {
            Authorizer.NamedRule rule = rules.decider(loop.view());
            String name = rule == null ? Authorizer.NO_RULE : rule.name();
            loop.observer().denied(request.facts(), name, rules.isAudit());
            if (!rules.isAudit()) {
                return LocalAnswer.DENIED;
            }
        }
        if (limiter == null) {
            return null;
        }
        long early = limiter.tryPass(request.exchange().caller(), request.nowNanos());
        if (early <= 0) {
            return null;
        }
        boolean audit = limiter.limit().audit();
        loop.observer().limited(request.facts(), audit);
        long seconds = (early + 999_999_999) / 1_000_000_000;
        return audit ? null : LocalAnswer.rateLimited(seconds);
    }

    private void times(RoutedRequest request, CallPolicy policy, long left) {
        long started = request.exchange().startedNanos();
        RequestTimer timer = request.timer();
        if (policy.requestNanos() > 0) {
            timer.deadline(started + policy.requestNanos(), false);
        }
        if (left < MOST_LEFT_NANOS) {
            timer.deadline(started + left, true);
        }
        if (policy.idleNanos() != USUAL_IDLE_NANOS) {
            request.exchange().client().idleTime(policy.idleNanos());
        }
    }

    // --- faults and answers of ours ---

    private @Nullable Fault faultOf(RoutedRequest request, Route route) {
        Fault fault = route.fault();
        boolean hits =
                fault != null
                        && fault.hits(request.exchange().caller(), loop.random().getAsLong())
                        && loop.faults().begin();
        return hits ? fault : null;
    }

    private static @Nullable LocalAnswer answerOf(Fault fault, RoutedRequest request) {
        boolean grpc = request.exchange().isGrpc();
        return fault.aborts(grpc)
                ? LocalAnswer.fault(fault.status(grpc), fault.grpcStatus())
                : null;
    }

    private @Nullable LocalAnswer answer(RoutedRequest request, OwnAnswer answer) {
        Head head = loop.answerHead();
        answer.compose(loop.view(), head);
        request.answerHere(head, answer.body());
        return null;
    }

    // --- on its way ---

    private @Nullable LocalAnswer send(
            RoutedRequest request, ServiceOnLoop to, @Nullable Route route, @Nullable Fault fault) {
        Pool pool = to.firstPool();
        if (route != null) {
            int branch = branch(request, to, route);
            if (branch == Split.NOWHERE) {
                return LocalAnswer.NO_WEIGHT;
            }
            pool = to.pool(route.split().branch(branch).pool());
            change(request, route, route.split().branch(branch));
            if (route.rollout() != null && route.split().isRollout(branch)) {
                request.plan().partOf(route.rollout());
            }
        }
        if (pool == null) {
            return LocalAnswer.NO_ROUTE;
        }
        request.facts().pool(pool.name());
        Head head = loop.view().head();
        if (to.service().isInbound()) {
            loop.identity().write(head, request.exchange().caller());
        }
        TracePolicy trace = loop.snapshot().spec().trace();
        if (trace.propagates()) {
            long first = loop.random().getAsLong();
            long second = loop.random().getAsLong();
            int sample = trace.sampleOf(request.exchange().caller(), to.service().name());
            loop.trace().complete(head, first, second, trace, sample, request.facts().trace());
        }
        UpstreamProtocol protocol = protocol(to.service(), head);
        request.plan().to(pool, protocol, key(to.service(), head));
        OutgoingHead.write(request.exchange(), head, protocol);
        request.headWritten();
        if (route != null && route.spec().mirror() != null && fault == null) {
            mirror(request, to, route.spec().mirror(), protocol);
        }
        if (fault == null || fault.delayNanos() == 0) {
            request.start();
        } else {
            request.startLater(fault.delayNanos());
        }
        return null;
    }

    private void mirror(
            RoutedRequest request, ServiceOnLoop to, MirrorSpec mirror, UpstreamProtocol protocol) {
        Pool pool = to.pool(mirror.pool());
        Exchange exchange = request.exchange();
        if (pool == null || exchange.asksForUpgrade() || !mirror.takes(loop.random().getAsLong())) {
            return;
        }
        Head head = loop.view().head();
        long key = key(to.service(), head);
        long time = request.plan().policy().requestNanos();
        Mirrors.Destination destination =
                new Mirrors.Destination(pool, protocol, key, time > 0 ? time : MIRROR_NANOS);
        request.sender()
                .mirror(
                        mirrors.copy(
                                request.facts(),
                                exchange,
                                head,
                                destination,
                                to.service().connections()));
    }

    private int branch(RoutedRequest request, ServiceOnLoop to, Route route) {
        Split split = route.split();
        int branch = split.choose(loop.view(), loop.random().getAsLong());
        if (branch == Split.NOWHERE || isWell(to, split, branch)) {
            return branch;
        }
        int other =
                split.orElse(
                        branch, each -> isWell(to, split, each), each -> !isEmpty(to, split, each));
        if (other != branch) {
            request.facts().emptyPool(split.branch(branch).pool());
            if (route.rollout() != null && split.isRollout(branch) && !isEmpty(to, split, branch)) {
                // Its endpoints cannot take what is their share: they would have failed.
                route.rollout().count(false, 0);
            }
        }
        return other;
    }

    private static boolean isEmpty(ServiceOnLoop to, Split split, int branch) {
        Pool pool = to.pool(split.branch(branch).pool());
        return pool == null || pool.isEmpty();
    }

    private boolean isWell(ServiceOnLoop to, Split split, int branch) {
        Pool pool = to.pool(split.branch(branch).pool());
        return pool != null && !pool.isEmpty() && !pool.isDown(loop.batch().nowNanos());
    }

    private void change(RoutedRequest request, Route route, Split.Branch branch) {
        RequestView view = loop.view();
        if (route.rewrite() != null) {
            route.rewrite().applyTo(view);
        }
        route.request().applyTo(view.head());
        branch.request().applyTo(view.head());
        request.plan().answers(route.response(), branch.response());
    }

    private static UpstreamProtocol protocol(Service service, Head head) {
        return switch (service.spec().upstream().protocol()) {
            case AUTO -> head.has(Head.TEXT) ? UpstreamProtocol.HTTP_1 : UpstreamProtocol.HTTP_2;
            case HTTP_1 -> UpstreamProtocol.HTTP_1;
            case HTTP_2 -> UpstreamProtocol.HTTP_2;
        };
    }

    /** What a ring looks at; without it a request goes anywhere. */
    private long key(Service service, Head head) {
        BalancePolicy.Kind kind = service.spec().upstream().balance().kind();
        if (kind == BalancePolicy.Kind.HASH_PEER) {
            String name = loop.view().caller().name();
            return name.isEmpty() ? loop.random().getAsLong() : KeyHash.of(name);
        }
        if (kind != BalancePolicy.Kind.HASH_HEADER) {
            return 0;
        }
        int row = head.find(service.balanceHeader());
        return row < 0
                ? loop.random().getAsLong()
                : KeyHash.of(head.bytes(), head.valueAt(row), head.valueLength(row));
    }

    private static int hop(Head head) {
        int row = head.find(FieldNames.X_MESH_ATTEMPT);
        if (row < 0) {
            return 0;
        }
        long number = head.valueNumber(row);
        return Math.clamp(number, 1, MOST_HOPS);
    }
}
