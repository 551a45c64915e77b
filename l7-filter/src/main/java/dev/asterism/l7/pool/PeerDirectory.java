package dev.asterism.l7.pool;

import java.net.InetAddress;
import java.util.List;

/** The live peers of this node, as its tunnels and the lighthouse know them. Safe on any thread. */
public interface PeerDirectory {

    /** What is known at the moment: immutable, in an order that does not change by chance. */
    List<Peer> peers();

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
     */
    record Peer(
            String name,
            List<String> groups,
            InetAddress address,
            boolean isAlive,
            boolean isBlocked,
            long expiresMillis,
            List<Offer> offers) {

        public Peer {
            groups = List.copyOf(groups);
            offers = List.copyOf(offers);
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
