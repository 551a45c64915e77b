package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.io.Timer;
import dev.asterism.l7.limit.CallerShares.Share;
import dev.asterism.l7.limit.Gauge;
import dev.asterism.l7.limit.Overload;
import dev.asterism.l7.limit.RateLimiter;
import dev.asterism.l7.pool.EndpointFactory;
import dev.asterism.l7.pool.EndpointSet;
import dev.asterism.l7.pool.Pool;
import dev.asterism.l7.pool.PoolPolicy;
import dev.asterism.l7.route.RouteSpec;
import dev.asterism.l7.upstream.ConnectionGate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
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

    private static final List<Priority> CLASSES = List.of(Priority.values());

    /** By what was read once: other loops go on counting while this one sorts. */
    private static final Comparator<RequestInHand> BY_TURN =
            Comparator.comparingLong(RequestInHand::turn);

    /** When so many waiting requests cannot be sent, the others are not tried. */
    private static final int MOST_UNSENT = 16;

    private final DispatchLoop loop;
    private final Map<String, Pool> pools = new LinkedHashMap<>();
    private final ArrayDeque<RequestInHand> waiting = new ArrayDeque<>();
    private final Map<Share, RequestInHand> firsts = new LinkedHashMap<>();
    private final List<RequestInHand> turns = new ArrayList<>();
    private final AtomicInteger wanted = new AtomicInteger();
    private final Runnable lacking = this::lacks;
    private final ConnectionGate gate = new IdleGivesWay();
    private final Runnable serve = this::serveWaiting;
    private final Timer lookAgain = new LookAgain();
    private Service service;
    private @Nullable Pool firstPool;
    private boolean woken;

    ServiceOnLoop(DispatchLoop loop, Service service) {
        this.loop = loop;
        this.service = service;
        service.connections().onLack(lacking);
        apply(service);
    }

    Service service() {
        return service;
    }

    /** Other rules; pools that stay keep their members. */
    void apply(Service next) {
        service = next;
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
        Share share = service.shares() == null ? null : service.shares().of(caller);
        if (share != null && !share.tryHold(service.connections().most())) {
            return PipeAdmission.refused(LocalAnswer.CALLER_SHARE);
        }
        if (!gate.tryOpen()) {
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
        public boolean tryOpen() {
            Gauge open = service.connections();
            if (open.tryTake() || closeIdle() && open.tryTake()) {
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
        waiting.add(request);
        Overload overload = service.overload();
        request.countedWith(overload);
        if (overload != null) {
            overload.waits(request.sender().priority());
        }
        if (!lookAgain.isArmed()) {
            loop.batch().after(lookAgain, lookAgainNanos());
        }
    }

    /** More often with classes: while a request that matters more waits here, other loops leave places free for it. */
    private long lookAgainNanos() {
        return service.overload() == null ? LOOK_AGAIN_NANOS : LOOK_FOR_CLASS_NANOS;
    }

    void forget(RequestInHand request) {
        if (waiting.remove(request)) {
            waitsNoMore(request);
        }
    }

    private static void waitsNoMore(RequestInHand request) {
        Overload overload = request.countedWith();
        request.countedWith(null);
        if (overload != null) {
            overload.waitsNoMore(request.sender().priority());
        }
    }

    /** Answers the latest of those that wait here and matter less, the least first; false: there is none. */
    boolean shedBelow(Priority priority) {
        for (int of = 0; of < priority.rank(); of++) {
            Iterator<RequestInHand> latest = waiting.descendingIterator();
            while (latest.hasNext()) {
                RequestInHand request = latest.next();
                if (request.sender().priority().rank() == of) {
                    request.refuse(LocalAnswer.OVERLOAD);
                    return true;
                }
            }
        }
        return false;
    }

    /** A place may be free: waiting requests are served after the events at hand. */
    void wake() {
        if (!waiting.isEmpty() && !woken) {
            woken = true;
            loop.batch().afterEvents(serve);
        }
    }

    private void serveWaiting() {
        woken = false;
        if (service.shares() != null && waiting.size() > 1) {
            inTurn();
        }
        Overload overload = service.overload();
        if (overload == null) {
            serve(null);
            return;
        }
        for (int of = CLASSES.size() - 1; of >= 0; of--) {
            if (overload.waiting(CLASSES.get(of)) > 0) {
                serve(CLASSES.get(of));
            }
        }
    }

    /**
     * In the order in which they came.
     *
     * @param priority of this class only; null: all
     */
    private void serve(@Nullable Priority priority) {
        int unsent = 0;
        Iterator<RequestInHand> all = waiting.iterator();
        Share full = null;
        while (all.hasNext() && unsent < MOST_UNSENT) {
            RequestInHand request = all.next();
            if (priority != null && request.sender().priority() != priority) {
                continue;
            }
            if (full != null && full.equals(request.share())) {
                continue;
            }
            LocalAnswer lacks = request.goesOn();
            if (lacks == null) {
                all.remove();
                waitsNoMore(request);
            } else if (lacks == LocalAnswer.CALLER_SHARE) {
                full = request.share();
            } else {
                unsent++;
            }
        }
    }

    /** The first of each caller goes first, in the order in which callers got their last place. */
    private void inTurn() {
        // An exception may have left some.
        firsts.clear();
        turns.clear();
        for (RequestInHand request : waiting) {
            Share share = request.share();
            if (share != null && !firsts.containsKey(share)) {
                firsts.put(share, request);
            }
        }
        if (firsts.size() < 2) {
            return;
        }
        for (RequestInHand request : firsts.values()) {
            request.readTurn();
            turns.add(request);
        }
        turns.sort(BY_TURN);
        for (RequestInHand request : turns) {
            if (request.goesOn() == null) {
                forget(request);
            }
        }
        turns.clear();
        firsts.clear();
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
