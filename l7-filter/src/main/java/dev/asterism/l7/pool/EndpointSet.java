package dev.asterism.l7.pool;

import dev.asterism.l7.balance.PathFacts;
import java.net.SocketAddress;
import java.util.List;

/**
 * The endpoints of a pool at a moment. Immutable.
 *
 * @param entries in an order that does not change by chance, no address twice
 */
public record EndpointSet(List<Entry> entries) {

    public static final EndpointSet EMPTY = new EndpointSet(List.of());

    public EndpointSet {
        entries = List.copyOf(entries);
    }

    /**
     * @param name of the node, or its address as text
     * @param weight from 1
     * @param expiresMillis when its certificate ends, of the epoch; {@link Long#MAX_VALUE}: never
     * @param healthy by its own node's check; others get no requests unless too few are left
     */
    public record Entry(
            String name,
            SocketAddress address,
            int weight,
            long expiresMillis,
            boolean healthy,
            PathFacts path) {

        /** Of which nothing bad is known. */
        public Entry(String name, SocketAddress address, int weight, long expiresMillis) {
            this(name, address, weight, expiresMillis, true, PathFacts.NONE);
        }
    }

    /** When the first of them ends, {@link Long#MAX_VALUE}: never. */
    public long expiresMillis() {
        return entries.stream().mapToLong(Entry::expiresMillis).min().orElse(Long.MAX_VALUE);
    }
}
