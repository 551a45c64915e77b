package dev.asterism.l7.pool;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Keeps the endpoints of all pools as peers come and go, certificates end and names are resolved anew, and publishes a
 * pool's endpoints when they change. The last addresses of a name stay while look-ups fail. Everything runs
 * on one executor that runs one thing at a time; {@link #tick} is to be called about once a second on it.
 */
public final class PoolWatch {

    /**
     * Whose endpoints.
     *
     * @param inbound of a service of this direction
     */
    public record Key(boolean inbound, String service, String pool) {}

    /** Gets the endpoints of a pool, on the watch's executor. */
    @FunctionalInterface
    public interface Publisher {
        void publish(Key pool, EndpointSet endpoints);
    }

    private static final long LEAST_TTL_MILLIS = 1_000;
    private static final long MOST_TTL_MILLIS = 300_000;

    private final PeerDirectory directory;
    private final AddressLookup names;
    private final Executor executor;
    private final Publisher publisher;
    private final Map<Key, PoolSpec> pools = new LinkedHashMap<>();
    private final Map<Key, EndpointSet> published = new HashMap<>();
    private final Map<String, Lookup> lookups = new HashMap<>();
    private long nowMillis;

    public PoolWatch(
            PeerDirectory directory, AddressLookup names, Executor executor, Publisher publisher) {
        this.directory = directory;
        this.names = names;
        this.executor = executor;
        this.publisher = publisher;
        directory.onChange(() -> executor.execute(this::resolveAll));
    }

    /** The pools are these from now on; their endpoints are published at once, DNS when it has answered. */
    public void pools(Map<Key, PoolSpec> all, long now) {
        nowMillis = now;
        pools.clear();
        pools.putAll(all);
        published.keySet().retainAll(all.keySet());
        lookups.keySet().retainAll(hosts());
        lookUp();
        resolveAll();
    }

    /** Time goes on. */
    public void tick(long now) {
        nowMillis = now;
        lookUp();
        boolean ended =
                published.values().stream().anyMatch(set -> set.expiresMillis() <= nowMillis);
        if (ended) {
            resolveAll();
        }
    }

    private List<String> hosts() {
        return pools.values().stream()
                .filter(PoolSpec.Dns.class::isInstance)
                .map(spec -> ((PoolSpec.Dns) spec).host())
                .distinct()
                .toList();
    }

    private void lookUp() {
        for (String host : hosts()) {
            Lookup lookup = lookups.computeIfAbsent(host, _ -> new Lookup());
            if (!lookup.underWay && lookup.againMillis <= nowMillis) {
                lookup.underWay = true;
                names.resolve(host, answer -> executor.execute(() -> resolved(host, answer)));
            }
        }
    }

    private void resolved(String host, AddressLookup.Answer answer) {
        Lookup lookup = lookups.get(host);
        if (lookup == null) {
            return;
        }
        lookup.underWay = false;
        long ttl = Math.clamp(answer.ttl().toMillis(), LEAST_TTL_MILLIS, MOST_TTL_MILLIS);
        lookup.againMillis = nowMillis + (answer.failed() ? LEAST_TTL_MILLIS : ttl);
        if (!answer.failed()) {
            lookup.addresses = answer.addresses();
            resolveAll();
        }
    }

    private void resolveAll() {
        List<PeerDirectory.Peer> peers = directory.peers();
        for (Map.Entry<Key, PoolSpec> pool : pools.entrySet()) {
            EndpointSet now = endpoints(pool.getValue(), peers);
            if (!now.equals(published.put(pool.getKey(), now))) {
                publisher.publish(pool.getKey(), now);
            }
        }
    }

    private EndpointSet endpoints(PoolSpec spec, List<PeerDirectory.Peer> peers) {
        if (spec instanceof PoolSpec.Dns name) {
            Lookup lookup = lookups.get(name.host());
            return PoolResolver.resolved(name, lookup == null ? List.of() : lookup.addresses);
        }
        PoolSpec counts = spec;
        if (spec instanceof PoolSpec.Advertised offer
                && !directory.told(offer.service()).fallback().isEmpty()) {
            counts = offer.fallback();
        }
        return PoolResolver.resolve(counts, peers, nowMillis);
    }

    /** What is known of a name. */
    private static final class Lookup {
        private List<InetAddress> addresses = List.of();
        private long againMillis;
        private boolean underWay;
    }
}
