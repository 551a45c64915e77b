package dev.asterism.lighthouse.staticmap;

import dev.asterism.lighthouse.book.AddressBook;
import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.RemoteList;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * static_host_map (spec behaviour.md 3.2). Literals are candidates at once and are never looked up; names are
 * looked up at start, every cadence, and when a handshake with their host begins. A reload replaces all.
 */
public final class StaticHosts {

    private final AddressBook book;
    private final ControlLink link;
    private final EventSink events;
    private final NameCache names;
    private DiscoverySettings settings;
    private long nextLookUpNanos = Long.MAX_VALUE;

    public StaticHosts(
            AddressBook book,
            ControlLink link,
            EventSink events,
            Consumer<NameQuery> lookUp,
            DiscoverySettings settings) {
        this.book = book;
        this.link = link;
        this.events = events;
        this.settings = settings;
        this.names =
                new NameCache(
                        lookUp,
                        settings.staticMap().network(),
                        settings.staticMap().lookupTimeout());
        useNames();
        settings.staticHosts().keySet().forEach(this::fill);
    }

    /** Warns about what cannot work, and looks the names up. */
    public void start(Tick now) {
        for (Ip overlay : settings.staticHosts().keySet()) {
            if (!settings.isInOurNetworks(overlay)) {
                events.emit(new StaticHostEvent.OutsideNetworks(overlay));
            }
        }
        lookUpAll(now);
    }

    /** Replaces the map; hosts that left it lose what it gave them, but keep their list. */
    public void reconfigure(DiscoverySettings next, Tick now) {
        Set<Ip> affected = new LinkedHashSet<>(settings.staticHosts().keySet());
        affected.addAll(next.staticHosts().keySet());
        settings = next;
        useNames();
        affected.forEach(this::fill);
        start(now);
    }

    public boolean isStatic(Ip overlay) {
        return settings.staticHosts().containsKey(overlay);
    }

    /** After lists were joined: the map's part of a list is that of all its addresses. */
    public void fill(Ip overlay) {
        RemoteList list = book.listOf(overlay);
        List<UnderlayAddr> literals = new ArrayList<>();
        for (Ip address : list.overlay()) {
            for (HostAddr entry : entriesOf(address)) {
                if (entry instanceof HostAddr.Literal(UnderlayAddr literal)) {
                    literals.add(literal);
                }
            }
        }
        list.configure(literals);
        fillNames(list);
    }

    /** A handshake begins: asks for the host's names, so that its retries have fresh addresses. */
    public void refresh(Ip overlay, Tick now) {
        for (HostAddr entry : entriesOf(overlay)) {
            if (entry instanceof HostAddr.Name name) {
                names.lookUp(name.host(), now);
            }
        }
    }

    public void namesResolved(NameQuery query, NameAnswer answer, Tick now) {
        if (!names.accept(query, answer)) {
            return;
        }
        switch (answer) {
            case NameAnswer.Found _ -> {}
            case NameAnswer.NotFound _ ->
                    events.emit(new StaticHostEvent.NameNotResolved(query.host(), "not found"));
            case NameAnswer.Failed failed ->
                    events.emit(new StaticHostEvent.NameNotResolved(query.host(), failed.reason()));
        }
        settings.staticHosts()
                .forEach(
                        (overlay, entries) -> {
                            if (entries.stream().anyMatch(e -> isNamed(e, query.host()))) {
                                moved(overlay, now);
                            }
                        });
    }

    private void moved(Ip overlay, Tick now) {
        RemoteList list = book.listOf(overlay);
        if (fillNames(list)) {
            events.emit(new StaticHostEvent.AddressesChanged(overlay, resolvedOf(list)));
            link.wakeHandshake(overlay, now);
        }
    }

    public void onTimer(Tick now) {
        if (nextLookUpNanos <= now.nanos()) {
            lookUpAll(now);
        }
    }

    public long nextDeadlineNanos() {
        return nextLookUpNanos;
    }

    private void lookUpAll(Tick now) {
        names.lookUpAll(now);
        long cadenceNanos = settings.staticMap().cadence().toNanos();
        nextLookUpNanos =
                names.isEmpty() || cadenceNanos <= 0 ? Long.MAX_VALUE : now.nanos() + cadenceNanos;
    }

    private void useNames() {
        Set<String> hosts = new LinkedHashSet<>();
        for (List<HostAddr> entries : settings.staticHosts().values()) {
            for (HostAddr entry : entries) {
                if (entry instanceof HostAddr.Name name) {
                    hosts.add(name.host());
                }
            }
        }
        names.use(hosts, settings.staticMap().network(), settings.staticMap().lookupTimeout());
    }

    private boolean fillNames(RemoteList list) {
        return list.resolve(resolvedOf(list));
    }

    private List<UnderlayAddr> resolvedOf(RemoteList list) {
        Set<UnderlayAddr> resolved = new LinkedHashSet<>();
        for (Ip address : list.overlay()) {
            for (HostAddr entry : entriesOf(address)) {
                if (entry instanceof HostAddr.Name(String host, int port)) {
                    names.lastGood(host).forEach(ip -> resolved.add(new UnderlayAddr(ip, port)));
                }
            }
        }
        return List.copyOf(resolved);
    }

    private List<HostAddr> entriesOf(Ip overlay) {
        return settings.staticHosts().getOrDefault(overlay, List.of());
    }

    private static boolean isNamed(HostAddr entry, String host) {
        return entry instanceof HostAddr.Name name && name.host().equals(host);
    }
}
