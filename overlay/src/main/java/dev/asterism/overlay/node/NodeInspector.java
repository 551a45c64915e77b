package dev.asterism.overlay.node;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.firewall.Firewall;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.relay.RelayEntry;
import dev.asterism.overlay.relay.RelayRole;
import dev.asterism.overlay.tunnel.MtuSearch;
import dev.asterism.overlay.tunnel.PathLimit;
import dev.asterism.overlay.tunnel.PathQuality;
import dev.asterism.overlay.tunnel.PathRecord;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.view.CertificateView;
import dev.asterism.overlay.view.DropView;
import dev.asterism.overlay.view.HandshakeView;
import dev.asterism.overlay.view.LastPacketView;
import dev.asterism.overlay.view.NodeView;
import dev.asterism.overlay.view.PathView;
import dev.asterism.overlay.view.PeerView;
import dev.asterism.overlay.view.RefusedPeerView;
import dev.asterism.overlay.view.RouteView;
import dev.asterism.overlay.view.WhyView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the views of a node. Control plane's thread only; what it returns is safe on any thread. */
public final class NodeInspector {

    private final Node node;

    NodeInspector(Node node) {
        this.node = node;
    }

    public NodeView node() {
        NodeSnapshot snapshot = node.snapshot();
        Certificate own = snapshot.identity().certificate();
        OverlayConfig.Lighthouse lighthouse = snapshot.config().lighthouse();
        List<NodeView.LighthouseView> lighthouses = new ArrayList<>();
        for (Ip host : lighthouse.hosts()) {
            Tunnel tunnel = node.tunnels().byOverlay(host);
            lighthouses.add(
                    new NodeView.LighthouseView(host, tunnel != null && tunnel.isConfirmed()));
        }
        return new NodeView(
                CertificateView.of(own, caName(snapshot, own)),
                snapshot.identity().certificates().stream()
                        .filter(other -> !other.equals(own))
                        .map(other -> CertificateView.of(other, caName(snapshot, other)))
                        .toList(),
                lighthouse.amLighthouse(),
                node.cipherName(),
                List.copyOf(lighthouses),
                counts(),
                node.control().relayTotals().view());
    }

    private static String caName(NodeSnapshot snapshot, Certificate certificate) {
        return snapshot.cas().issuerOf(certificate).map(Certificate::name).orElse("");
    }

    public NodeView.Counts counts() {
        Set<Ip> peers = new LinkedHashSet<>();
        int unconfirmed = 0;
        for (Tunnel tunnel : node.tunnels().all()) {
            peers.add(tunnel.primaryAddress());
            unconfirmed += tunnel.isConfirmed() ? 0 : 1;
        }
        Firewall firewall = node.firewall();
        return new NodeView.Counts(
                peers.size(),
                node.tunnels().size(),
                unconfirmed,
                node.control().handshakes().pendingHosts(),
                firewall.trackedFlows(),
                firewall.maxTrackedFlows(),
                firewall.evictedFlows(),
                node.commands().refused());
    }

    /** One for each tunnel, in the order they were made. */
    public List<PeerView> peers(Tick now) {
        return node.tunnels().all().stream().map(tunnel -> peer(tunnel, now)).toList();
    }

    /** The primary tunnel of an overlay address, or null. */
    public @Nullable PeerView peer(Ip address, Tick now) {
        Tunnel tunnel = node.tunnels().byOverlay(address);
        return tunnel == null ? null : peer(tunnel, now);
    }

    private PeerView peer(Tunnel tunnel, Tick now) {
        TunnelTable tunnels = node.tunnels();
        return new PeerView(
                CertificateView.of(tunnel.peer().certificate(), tunnel.peer().signer().name()),
                tunnels.isPrimary(tunnel),
                tunnel.isConfirmed(),
                tunnel.origin().initiator(),
                tunnel.addresses().stream().anyMatch(node.control().discovery()::isLighthouse),
                age(tunnel.watch().establishedNanos, now),
                path(tunnel, now),
                traffic(tunnel, now),
                quality(tunnel, now),
                new PeerView.Indexes(tunnel.session().localIndex(), tunnel.session().remoteIndex()),
                node.firewall().trackedFlows(tunnel.firewallPeer()));
    }

    private PathView path(Tunnel tunnel, Tick now) {
        Tunnel.Watch watch = tunnel.watch();
        long changed = watch.paths.changedNanos();
        UnderlayAddr remote = tunnel.remote();
        List<UnderlayAddr> candidates =
                tunnel.remotes().candidates(node.snapshot().config().preferredRanges()).stream()
                        .filter(candidate -> !candidate.equals(remote))
                        .toList();
        return new PathView(
                remote,
                relay(tunnel),
                age(changed == PathRecord.UNKNOWN ? watch.establishedNanos : changed, now),
                candidates,
                node.relays().entries(tunnel).stream()
                        .filter(entry -> entry.role() == RelayRole.FORWARDING && entry.isUsable())
                        .map(RelayEntry::peer)
                        .toList(),
                packetSize(tunnel, now),
                new PathExplanation(node.snapshot().pins(), now).of(tunnel));
    }

