package dev.asterism.lighthouse;

import dev.asterism.lighthouse.book.AddressBook;
import dev.asterism.lighthouse.bundle.BundleExchange;
import dev.asterism.lighthouse.bundle.BundleKeeping;
import dev.asterism.lighthouse.bundle.BundleMessage;
import dev.asterism.lighthouse.client.AdvertisedAddresses;
import dev.asterism.lighthouse.client.LighthouseClient;
import dev.asterism.lighthouse.client.LocalAddresses;
import dev.asterism.lighthouse.memory.PeerMemory;
import dev.asterism.lighthouse.memory.RememberedPeer;
import dev.asterism.lighthouse.punch.PunchScheduler;
import dev.asterism.lighthouse.server.LighthouseServer;
import dev.asterism.lighthouse.services.ServiceExchange;
import dev.asterism.lighthouse.services.ServiceMessage;
import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.lighthouse.staticmap.NameAnswer;
import dev.asterism.lighthouse.staticmap.NameQuery;
import dev.asterism.lighthouse.staticmap.NameResolver;
import dev.asterism.lighthouse.staticmap.StaticHosts;
import dev.asterism.lighthouse.wire.ExtensionMessages;
import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.lighthouse.wire.MessageCounters;
import dev.asterism.lighthouse.wire.MessageSender;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.SignedBlocklists;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.discovery.PeerMessage;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.RemoteFilter;
import dev.asterism.overlay.path.RemoteList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where peers are: the one object the control plane talks to. Owns message type 3. Call {@link #start} once,
 * then {@link #onTimer} when {@link #nextDeadlineNanos} has come; all on the control plane's thread.
 */
public final class Discovery implements PeerDiscovery {

    /** Peers without a tunnel that are remembered; enough for a scan of a /20. */
    private static final int UNCONNECTED_PEERS = 4096;

    /** On a lighthouse, which has as many more after a restart until they are back. */
    private static final int UNCONNECTED_ON_LIGHTHOUSE =
            UNCONNECTED_PEERS + PeerMemory.MAX_ON_LIGHTHOUSE;

    private final ControlLink link;
    private final EventSink events;
    private final AddressBook book;
    private final PeerMemory memory;
    private final StaticHosts statics;
    private final AdvertisedAddresses own;
    private final LighthouseClient client;
    private final LighthouseServer server;
    private final PunchScheduler punches;
    private final BundleExchange exchange;
    private final MessageCounters counters = new MessageCounters();
    private List<String> blocklist = List.of();
    private DiscoverySettings settings;
    private Runnable onNews = () -> {};
    private boolean started;

    /** Made when the first host offers or asks: most lighthouses and hosts never need it. */
    private @Nullable ServiceExchange services;

    public Discovery(
            DiscoverySettings settings,
            ControlLink link,
            EventSink events,
            NameResolver resolver,
            LocalAddresses locals,
            RandomSource random) {
        this.settings = settings;
        this.link = link;
        this.events = events;
        Consumer<NameQuery> lookUp = query -> resolver.resolve(query, this::namesResolved);
        MessageSender sender = new MessageSender(link, counters);
        this.book =
                new AddressBook(
                        () -> this.settings.rules(),
                        ip -> this.settings.staticHosts().containsKey(ip) || link.hasTunnel(ip),
                        settings.amLighthouse() ? UNCONNECTED_ON_LIGHTHOUSE : UNCONNECTED_PEERS,
                        this::changed);
        this.memory = new PeerMemory(book, link, settings.amLighthouse());
        this.statics = new StaticHosts(book, link, events, lookUp, settings);
        this.own =
                new AdvertisedAddresses(
                        () -> this.settings, locals, this::lighthouseAddresses, lookUp, events);
        this.client = new LighthouseClient(() -> this.settings, book, sender, events, own, random);
        this.server = new LighthouseServer(() -> this.settings, book, sender, events);
        this.punches = new PunchScheduler(() -> this.settings, link, counters, events);
        BundleKeeping bundles = new BundleKeeping(link.bundles(), events, this::revoked);
        this.exchange = new BundleExchange(() -> this.settings, link, bundles, random);
    }

    private void revoked() {
        block(blocklist);
        onNews.run();
    }

    private void changed(RemoteList list) {
        server.recordChanged(list);
        onNews.run();
    }

    private List<Ip> lighthouseAddresses() {
        return settings.lighthouse().hosts().stream()
                .map(book::known)
                .filter(Objects::nonNull)
                .flatMap(known -> known.candidates(List.of()).stream())
                .map(UnderlayAddr::ip)
                .distinct()
                .toList();
    }

    /** Warns, looks names up, and reports to the lighthouses, to which handshakes begin. */
    public void start(Tick now) {
        started = true;
        statics.start(now);
        client.start(now);
        exchange.restart(now);
    }

    @Override
    public void onTimer(Tick now) {
        if (!started) {
            start(now);
        }
        memory.onTimer(now);
        statics.onTimer(now);
        client.onTimer(now);
        punches.onTimer(now);
        server.onTimer(now);
        exchange.onTimer(now);
        if (services != null) {
            services.onTimer(now);
        }
    }

    /** Monotonic; {@link Long#MAX_VALUE} for never, 0 before the start. */
    @Override
    public long nextDeadlineNanos() {
        if (!started) {
            return 0;
        }
        long names = Math.min(statics.nextDeadlineNanos(), memory.nextDeadlineNanos());
        long others = Math.min(punches.nextDeadlineNanos(), server.nextDeadlineNanos());
        long asked = Math.min(client.nextDeadlineNanos(), exchange.nextDeadlineNanos());
        if (services != null) {
            asked = Math.min(asked, services.nextDeadlineNanos());
        }
        return Math.min(names, Math.min(asked, others));
    }

    @Override
    public void reconfigure(OverlayConfig config, Tick now) {
        block(config.pki().blocklist());
        reconfigure(settings.withConfig(config), now);
    }

    /** Replaces all settings but the role; new lighthouses hear from us at once. */
    public void reconfigure(DiscoverySettings next, Tick now) {
        DiscoverySettings before = settings;
        settings = next.inRoleOf(before);
        statics.reconfigure(settings, now);
        client.reconfigured(before, now);
        exchange.restart(now);
    }

    /** Answer of the {@link NameResolver}; on the control plane's thread. */
    public void namesResolved(NameQuery query, NameAnswer answer, Tick now) {
        statics.namesResolved(query, answer, now);
        if (own.namesResolved(query, answer)) {
            client.localAddressesChanged(now);
        }
    }

    /** Interfaces or routes came, went or moved: lighthouses hear from us at once. */
    @Override
    public void localAddressesChanged(Tick now) {
        client.localAddressesChanged(now);
    }

    @Override
    public boolean isBehindNat() {
        return client.isBehindNat();
    }

    @Override
    public RemoteList remotesOf(Ip overlay) {
        RemoteList known = book.known(overlay);
        if (known != null) {
            return known;
        }
        RemoteList made = book.listOf(overlay);
        memory.fill(made);
        return made;
    }

    @Override
    public boolean handshakeStarting(Ip overlay, Tick now) {
        List<UnderlayAddr> calculated = settings.lists().calculated().of(overlay);
        RemoteList list = remotesOf(overlay);
        list.calculate(calculated);
        if (list.candidates(List.of()).isEmpty()) {
            memory.fill(list); // where the peer was is better than nowhere
        }
        statics.refresh(overlay, now);
        return statics.isStatic(overlay) || !calculated.isEmpty();
    }

    @Override
    public void query(Ip overlay, Tick now) {
        remotesOf(overlay);
        client.query(overlay, now);
    }

    @Override
    public boolean isLighthouse(Ip overlay) {
        return settings.isLighthouse(overlay);
    }

    @Override
    public void sessionMade(List<Ip> peerAddresses, Tick now) {
        RemoteList known = book.known(peerAddresses.getFirst());
        if (known == null || !known.overlay().equals(peerAddresses)) {
            book.unify(peerAddresses);
            statics.fill(peerAddresses.getFirst());
        }
        memory.sessionMade(peerAddresses);
        client.sessionMade(peerAddresses, now);
        server.sessionMade(peerAddresses.getFirst(), now);
        exchange.sessionMade(peerAddresses, now);
        if (services != null) {
            services.sessionMade(peerAddresses, now);
        }
        onNews.run();
    }

    @Override
    public void handshakeFailed(Ip overlay) {
        client.handshakeFailed(overlay);
        RemoteList list = book.known(overlay);
        if (list != null) {
            list.handshakeFailed();
        }
    }

    @Override
    public void peerGone(List<Ip> peerAddresses) {
        memory.peerGone(peerAddresses);
        if (peerAddresses.stream().noneMatch(statics::isStatic)) {
            book.forget(peerAddresses);
        }
    }

    @Override
    public void handle(PeerMessage message, Tick now) {
        if (message.addresses().isEmpty()) {
            counters.countMalformed();
            return;
        }
        if (BundleMessage.isOne(message.payload())) {
            if (!exchange.handle(message, now)) {
                counters.countMalformed();
            }
            return;
        }
        if (ExtensionMessages.isService(message.payload())) {
            boolean listens =
                    services != null
                            || settings.amLighthouse()
                            || ServiceMessage.isOwnAsk(message.payload());
            if (!listens || !services(now).handle(message, now)) {
                counters.countMalformed();
            }
            return;
        }
        LighthouseMessage content = LighthouseMessage.decode(message.payload());
        if (content == null) {
            counters.countMalformed();
            return;
        }
        counters.countReceived(content.kind());
        switch (content.kind()) {
            case HOST_QUERY -> server.onHostQuery(message, content, now);
            case HOST_UPDATE -> server.onHostUpdate(message, content, now);
            case HOST_QUERY_REPLY -> client.onHostQueryReply(message, content, now);
            case HOST_UPDATE_ACK -> client.acknowledged(message);
            case HOST_PUNCH -> {
                client.onPunchNotification(message, content);
                punches.onPunchNotification(message, content, now);
            }
            case NONE, HOST_MOVED, HOST_WHOAMI, HOST_WHOAMI_REPLY, PATH_CHECK, PATH_CHECK_REPLY -> {
                // Reserved numbers that no version sends.
            }
        }
    }

    /**
     * Takes over what an earlier process kept. Call once, before {@link #start}.
     *
     * @param blocklist fingerprints; peers with such certificates are left out
     */
    public void restore(List<RememberedPeer> kept, List<String> blocklist, Tick now) {
        block(blocklist);
        memory.restore(kept, now);
    }

    private void block(List<String> configured) {
        blocklist = configured;
        Blocklist ofFile = Blocklist.parse(configured).blocklist();
        SignedBlocklists ofCas = exchange.kept().inForce().blocklists();
        memory.block(shown -> ofFile.contains(shown) || ofCas.contains(shown));
    }

    /** What is worth keeping over a restart; on the control plane's thread, as all else. */
    public List<RememberedPeer> remembered() {
        return memory.peers();
    }

    /** Tells when {@link #remembered} may have changed; called on the control plane's thread, must not block. */
    public void onNews(Runnable hears) {
        onNews = hears;
    }

    /** Revocation bundles; on the control plane's thread. */
    public BundleExchange exchange() {
        return exchange;
    }

    /** Advertised services; on the control plane's thread. */
    public ServiceExchange services(Tick now) {
        if (services == null) {
            services = new ServiceExchange(() -> settings, link, events, now);
        }
        return services;
    }

    /** As above; null: nobody has offered or asked for any. */
    public @Nullable ServiceExchange servicesOrNull() {
        return services;
    }

    /** For inspection: each peer once. */
    public List<RemoteList> known() {
        return book.lists();
    }

    public MessageCounters counters() {
        return counters;
    }

    /** The remote allow lists as they are at each call, for handshakes and roaming. */
    public RemoteFilter policy() {
        return (overlay, remote) -> settings.lists().remote().allows(overlay, remote);
    }

    public DiscoverySettings settings() {
        return settings;
    }
}
