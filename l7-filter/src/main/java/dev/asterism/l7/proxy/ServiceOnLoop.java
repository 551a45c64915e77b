package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.io.Timer;
import dev.asterism.l7.limit.CallerShares.Share;
import dev.asterism.l7.limit.Gauge;
import dev.asterism.l7.limit.RateLimiter;
import dev.asterism.l7.pool.EndpointFactory;
import dev.asterism.l7.pool.EndpointSet;
import dev.asterism.l7.pool.Pool;
import dev.asterism.l7.pool.PoolPolicy;
import dev.asterism.l7.route.RouteSpec;
import dev.asterism.l7.upstream.ConnectionGate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One loop's part of a service: its pools, and the requests that wait for a place, a connection or an endpoint. */
final class ServiceOnLoop {

    /** Other loops free places too, without waking this one. */
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long LOOK_FOR_CLASS_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final DispatchLoop loop;
    private final Map<String, Pool> pools = new LinkedHashMap<>();
    private final WaitingLines waiting = new WaitingLines();
    private final AtomicInteger wanted = new AtomicInteger();
    private final Runnable lacking = this::lacks;
    private final ConnectionGate gate = new IdleGivesWay();
    private final Runnable serve = this::serveWaiting;
    private final Timer lookAgain = new LookAgain();
    private final IdlePlaces idlePlaces;
    private final AtomicInteger placesWanted = new AtomicInteger();
    private final Runnable lackingPlace = this::lacksPlace;
    private Service service;
    private @Nullable Pool firstPool;
    private boolean woken;

    ServiceOnLoop(DispatchLoop loop, Service service) {
        this.loop = loop;
        this.service = service;
        idlePlaces = new IdlePlaces(loop);
        service.connections().onLack(lacking);
        service.requests().onLack(lackingPlace);
        apply(service);
    }

    Service service() {
        return service;
    }

    /** Other rules; pools that stay keep their members. */
    void apply(Service next) {
        service = next;
        next.applyPlaces();
        for (Pool pool : pools()) {
            if (!next.spec().pools().containsKey(pool.name())) {
                pools.remove(pool.name());
                pool.close();
            }
        }
        UpstreamPolicy upstream = next.spec().upstream();
        for (String name : next.spec().pools().keySet()) {
            Pool known = pools.get(name);
            if (known == null) {
                pools.put(name, open(name, upstream));
            } else {
                known.policies(upstream.balance(), upstream.breaker(), loop.batch().nowNanos());
            }
        }
        Set<String> names = next.spec().pools().keySet();
        firstPool = names.isEmpty() ? null : pools.get(names.iterator().next());
        long connect = next.policy(RouteSpec.OF_SERVICE).connectNanos();
        pools.values()
                .forEach(pool -> pool.members().forEach(member -> member.connectWithin(connect)));
    }

    private Pool open(String name, UpstreamPolicy upstream) {
        EndpointFactory limited =
                (address, protocol) -> {
                    var endpoint = loop.endpoints().open(address, protocol);
                    endpoint.limit(gate, service.policy(RouteSpec.OF_SERVICE).connectNanos());
                    if (service.spec().direction() == ServiceSide.OUTBOUND) {
                        // A peer's call may go to a listener here: the host may name another
                        // service.
                        endpoint.onlyElsewhere();
                    }
                    return endpoint;
                };
        return new Pool(
                name,
                new PoolPolicy(upstream.balance(), upstream.breaker()),
                limited,
                loop.random(),
                (pool, member, nanos) ->
                        loop.observer().ejected(service.name(), pool.name(), member.name(), nanos),
                service.ejections(name));
    }

    void close() {
        pools.values().forEach(Pool::close);
        pools.clear();
        service.connections().onLackNoMore(lacking);
        service.requests().onLackNoMore(lackingPlace);
        loop.batch().timers().cancel(lookAgain);
    }

    void endpoints(String name, EndpointSet set, long nowNanos) {
        Pool pool = pools.get(name);
        if (pool != null) {
            pool.endpoints(set, nowNanos);
            wake();
        }
    }

    @Nullable Pool pool(String name) {
        return pools.get(name);
    }

    /** Where requests go that no route sends elsewhere. */
    @Nullable Pool firstPool() {
        return firstPool;
    }

    List<Pool> pools() {
        return List.copyOf(pools.values());
    }

    void sweep(long nowNanos) {
        for (Pool pool : pools.values()) {
            pool.sweep(nowNanos);
        }
        idlePlaces.look(this);
    }

    // --- connections ---

    /** Takes and gives the places of connections to its endpoints. */
    ConnectionGate gate() {
        return gate;
    }

