package dev.asterism.l7.proxy;

import dev.asterism.l7.io.Timer;
import dev.asterism.l7.pool.EndpointFactory;
import dev.asterism.l7.pool.EndpointSet;
import dev.asterism.l7.pool.Pool;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One loop's part of a service: its pools, and the requests that wait for a place, a connection or an endpoint. */
final class ServiceOnLoop {

    /** Other loops free places too, and do not say so. */
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** So many that cannot go on say that the others cannot either. */
    private static final int MOST_IN_VAIN = 16;

    private final DispatchLoop loop;
    private final Map<String, Pool> pools = new LinkedHashMap<>();
    private final ArrayDeque<RequestInHand> waiting = new ArrayDeque<>();
    private final Runnable serve = this::serveWaiting;
    private final Timer lookAgain = new LookAgain();
    private Service service;
    private @Nullable Pool firstPool;
    private boolean woken;

    ServiceOnLoop(DispatchLoop loop, Service service) {
        this.loop = loop;
        this.service = service;
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
                known.policies(upstream.balance(), upstream.breaker());
            }
        }
        Set<String> names = next.spec().pools().keySet();
        firstPool = names.isEmpty() ? null : pools.get(names.iterator().next());
        long connect = next.policy(-1).connectNanos();
        pools.values()
                .forEach(pool -> pool.members().forEach(member -> member.connectWithin(connect)));
    }

    private Pool open(String name, UpstreamPolicy upstream) {
        EndpointFactory limited =
                (address, protocol) -> {
                    var endpoint = loop.endpoints().open(address, protocol);
                    endpoint.limit(service.connections(), service.policy(-1).connectNanos());
                    return endpoint;
                };
        return new Pool(
                name,
                upstream.balance(),
                upstream.breaker(),
                limited,
                loop.random(),
                (pool, member, nanos) ->
                        loop.observer().ejected(service.name(), pool.name(), member.name(), nanos));
    }

    void close() {
        pools.values().forEach(Pool::close);
        pools.clear();
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

    // --- who waits ---

    void waits(RequestInHand request) {
        waiting.add(request);
        if (!lookAgain.isArmed()) {
            loop.batch().after(lookAgain, LOOK_AGAIN_NANOS);
        }
    }

    void forget(RequestInHand request) {
        waiting.remove(request);
    }

    /** Something may be free: whoever waits is served when the events at hand are done with. */
    void wake() {
        if (!waiting.isEmpty() && !woken) {
            woken = true;
            loop.batch().afterEvents(serve);
        }
    }

    private void serveWaiting() {
        woken = false;
        int inVain = 0;
        Iterator<RequestInHand> all = waiting.iterator();
        while (all.hasNext() && inVain < MOST_IN_VAIN) {
            if (all.next().goesOn()) {
                all.remove();
            } else {
                inVain++;
            }
        }
    }

    private final class LookAgain extends Timer {

        @Override
        protected void expired() {
            serveWaiting();
            if (!waiting.isEmpty()) {
                loop.batch().after(this, LOOK_AGAIN_NANOS);
            }
        }
    }
}
