package dev.asterism.l7.pool;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Says what a {@link PoolSpec} means. A peer whose tunnel is dead, or whose certificate has ended or is blocked, is not
 * among the endpoints, so that no request has to fail on it first; one whose own check fails is marked. Pure.
 */
public final class PoolResolver {

    private PoolResolver() {}

    /** The endpoints of every source but DNS. */
    public static EndpointSet resolve(
            PoolSpec spec, List<PeerDirectory.Peer> peers, long nowMillis) {
        return switch (spec) {
            case PoolSpec.Select select -> selected(select, peers, nowMillis);
            case PoolSpec.Advertised offer -> offered(offer, peers, nowMillis);
            case PoolSpec.Static list -> listed(list);
            case PoolSpec.Dns _ -> EndpointSet.EMPTY;
        };
    }

    /** The endpoints of a name: each is called by its address, and they come in one order, however DNS turns them. */
    public static EndpointSet resolved(PoolSpec.Dns spec, List<InetAddress> addresses) {
        List<EndpointSet.Entry> entries = new ArrayList<>();
        for (InetAddress address : addresses) {
            entries.add(
                    new EndpointSet.Entry(
                            address.getHostAddress() + ":" + spec.port(),
                            new InetSocketAddress(address, spec.port()),
                            1,
                            Long.MAX_VALUE));
        }
        entries.sort(Comparator.comparing(EndpointSet.Entry::name));
        return distinct(entries);
    }

    private static EndpointSet selected(
            PoolSpec.Select spec, List<PeerDirectory.Peer> peers, long nowMillis) {
        List<EndpointSet.Entry> entries = new ArrayList<>();
        for (PeerDirectory.Peer peer : peers) {
            if (isUsable(peer, nowMillis) && spec.selector().matches(peer.name(), peer.groups())) {
                entries.add(entry(peer, spec.port(), 1, true));
            }
        }
        return distinct(entries);
    }

    private static EndpointSet offered(
            PoolSpec.Advertised spec, List<PeerDirectory.Peer> peers, long nowMillis) {
        List<EndpointSet.Entry> entries = new ArrayList<>();
        for (PeerDirectory.Peer peer : peers) {
            for (PeerDirectory.Offer offer : peer.offers()) {
                boolean wanted =
                        offer.service().equals(spec.service())
                                && (spec.version().isEmpty()
                                        || spec.version().equals(offer.version()));
                if (wanted && isUsable(peer, nowMillis)) {
                    int weight = Math.max(1, offer.weight());
                    entries.add(entry(peer, offer.port(), weight, offer.isHealthy()));
                }
            }
        }
        return distinct(entries);
    }

    private static boolean isUsable(PeerDirectory.Peer peer, long nowMillis) {
        return peer.isAlive() && !peer.isBlocked() && peer.expiresMillis() > nowMillis;
    }

    private static EndpointSet.Entry entry(
            PeerDirectory.Peer peer, int port, int weight, boolean healthy) {
        return new EndpointSet.Entry(
                peer.name(),
                new InetSocketAddress(peer.address(), port),
                weight,
                peer.expiresMillis(),
                healthy,
                peer.path());
    }

    private static EndpointSet listed(PoolSpec.Static spec) {
        List<EndpointSet.Entry> entries = new ArrayList<>();
        for (PoolSpec.Target target : spec.targets()) {
            entries.add(forever(target.address(), target.weight()));
        }
        return distinct(entries);
    }

    private static EndpointSet.Entry forever(SocketAddress address, int weight) {
        String name =
                address instanceof InetSocketAddress tcp
                        ? tcp.getHostString() + ":" + tcp.getPort()
                        : "unix:" + address;
        return new EndpointSet.Entry(name, address, weight, Long.MAX_VALUE);
    }

    private static EndpointSet distinct(List<EndpointSet.Entry> entries) {
        Map<SocketAddress, EndpointSet.Entry> byAddress = new LinkedHashMap<>();
        entries.forEach(entry -> byAddress.putIfAbsent(entry.address(), entry));
        return new EndpointSet(List.copyOf(byAddress.values()));
    }
}