    private PathView.PacketSize packetSize(Tunnel tunnel, Tick now) {
        MtuSearch search = tunnel.watch().mtuSearch();
        int limit = tunnel.pathLimit().limit();
        boolean limited = limit != PathLimit.NONE;
        if (search == null || !limited && search.proven() == 0) {
            int assumed = node.snapshot().config().tun().mtu();
            return new PathView.PacketSize(assumed, PathView.SizeSource.ASSUMED, null);
        }
        return new PathView.PacketSize(
                limited ? limit : search.proven(),
                limited ? PathView.SizeSource.LIMITED : PathView.SizeSource.CONFIRMED,
                search.proven() == 0 ? null : age(search.provenNanos(), now));
    }

    private static PathView.@Nullable Relay relay(Tunnel tunnel) {
        return tunnel.path() instanceof Path.Relayed(RelayLeg leg)
                ? new PathView.Relay(leg.relay(), leg.relayName())
                : null;
    }

    private static PeerView.Traffic traffic(Tunnel tunnel, Tick now) {
        return new PeerView.Traffic(
                tunnel.traffic().packetsIn(),
                tunnel.traffic().packetsOut(),
                tunnel.traffic().bytesIn(),
                tunnel.traffic().bytesOut(),
                tunnel.session().window().missing(),
                ageOrNull(tunnel.traffic().peerUsedNanos(), now),
                ageOrNull(lastOutNanos(tunnel), now));
    }

    private static PeerView.Quality quality(Tunnel tunnel, Tick now) {
        PathQuality measured = tunnel.watch().quality;
        boolean known = measured.rttNanos() != PathQuality.UNKNOWN;
        PathQuality.Rate rate = measured.rate(tunnel, now.nanos());
        return new PeerView.Quality(
                known ? Duration.ofNanos(measured.rttNanos()) : null,
                known ? age(measured.rttAtNanos(), now) : null,
                measured.isRough(),
                rate.in(),
                rate.out());
    }

    /** Packets that waited for the handshake were sent at its end, not by a lane. */
    private static long lastOutNanos(Tunnel tunnel) {
        long byLanes = tunnel.traffic().lastOutNanos();
        return byLanes == Long.MIN_VALUE && tunnel.traffic().packetsOut() > 0
                ? tunnel.watch().establishedNanos
                : byLanes;
    }

    /** Handshakes of ours without an answer yet, oldest first. */
    public List<HandshakeView> handshakes(Tick now) {
        return node.control().handshakes().views(now);
    }

    /** The last peers that block lists refused, the latest first. */
    public List<RefusedPeerView> refused(Tick now) {
        return node.control().handshakes().refused().views(now);
    }

    /** The last packets that the firewall refused, oldest first. */
    public List<DropView> drops() {
        return node.control().drops().entries();
    }

    /** Networks that this node sends into the overlay: its own, then those behind peers. */
    public List<RouteView> routes() {
        NodeSnapshot snapshot = node.snapshot();
        boolean hasDevice = !snapshot.config().tun().disabled();
        List<RouteView> routes = new ArrayList<>();
        for (Cidr network : snapshot.identity().networks()) {
            routes.add(new RouteView(network.masked(), List.of(), 0, 0, hasDevice));
        }
        for (OverlayConfig.UnsafeRoute route : snapshot.config().tun().unsafeRoutes()) {
            List<RouteView.GatewayView> gateways =
                    route.via().stream()
                            .map(
                                    via ->
                                            new RouteView.GatewayView(
                                                    via.gateway(),
                                                    via.weight(),
                                                    peerName(via.gateway())))
                            .toList();
            routes.add(
                    new RouteView(
                            route.route(),
                            gateways,
                            route.mtu(),
                            route.metric(),
                            hasDevice && route.install()));
        }
        return List.copyOf(routes);
    }

    private String peerName(Ip address) {
        Tunnel tunnel = node.tunnels().byOverlay(address);
        return tunnel == null ? "" : tunnel.peerName();
    }

    /** What would become of a packet that nobody has sent; the first of its flow. */
    public WhyView why(WhyView.PacketQuestion question, Tick now) {
        return new PacketTrace(node, this, question).trace(now);
    }

    /** What became of the last packet that this node remembers between two hosts; null when there is none. */
    public @Nullable LastPacketView lastPacket(LastPacketView.Pair wanted, Tick now) {
        return new LastPacket(node, this, wanted).find(now);
    }

    private static Duration age(long sinceNanos, Tick now) {
        return Duration.ofNanos(Math.max(0, now.nanos() - sinceNanos));
    }

    private static @Nullable Duration ageOrNull(long sinceNanos, Tick now) {
        return sinceNanos == Long.MIN_VALUE ? null : age(sinceNanos, now);
    }
}
