package dev.asterism.agent.l7;

import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.pool.PeerDirectory;
import dev.asterism.l7.pool.PeerDirectory.Offer;
import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.node.Node;
import dev.asterism.overlay.view.CertificateView;
import dev.asterism.overlay.view.PeerView;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The peers that this node has a tunnel to, as the control plane's read model shows them every half second. Whose
 * certificate has ended, or is blocked by the configuration or a revocation bundle, is told, so that its requests can
 * be cut. Any thread.
 */
final class TunnelPeers implements PeerDirectory, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    private static final long LOOK_MILLIS = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Node node;
    private final MeshServices services;
    private final PathLoss losses = new PathLoss();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService looking =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("l7-peers").factory());
    private volatile List<Peer> peers = List.of();
    private volatile ToldServices told = ToldServices.NOTHING;
    private volatile Map<String, Told> toldOf = Map.of();

    TunnelPeers(Node node, MeshServices services) {
        this.node = node;
        this.services = services;
    }

    /**
     * Begins to look.
     *
     * @param cut is told whose requests may not go on
     */
    void start(Consumer<Predicate<Caller>> cut) {
        var _ =
                looking.scheduleWithFixedDelay(
                        () -> lookSafely(cut), 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** An exception would end the watch for good. */
    private void lookSafely(Consumer<Predicate<Caller>> cut) {
        try {
            look(cut);
        } catch (RuntimeException e) {
            LOG.atError().setMessage("L7 filter: reading the peers failed").setCause(e).log();
        }
    }

    private void look(Consumer<Predicate<Caller>> cut) {
        ToldServices next =
                ControlPlaneCall.ask(
                        node,
                        PATIENCE,
                        tick ->
                                new ToldServices(
                                        services.exchange(tick), node.inspector().peers(tick)));
        if (next != null) {
            List<PeerView> now = next.peers();
            losses.look(now, System.nanoTime());
            List<PeerView> before = told.peers();
            NodeSnapshot snapshot = node.snapshot();
            Predicate<CertificateId> blocked = snapshot.cas()::blocks;
            take(next, blocked, snapshot.own().networks());
            Set<String> ended = ended(before, blocked, Instant.now());
            ended.addAll(replaced(before, now));
            if (!ended.isEmpty()) {
                cut.accept(caller -> ended.contains(caller.fingerprint()));
            }
        }
    }

    /**
     * Takes over what the control plane shows; tells listeners when it means other peers.
     *
     * @param own networks of this node
     */
    void take(ToldServices now, Predicate<CertificateId> blocked, List<Cidr> own) {
        told = now;
        List<Peer> next = peers(now, blocked, own, losses);
        Map<String, Told> nextTold = now.told();
        if (!next.equals(peers) || !nextTold.equals(toldOf)) {
            peers = next;
            toldOf = nextTold;
            listeners.forEach(Runnable::run);
        }
    }

    /** Fingerprints of certificates that were good a moment ago. */
    static Set<String> ended(List<PeerView> before, Predicate<CertificateId> blocked, Instant at) {
        Set<String> ended = new TreeSet<>();
        for (PeerView view : before) {
            CertificateView certificate = view.certificate();
            if (blocked.test(certificate.id()) || certificate.notAfter().isBefore(at)) {
                ended.add(certificate.fingerprint());
            }
        }
        return ended;
    }

    /**
     * Fingerprints of certificates that are in no tunnel any more, of peers that have shown another
     * one since with other groups or another name. A certificate that was merely renewed cuts
     * nobody.
     */
    static Set<String> replaced(List<PeerView> before, List<PeerView> now) {
        Set<String> replaced = new TreeSet<>();
        for (PeerView old : before) {
            CertificateView was = old.certificate();
            boolean gone =
                    now.stream()
                            .noneMatch(
                                    view ->
                                            view.certificate()
                                                    .fingerprint()
                                                    .equals(was.fingerprint()));
            if (gone && now.stream().anyMatch(view -> isOther(was, view.certificate()))) {
                replaced.add(was.fingerprint());
            }
        }
        return replaced;
    }

    private static boolean isOther(CertificateView was, CertificateView is) {
        boolean sameHost = was.addresses().stream().anyMatch(is.addresses()::contains);
        return sameHost
                && !(was.name().equals(is.name())
                        && Set.copyOf(was.groups()).equals(Set.copyOf(is.groups())));
    }

    /** What the pools get to see: of each peer its primary tunnel, in the order of names. */
    static List<Peer> peers(
            ToldServices now, Predicate<CertificateId> blocked, List<Cidr> own, PathLoss losses) {
        Map<InetAddress, Peer> byAddress = new LinkedHashMap<>();
        Map<Ip, List<Offer>> offers = now.offersByHost();
        List<PeerView> sorted = new ArrayList<>(now.peers());
        sorted.sort(
                Comparator.comparing((PeerView view) -> view.certificate().name())
                        .thenComparing(view -> view.certificate().fingerprint()));
        for (PeerView view : sorted) {
            if (view.primary()) {
                CertificateView certificate = view.certificate();
                InetAddress address = inet(reachable(certificate.addresses(), own));
                byAddress.putIfAbsent(
                        address,
                        new Peer(
                                certificate.name(),
                                certificate.groups(),
                                address,
                                view.confirmed(),
                                blocked.test(certificate.id()),
                                certificate.notAfter().toEpochMilli(),
                                ToldServices.offersOf(offers, certificate),
                                losses.of(view)));
            }
        }
        return List.copyOf(byAddress.values());
    }

    /** The first address of a peer that is in a network of ours: packets to others do not reach it. */
    private static Ip reachable(List<Ip> addresses, List<Cidr> own) {
        return addresses.stream()
                .filter(address -> own.stream().anyMatch(network -> network.contains(address)))
                .findFirst()
                .orElse(addresses.getFirst());
    }

    static InetAddress inet(Ip address) {
        try {
            return InetAddress.getByAddress(address.toBytes());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    @Override
    public List<Peer> peers() {
        return peers;
    }

    @Override
    public Told told(String service) {
        return toldOf.getOrDefault(service, Told.ALL);
    }

    /** As at the last look. */
    ToldServices services() {
        return told;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** A peer by the name in its certificate or an overlay address; null when there is no tunnel. */
    @Nullable Caller caller(String nameOrAddress, String network) {
        Ip address = Ip.parse(nameOrAddress);
        for (PeerView view : told.peers()) {
            CertificateView certificate = view.certificate();
            if (certificate.name().equals(nameOrAddress)
                    || address != null && certificate.addresses().contains(address)) {
                return caller(certificate, network);
            }
        }
        return null;
    }

    static Caller caller(CertificateView certificate, String network) {
        return new Caller(
                certificate.name(),
                certificate.groups(),
                certificate.addresses().getFirst().toString(),
                certificate.fingerprint(),
                network);
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
