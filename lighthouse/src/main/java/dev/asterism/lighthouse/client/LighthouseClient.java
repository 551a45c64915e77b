package dev.asterism.lighthouse.client;

import dev.asterism.lighthouse.book.AddressBook;
import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.lighthouse.wire.MessageSender;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.discovery.PeerMessage;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.RemoteList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The side of discovery that reports, asks and believes lighthouses (spec wire.md 9.2 to 9.4). */
public final class LighthouseClient {

    private final Supplier<DiscoverySettings> settings;
    private final AddressBook book;
    private final ControlLink link;
    private final EventSink events;
    private final AdvertisedAddresses own;
    private final OwnRecordCheck record;
    private final HostUpdates updates;
    private final HostQueries queries;
    private final LighthouseWatch watch;
    private final RelayWatch relays;
    private final Set<Ip> registered = new LinkedHashSet<>();

    public LighthouseClient(
            Supplier<DiscoverySettings> settings,
            AddressBook book,
            MessageSender sender,
            EventSink events,
            AdvertisedAddresses own,
            RandomSource random) {
        this.settings = settings;
        this.book = book;
        this.link = sender.link();
        this.events = events;
        this.own = own;
        this.record = new OwnRecordCheck(settings, sender, events);
        this.updates = new HostUpdates(settings, sender, own, random, record);
        this.queries = new HostQueries(settings, sender, events);
        this.watch = new LighthouseWatch(settings, link, random);
        this.relays = new RelayWatch(settings, link, random);
    }

    public void start(Tick now) {
        warn();
        own.start(now);
        updates.restart(now);
        watch.restart(now);
        relays.restart(now);
    }

    private void warn() {
        DiscoverySettings s = settings.get();
        List<Ip> hosts = s.lighthouse().hosts();
        if (!s.amLighthouse() && hosts.isEmpty()) {
            events.emit(new LighthouseClientEvent.NoLighthouses());
        }
        for (Ip host : hosts) {
            if (!s.isInOurNetworks(host)) {
                events.emit(new LighthouseClientEvent.LighthouseOutsideNetworks(host));
            }
        }
    }

    /** Settings have changed; a new lighthouse, other relays or another interval are reported at once. */
    public void reconfigured(DiscoverySettings before, Tick now) {
        DiscoverySettings after = settings.get();
        boolean sameHosts = before.lighthouse().hosts().equals(after.lighthouse().hosts());
        boolean sameInterval = before.lighthouse().interval().equals(after.lighthouse().interval());
        own.start(now);
        watch.restart(now);
        relays.restart(now);
        if (!sameHosts) {
            warn();
            registered.clear();
        }
        if ((!sameHosts || !sameInterval) && updates.restart(now)) {
            return;
        }
        if (!sameHosts || !before.advertisedRelays().equals(after.advertisedRelays())) {
            updates.sendUpdates(now);
        } else {
            updates.tellIfChanged(now);
        }
    }

    public void handshakeFailed(Ip overlay) {
        if (settings.get().isLighthouse(overlay)) {
            watch.handshakeFailed();
        }
        relays.handshakeFailed(overlay);
    }

    /** Also when the addresses are the same: what a lighthouse knows of us may lead to a link that was down. */
    public void localAddressesChanged(Tick now) {
        updates.tellAgain(now);
    }

    public boolean isBehindNat() {
        return record.isBehindNat();
    }

    /** A tunnel was made: if it leads to a lighthouse, that one hears where we are. */
    public void sessionMade(List<Ip> peerAddresses, Tick now) {
        peerAddresses.forEach(relays::sessionMade);
        for (Ip address : peerAddresses) {
            if (settings.get().isLighthouse(address)) {
                updates.tellOne(address, now);
                queries.askAgain(now);
                return;
            }
        }
    }

    public void query(Ip overlay, Tick now) {
        DiscoverySettings s = settings.get();
        if (!s.usesLighthouses() || s.isLighthouse(overlay) || s.isOurs(overlay)) {
            return;
        }
        book.listOf(overlay);
        queries.query(overlay, now);
    }

    /** Believes lighthouses only, and only about peers that somebody here asked about. */
    public void onHostQueryReply(PeerMessage from, LighthouseMessage answer, Tick now) {
        Ip overlay = answer.overlay();
        if (!settings.get().isLighthouse(from.addresses())) {
            events.emit(new LighthouseClientEvent.ReplyIgnored(from.primary()));
            return;
        }
        if (overlay != null && settings.get().isOurs(overlay)) {
            record.onHostQueryReply(from.primary(), answer, now);
            return;
        }
        RemoteList list = overlay == null ? null : book.known(overlay);
        if (overlay == null || list == null) {
            return;
        }
        queries.answered(overlay);
        take(from, answer, list);
        events.emit(
                new LighthouseClientEvent.AddressesReceived(
                        overlay, from.primary(), answer.addresses()));
        link.wakeHandshake(overlay, now);
    }

    /**
     * A lighthouse calls for a punch and says where that peer is: a peer we have a tunnel with has perhaps moved
     * without a word to us, as it looks for us from there.
     */
    public void onPunchNotification(PeerMessage from, LighthouseMessage request) {
        Ip overlay = request.overlay();
        RemoteList list = overlay == null || !link.hasTunnel(overlay) ? null : book.known(overlay);
        if (list != null && settings.get().isLighthouse(from.addresses())) {
            take(from, request, list);
        }
    }

    private void take(PeerMessage from, LighthouseMessage news, RemoteList list) {
        List<UnderlayAddr> before = list.candidates(List.of());
        list.report(from.primary(), news.addresses(), news.relays());
        List<UnderlayAddr> fresh =
                list.candidates(List.of()).stream().filter(a -> !before.contains(a)).toList();
        if (!fresh.isEmpty()) {
            link.remotesChanged(list.overlay().getFirst(), fresh);
        }
    }

    public void acknowledged(PeerMessage from) {
        if (settings.get().isLighthouse(from.addresses()) && registered.add(from.primary())) {
            events.emit(new LighthouseClientEvent.Registered(from.primary()));
        }
    }

    public void onTimer(Tick now) {
        record.onTimer(now);
        watch.onTimer(now);
        relays.onTimer(now);
        updates.onTimer(now);
        queries.onTimer(now);
    }

    public long nextDeadlineNanos() {
        long reports = Math.min(record.nextDeadlineNanos(), updates.nextDeadlineNanos());
        long tunnels = Math.min(watch.nextDeadlineNanos(), relays.nextDeadlineNanos());
        return Math.min(reports, Math.min(queries.nextDeadlineNanos(), tunnels));
    }
}
