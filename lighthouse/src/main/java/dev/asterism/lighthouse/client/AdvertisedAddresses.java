package dev.asterism.lighthouse.client;

import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.lighthouse.staticmap.NameAnswer;
import dev.asterism.lighthouse.staticmap.NameQuery;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.IpFamily;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.RemoteList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where this node says it can be reached: advertise_addrs, then its interfaces, that towards the
 * lighthouses first (spec behaviour.md 3.3, 3.6).
 */
public final class AdvertisedAddresses {

    /** More than any lighthouse keeps, as it filters before it counts. */
    private static final int MAX_ADVERTISED = 32;

    private static final long RETRY_NANOS = Duration.ofSeconds(30).toNanos();

    private final Supplier<DiscoverySettings> settings;
    private final LocalAddresses interfaces;
    private final Supplier<List<Ip>> lighthouses;
    private final Consumer<NameQuery> lookUp;
    private final EventSink events;
    private final Map<String, Ip> resolved = new LinkedHashMap<>();
    private final Map<String, Long> askedNanos = new LinkedHashMap<>();
    private List<UnderlayAddr> lastCut = List.of();

    /**
     * @param lighthouses their underlay addresses as far as known
     */
    public AdvertisedAddresses(
            Supplier<DiscoverySettings> settings,
            LocalAddresses interfaces,
            Supplier<List<Ip>> lighthouses,
            Consumer<NameQuery> lookUp,
            EventSink events) {
        this.settings = settings;
        this.interfaces = interfaces;
        this.lighthouses = lighthouses;
        this.lookUp = lookUp;
        this.events = events;
    }

    /** Advertised ones first, without duplicates. */
    public List<UnderlayAddr> current() {
        DiscoverySettings s = settings.get();
        Set<UnderlayAddr> all = new LinkedHashSet<>();
        for (HostAddr entry : s.lighthouse().advertiseAddrs()) {
            Ip ip =
                    entry instanceof HostAddr.Literal(UnderlayAddr literal)
                            ? literal.ip()
                            : resolved.get(entry.host());
            if (ip != null && !s.isInOurNetworks(ip)) {
                all.add(new UnderlayAddr(ip, entry.port() == 0 ? s.listenPort() : entry.port()));
            }
        }
        for (LocalAddresses.LocalAddress local : interfaces.current(lighthouses.get())) {
            if (isWorthTelling(local, s)) {
                all.add(new UnderlayAddr(local.ip(), s.listenPort()));
            }
        }
        tellOfCut(all);
        return all.stream().limit(MAX_ADVERTISED).toList();
    }

    /** Said again only when other addresses are concerned. */
    private void tellOfCut(Set<UnderlayAddr> all) {
        List<UnderlayAddr> cut = new ArrayList<>(beyondLimit(all, true));
        cut.addAll(beyondLimit(all, false));
        if (!cut.isEmpty() && !cut.equals(lastCut)) {
            events.emit(new LighthouseClientEvent.AddressesCut(RemoteList.MAX_PER_OWNER, cut));
        }
        lastCut = cut;
    }

    private static List<UnderlayAddr> beyondLimit(Set<UnderlayAddr> all, boolean ipv4) {
        return all.stream()
                .filter(address -> address.ip().isIpv4() == ipv4)
                .skip(RemoteList.MAX_PER_OWNER)
                .toList();
    }

    private static boolean isWorthTelling(
            LocalAddresses.LocalAddress local, DiscoverySettings settings) {
        Ip ip = local.ip();
        return !ip.isLoopback()
                && !ip.isLinkLocal()
                && !ip.isMulticast()
                && !ip.isUnspecified()
                && (ip.isIpv4() || !settings.socketIsIpv4())
                && !settings.isInOurNetworks(ip)
                && settings.lists().local().allows(local.interfaceName(), ip);
    }

    /** Warns about entries that are left out, and looks names up. */
    public void start(Tick now) {
        DiscoverySettings s = settings.get();
        Set<String> names = new LinkedHashSet<>();
        for (HostAddr entry : s.lighthouse().advertiseAddrs()) {
            if (entry instanceof HostAddr.Name name) {
                names.add(name.host());
            } else if (entry instanceof HostAddr.Literal(UnderlayAddr literal)
                    && s.isInOurNetworks(literal.ip())) {
                events.emit(new LighthouseClientEvent.AdvertisedInsideOverlay(literal));
            }
        }
        resolved.keySet().retainAll(names);
        askedNanos.keySet().retainAll(names);
        names.forEach(name -> askedNanos.putIfAbsent(name, now.nanos() - RETRY_NANOS));
        lookUpMissing(now);
    }

    /** Names are looked up once; those without an answer again. */
    public void lookUpMissing(Tick now) {
        Duration timeout = settings.get().staticMap().lookupTimeout();
        askedNanos.replaceAll(
                (host, asked) -> {
                    if (resolved.containsKey(host) || now.nanos() - asked < RETRY_NANOS) {
                        return asked;
                    }
                    lookUp.accept(new NameQuery(host, IpFamily.IP, timeout));
                    return now.nanos();
                });
    }

    /** True when there is one more address to tell. */
    public boolean namesResolved(NameQuery query, NameAnswer answer) {
        if (!askedNanos.containsKey(query.host())
                || query.network() != IpFamily.IP
                || resolved.containsKey(query.host())) {
            return false;
        }
        return switch (answer) {
            case NameAnswer.Found found when !found.addresses().isEmpty() -> {
                resolved.put(query.host(), found.addresses().getFirst());
                yield true;
            }
            case NameAnswer.Found _, NameAnswer.NotFound _ -> unresolved(query, "not found");
            case NameAnswer.Failed failed -> unresolved(query, failed.reason());
        };
    }

    private boolean unresolved(NameQuery query, String reason) {
        events.emit(new LighthouseClientEvent.AdvertisedNameNotResolved(query.host(), reason));
        return false;
    }
}
