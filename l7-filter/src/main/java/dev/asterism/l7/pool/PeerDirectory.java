package dev.asterism.l7.pool;

import dev.asterism.l7.balance.PathFacts;
import java.net.InetAddress;
import java.util.List;

/** The live peers of this node, as its tunnels and the lighthouse know them. Safe on any thread. */
public interface PeerDirectory {

    /** What is known at the moment: immutable, in an order that does not change by chance. */
    List<Peer> peers();

    /** What is known of a service beyond its endpoints. */
    default Told told(String service) {
        return Told.ALL;
    }

    /**
     * How endpoints of an advertised service are known.
     *
     * @param fallback why the groups of live peers count instead, as a clause; empty: they do not
     * @param notes what people should know: who is left out, and why
     */
    record Told(String fallback, List<String> notes) {

        /** The lighthouse tells, and nothing is left out. */
        public static final Told ALL = new Told("", List.of());

        public Told {
            notes = List.copyOf(notes);
        }
    }

    /** Calls back, on any thread, when {@link #peers} is another list. */
    void onChange(Runnable listener);

    /**
     * A peer.
     *
     * @param name of its certificate
     * @param groups of its certificate
     * @param address on the overlay
     * @param isAlive its tunnel is up or can be expected to come up; false: it is known to be dead
     * @param isBlocked its certificate is on the block list
     * @param expiresMillis when its certificate ends, of the epoch
     * @param offers the services that it offers and may offer
     * @param path how packets get there
     */
    record Peer(
            String name,
            List<String> groups,
            InetAddress address,
            boolean isAlive,
            boolean isBlocked,
            long expiresMillis,
            List<Offer> offers,
            PathFacts path) {

        public Peer {
            groups = List.copyOf(groups);
            offers = List.copyOf(offers);
        }

        /** Of whose path nothing is known. */
        public Peer(
                String name,
                List<String> groups,
                InetAddress address,
                boolean isAlive,
                boolean isBlocked,
                long expiresMillis,
                List<Offer> offers) {
            this(name, groups, address, isAlive, isBlocked, expiresMillis, offers, PathFacts.NONE);
        }
    }

    /**
     * A service that a peer offers.
     *
     * @param version may be empty
     * @param isHealthy by the peer's own check
     */
    record Offer(String service, String version, int port, int weight, boolean isHealthy) {}
}
