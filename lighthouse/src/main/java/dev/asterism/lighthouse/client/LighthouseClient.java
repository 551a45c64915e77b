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
    }

    public void start(Tick now) {
        warn();
        own.start(now);
        updates.restart(now);
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

    public void localAddressesChanged(Tick now) {
        updates.tellIfChanged(now);
    }

    /** A tunnel was made: if it leads to a lighthouse, that one hears where we are. */
    public void sessionMade(List<Ip> peerAddresses, Tick now) {
        for (Ip address : peerAddresses) {
            if (settings.get().isLighthouse(address)) {
                updates.tellOne(address, now);
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
        list.report(from.primary(), answer.addresses(), answer.relays());
        events.emit(
                new LighthouseClientEvent.AddressesReceived(
                        overlay, from.primary(), answer.addresses()));
        link.wakeHandshake(overlay, now);
    }

    public void acknowledged(PeerMessage from) {
        if (settings.get().isLighthouse(from.addresses()) && registered.add(from.primary())) {
            events.emit(new LighthouseClientEvent.Registered(from.primary()));
        }
    }

    public void onTimer(Tick now) {
        record.onTimer(now);
        updates.onTimer(now);
        queries.onTimer(now);
    }

    public long nextDeadlineNanos() {
        long reports = Math.min(record.nextDeadlineNanos(), updates.nextDeadlineNanos());
        return Math.min(reports, queries.nextDeadlineNanos());
    }
}
