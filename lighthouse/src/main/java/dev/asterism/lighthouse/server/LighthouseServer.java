package dev.asterism.lighthouse.server;

import dev.asterism.lighthouse.book.AddressBook;
import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.lighthouse.wire.AddressForm;
import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.lighthouse.wire.MessageKind;
import dev.asterism.lighthouse.wire.MessageSender;
import dev.asterism.overlay.discovery.PeerMessage;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.AddrSnapshot;
import dev.asterism.overlay.path.RemoteList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers queries, takes reports and introduces hosts to each other (spec wire.md 9.2, 9.3, 9.5). Serves only
 * what a host said about itself and where its packets come from. Silent on a node that is no lighthouse.
 */
public final class LighthouseServer {

    private final Supplier<DiscoverySettings> settings;
    private final AddressBook book;
    private final MessageSender sender;
    private final EventSink events;
    private final QueryLimits limits = new QueryLimits();
    private final RecordNews news;

    public LighthouseServer(
            Supplier<DiscoverySettings> settings,
            AddressBook book,
            MessageSender sender,
            EventSink events) {
        this.settings = settings;
        this.book = book;
        this.sender = sender;
        this.events = events;
        this.news = new RecordNews(sender, this::introduce);
    }

    public void onHostQuery(PeerMessage from, LighthouseMessage query, Tick now) {
        Ip overlay = query.overlay();
        if (!settings.get().amLighthouse() || overlay == null || settings.get().isOurs(overlay)) {
            return;
        }
        if (!mayAsk(from.primary(), now)) {
            return;
        }
        // Hosts ask about themselves, too; their own news are never told to them.
        boolean aboutItself = from.addresses().contains(overlay);
        if (!aboutItself) {
            news.asked(from.primary(), overlay);
        }
        RemoteList list = book.known(overlay);
        AddrSnapshot known = selfReported(list);
        if (list == null || known == null) {
            if (!aboutItself) {
                news.unknown(overlay);
            }
            events.emit(new LighthouseServerEvent.QueryUnknown(from.primary(), overlay));
            return;
        }
        if (news.goesSecond(from.primary(), overlay, list, now)) {
            return;
        }
        LighthouseMessage reply =
                LighthouseMessage.of(
                        MessageKind.HOST_QUERY_REPLY,
                        query.form(),
                        overlay,
                        known.all(),
                        known.relays());
        sender.send(from.primary(), reply, now);
        events.emit(new LighthouseServerEvent.QueryAnswered(from.primary(), overlay));
        if (!aboutItself) {
            introduce(from.addresses(), overlay, now);
        }
    }

    /** Somewhere a host was seen, or what it reports, is new. */
    public void recordChanged(RemoteList list) {
        if (settings.get().amLighthouse()) {
            news.changed(list);
        }
    }

    /** A host has a new session with us. */
    public void sessionMade(Ip host, Tick now) {
        if (settings.get().amLighthouse()) {
            news.came(host, now);
        }
    }

    public void onTimer(Tick now) {
        news.onTimer(now);
    }

    public long nextDeadlineNanos() {
        return news.nextDeadlineNanos();
    }

    private boolean mayAsk(Ip querier, Tick now) {
        QueryLimits.Verdict verdict = limits.query(querier, now);
        if (verdict == QueryLimits.Verdict.ANSWER) {
            return true;
        }
        sender.counters().countQueryLimited();
        if (verdict == QueryLimits.Verdict.IGNORE_AND_SAY) {
            events.emit(new LighthouseServerEvent.QueriesLimited(querier, QueryLimits.PER_SECOND));
        }
        return false;
    }

    /** Asks the queried host to punch towards the querier. */
    private void introduce(List<Ip> querier, Ip queried, Tick now) {
        Ip primary = querier.getFirst();
        RemoteList list = book.known(primary);
        AddrSnapshot known = selfReported(list);
        if (list == null || known == null) {
            return;
        }
        if (!limits.introduces(primary, queried, now)) {
            sender.counters().countPunchNotificationLimited();
            return;
        }
        List<Cidr> networks = sender.link().networksOf(queried);
        List<Ip> names = querier.size() > 1 ? querier : list.overlay();
        Ip name = PunchName.of(names, networks == null ? List.of() : networks);
        AddressForm form =
                AddressForm.ofCertificateVersion(sender.link().peerCertificateVersion(queried));
        if (!form.canName(name)) {
            return;
        }
        LighthouseMessage punch =
                LighthouseMessage.of(
                        MessageKind.HOST_PUNCH, form, name, known.all(), known.relays());
        sender.send(queried, punch, now);
    }

    /** What the host itself contributed, or null when that is nothing. */
    private static @Nullable AddrSnapshot selfReported(@Nullable RemoteList list) {
        AddrSnapshot known = list == null ? null : list.knowledgeOf(list.overlay().getFirst());
        return known == null || known.isEmpty() ? null : known;
    }

    public void onHostUpdate(PeerMessage from, LighthouseMessage update, Tick now) {
        if (!settings.get().amLighthouse()) {
            return;
        }
        Ip claimed = update.overlay();
        if (claimed != null && !from.addresses().contains(claimed)) {
            events.emit(new LighthouseServerEvent.ForeignUpdateIgnored(from.primary(), claimed));
            return;
        }
        RemoteList list = book.unify(from.addresses());
        list.report(from.primary(), update.addresses(), update.relays());
        events.emit(
                new LighthouseServerEvent.HostUpdated(
                        from.primary(), update.addresses().size(), update.relays().size()));
        acknowledge(from, update, now);
    }

    private void acknowledge(PeerMessage from, LighthouseMessage update, Tick now) {
        Ip name = null;
        if (update.form() == AddressForm.V1) {
            name = AddressForm.V1.canName(from.primary()) ? from.primary() : update.overlay();
        }
        sender.send(
                from.primary(),
                LighthouseMessage.of(MessageKind.HOST_UPDATE_ACK, update.form(), name),
                now);
    }
}