    PipeAdmission admit(Caller caller, boolean counted, long nowNanos) {
        RateLimiter limiter = service.limiter();
        if (counted && limiter != null) {
            boolean early = limiter.tryPass(caller, nowNanos) > 0;
            if (early && !limiter.limit().audit()) {
                return PipeAdmission.refused(LocalAnswer.RATE_LIMITED);
            }
        }
        Share share = service.shares() == null ? null : service.shares().of(caller, nowNanos);
        if (share != null && !share.tryHold(service.connections().most())) {
            return PipeAdmission.refused(LocalAnswer.CALLER_SHARE);
        }
        if (!gate.tryOpen(caller)) {
            if (share != null) {
                share.release();
            }
            return PipeAdmission.refused(LocalAnswer.OVERFLOW);
        }
        return new PipeAdmission("", gate, share);
    }

    private boolean closeIdle() {
        for (Pool pool : pools.values()) {
            if (pool.closeIdle()) {
                return true;
            }
        }
        return false;
    }

    /** Another loop lacks a connection; called on its thread. */
    private void lacks() {
        if (wanted.getAndIncrement() == 0) {
            loop.batch().execute(this::giveIdle);
        }
    }

    private void giveIdle() {
        for (int left = wanted.getAndSet(0); left > 0 && closeIdle(); left--) {
            // one for each that is lacking
        }
    }

    /** Connections that are kept for later requests give way to one that is needed now, on whatever loop they are. */
    private final class IdleGivesWay implements ConnectionGate {

        @Override
        public boolean tryOpen(Caller caller) {
            Gauge open = service.connections();
            int within = service.connectionsFor(caller, loop.batch().nowNanos());
            while (open.count() >= within && closeIdle()) {
                // until this caller may open one
            }
            if (open.tryTake(within)) {
                return true;
            }
            open.lacks(lacking);
            return false;
        }

        @Override
        public void closed() {
            service.connections().give();
        }
    }

    // --- who waits ---

    void waits(RequestInHand request) {
        waiting.add(request, hasClasses() ? request.sender().priority() : Priority.NORMAL);
        if (!lookAgain.isArmed()) {
            loop.batch().after(lookAgain, lookAgainNanos());
        }
    }

    private boolean hasClasses() {
        return service.overload() != null && service.overload().sheds();
    }

    /** More often with classes: while a request that matters more waits here, other loops leave places free for it. */
    private long lookAgainNanos() {
        return hasClasses() ? LOOK_FOR_CLASS_NANOS : LOOK_AGAIN_NANOS;
    }

    void forget(RequestInHand request) {
        waiting.remove(request);
    }

    /**
     * Answers the latest of those that wait here and matter less, the least first; false: there is none.
     *
     * @param share of this caller only; null: of all
     */
    boolean shedBelow(Priority priority, @Nullable Share share) {
        RequestInHand latest = waiting.latestBelow(priority, share);
        if (latest == null) {
            return false;
        }
        latest.refuse(LocalAnswer.OVERLOAD);
        return true;
    }

    /**
     * Answers the latest of those that wait here and whose caller has more than its even share of the queue, when that
     * of this request has less; false: there is none.
     */
    boolean shedOverShare(RequestSender sender) {
        Share share = sender.share();
        int fair = share == null ? 0 : share.sharesQueue(service.pending().most());
        RequestInHand latest = fair == 0 ? null : waiting.latestOverShare(sender.priority(), fair);
        if (latest == null) {
            return false;
        }
        latest.refuse(LocalAnswer.CALLER_SHARE);
        return true;
    }

    /** A place may be free: waiting requests are served after the events at hand. */
    void wake() {
        if (!woken && !waiting.isEmpty()) {
            woken = true;
            loop.batch().afterEvents(serve);
        }
    }

    private void serveWaiting() {
        woken = false;
        waiting.serve();
        boolean looks = service.isFull() && idlePlaces.isDue();
        int lacking = looks ? waiting.lackPlaces(IdlePlaces.AT_ONCE) : 0;
        if (lacking > 0 && idlePlaces.free(this, lacking) < lacking) {
            service.requests().lacks(lackingPlace);
        }
    }

    /** A request on another loop lacks a place; called on its thread. */
    private void lacksPlace() {
        if (placesWanted.getAndIncrement() == 0) {
            loop.batch().execute(this::freePlace);
        }
    }

    private void freePlace() {
        placesWanted.set(0);
        if (service.isFull() && idlePlaces.isDue() && service.pending().count() > 0) {
            int _ = idlePlaces.free(this, 1);
        }
    }

    private final class LookAgain extends Timer {

        @Override
        protected void expired() {
            try {
                serveWaiting();
            } finally {
                if (!waiting.isEmpty()) {
                    loop.batch().after(this, lookAgainNanos());
                }
            }
        }
    }
}
