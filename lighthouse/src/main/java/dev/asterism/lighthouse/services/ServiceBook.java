package dev.asterism.lighthouse.services;

import dev.asterism.lighthouse.services.ServiceEntry.State;
import dev.asterism.lighthouse.services.ServiceMessage.Offer;
import dev.asterism.lighthouse.services.ServiceMessage.Refused;
import dev.asterism.overlay.discovery.CertifiedHost;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.text.ServiceName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a lighthouse keeps of the services of hosts. Bounded: 16 services of a host, {@value #MAX_HOSTS} hosts of a
 * service, {@value #MAX_ENTRIES} in all. What a host does not repeat is forgotten after 30 s. Control plane only.
 */
final class ServiceBook {

    /** Of one service. */
    static final int MAX_HOSTS = 256;

    static final int MAX_ENTRIES = 16_384;

    /** Without a word of the host; it repeats what it offers every ten seconds. */
    static final Duration KEPT = Duration.ofSeconds(30);

    /** Oldest word first. */
    private final Map<Ip, Host> hosts = new LinkedHashMap<>();

    private final Map<String, ServiceSet> services = new LinkedHashMap<>();
    private int entries;

    /** What one host has said. */
    private static final class Host {
        private long sequence = -1;
        private List<OfferedService> said = List.of();
        private long heardNanos;

        /** It has a new tunnel, and has offered nothing by it yet: it may go on from a lower number. */
        private boolean begins;

        /** Names that have an entry: what it offers, and what it has withdrawn a while ago. */
        private final Map<String, Long> untilNanos = new LinkedHashMap<>();
    }

    /**
     * What an offer has changed.
     *
     * @param changed names of services
     */
    record Taken(Set<String> changed, List<Refused> refused) {}

    /** The sequence of what the host said last by its tunnel; negative: nothing is known of it. */
    long sequence(Ip host) {
        Host known = hosts.get(host);
        return known == null || known.begins ? -1 : known.sequence;
    }

    /** There is a new tunnel to the host. */
    void sessionMade(Ip host) {
        Host known = hosts.get(host);
        if (known != null) {
            known.begins = true;
        }
    }

    /** Whether the host has said just this before. */
    boolean isRepeated(Ip host, Offer offer) {
        Host known = hosts.get(host);
        return known != null
                && known.sequence == offer.sequence()
                && known.said.equals(offer.services());
    }

    /** Takes what a host offers, its sequence being no lower than that before by the same tunnel. */
    Taken take(CertifiedHost from, Offer offer, Tick now) {
        Host host = hosts.remove(from.address());
        if (host == null) {
            host = new Host();
        }
        host.sequence = offer.sequence();
        host.begins = false;
        host.said = offer.services();
        host.heardNanos = now.nanos();
        Set<String> changed = new LinkedHashSet<>();
        List<Refused> refused = new ArrayList<>();
        Set<String> offered = new LinkedHashSet<>();
        for (int i = 0; i < offer.services().size(); i++) {
            OfferedService service = offer.services().get(i);
            Refusal rule =
                    offered.contains(service.name()) ? Refusal.REPEATED : refusal(from, service);
            if (rule == null) {
                offered.add(service.name());
                put(entry(from.address(), offer.sequence(), service), service.name(), changed);
                host.untilNanos.put(service.name(), Long.MAX_VALUE);
            } else {
                refused.add(new Refused(i, rule));
            }
        }
        withdraw(from, host, offered, now, changed);
        boolean kept = !host.untilNanos.isEmpty() || !host.said.isEmpty();
        if (kept && hosts.size() < MAX_ENTRIES) {
            hosts.put(from.address(), host);
        }
        return new Taken(changed, refused);
    }

    private @Nullable Refusal refusal(CertifiedHost from, OfferedService service) {
        if (!OfferedService.mayOffer(from.groups(), service.name())) {
            return Refusal.NOT_IN_GROUPS;
        }
        ServiceSet set = set(service.name());
        if (set.entries().containsKey(from.address())) {
            return null;
        }
        if (set.entries().size() >= MAX_HOSTS) {
            return Refusal.SERVICE_FULL;
        }
        boolean full = entries >= MAX_ENTRIES || hosts.size() >= MAX_ENTRIES;
        return full ? Refusal.TABLE_FULL : null;
    }

    private static ServiceEntry entry(Ip host, long sequence, OfferedService service) {
        return new ServiceEntry(
                host,
                sequence,
                service.version(),
                service.port(),
                service.weight(),
                service.healthy() ? State.HEALTHY : State.UNHEALTHY);
    }

    private void put(ServiceEntry entry, String name, Set<String> changed) {
        ServiceSet before = set(name);
        ServiceEntry old = before.entries().get(entry.host());
        if (entry.equals(old)) {
            return;
        }
        entries += old == null ? 1 : 0;
        services.put(name, before.with(entry));
        changed.add(name);
    }

    /** What it does not offer any more is told for a while, and forgotten at once when it may not be told. */
    private void withdraw(
            CertifiedHost from, Host host, Set<String> offered, Tick now, Set<String> changed) {
        int gone = 0;
        for (String name : List.copyOf(host.untilNanos.keySet())) {
            if (offered.contains(name)) {
                continue;
            }
            ServiceEntry old = set(name).entries().get(from.address());
            boolean told =
                    OfferedService.mayOffer(from.groups(), name)
                            && ++gone <= ServiceName.MAX_SERVICES;
            if (old == null || !told) {
                forget(from.address(), host, name, changed);
            } else if (old.state() != State.WITHDRAWN) {
                put(
                        new ServiceEntry(
                                old.host(),
                                host.sequence,
                                old.version(),
                                old.port(),
                                old.weight(),
                                State.WITHDRAWN),
                        name,
                        changed);
                host.untilNanos.put(name, now.nanos() + KEPT.toNanos());
            }
        }
    }

    private void forget(Ip address, Host host, String name, Set<String> changed) {
        host.untilNanos.remove(name);
        ServiceSet before = set(name);
        if (!before.entries().containsKey(address)) {
            return;
        }
        ServiceSet after = before.without(address);
        entries--;
        changed.add(name);
        if (after.entries().isEmpty()) {
            services.remove(name);
        } else {
            services.put(name, after);
        }
    }

    /** The certificate of a host may be another one now: forgets what that does not allow. */
    Set<String> judgeAnew(CertifiedHost by) {
        Set<String> changed = new LinkedHashSet<>();
        Host host = hosts.get(by.address());
        if (host != null) {
            for (String name : List.copyOf(host.untilNanos.keySet())) {
                if (!OfferedService.mayOffer(by.groups(), name)) {
                    forget(by.address(), host, name, changed);
                }
            }
        }
        return changed;
    }

    /** Forgets what has not been repeated; returns the names of services that this changes. */
    Set<String> age(Tick now) {
        Set<String> changed = new LinkedHashSet<>();
        Iterator<Map.Entry<Ip, Host>> all = hosts.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Ip, Host> one = all.next();
            Host host = one.getValue();
            boolean silent = now.nanos() - host.heardNanos >= KEPT.toNanos();
            for (Map.Entry<String, Long> name : List.copyOf(host.untilNanos.entrySet())) {
                if (silent || name.getValue() <= now.nanos()) {
                    forget(one.getKey(), host, name.getKey(), changed);
                }
            }
            if (silent) {
                all.remove();
            }
        }
        return changed;
    }

    ServiceSet set(String service) {
        return services.getOrDefault(service, ServiceSet.EMPTY);
    }

    /** Names of services that somebody offers. */
    Set<String> names() {
        return new LinkedHashSet<>(services.keySet());
    }

    /** A host and a service each. */
    int entries() {
        return entries;
    }

    int hosts() {
        return hosts.size();
    }

    boolean isEmpty() {
        return hosts.isEmpty();
    }
}
