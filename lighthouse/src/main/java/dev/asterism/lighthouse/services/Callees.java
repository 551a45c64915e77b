package dev.asterism.lighthouse.services;

import dev.asterism.lighthouse.services.ServiceEntry.State;
import dev.asterism.lighthouse.services.ServicesView.Endpoint;
import dev.asterism.lighthouse.services.ServicesView.Verdict;
import dev.asterism.overlay.discovery.CertifiedHost;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The caller's own judgement of hosts that a lighthouse has named: by the certificate of the tunnel to each, which is
 * made for it. A lighthouse that names a host without the group gains a handshake and nothing else; of one with the
 * group its word counts for port, version, weight and health until the host has said it itself. Control plane only.
 */
final class Callees {

    /** Most hosts that tunnels are made to for the sake of services. */
    static final int MOST_HOSTS = 256;

    private static final int BEGUN_AT_ONCE = 16;
    private static final long AGAIN_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST_DOUBLINGS = 5;

    private final ControlLink link;
    private final Predicate<Ip> isSelf;
    private final Predicate<Ip> mayReach;
    private final OwnWords words;
    private final EventSink events;
    private final ServiceCounters counters;
    private final SaidOnce said = new SaidOnce();
    private final Map<Ip, Attempt> attempts = new LinkedHashMap<>();

    /** The next try to reach a host. */
    private static final class Attempt {
        private int tries;
        private long dueNanos;
    }

    /**
     * @param mayReach false for addresses that this node has no network with
     */
    Callees(
            ControlLink link,
            Predicate<Ip> isSelf,
            Predicate<Ip> mayReach,
            OwnWords words,
            EventSink events,
            ServiceCounters counters) {
        this.link = link;
        this.isSelf = isSelf;
        this.mayReach = mayReach;
        this.words = words;
        this.events = events;
        this.counters = counters;
    }

    /** Judges all but this node, which does not call itself; what hosts say themselves counts for more. */
    List<Endpoint> judge(String service, ServiceSet set, Tick now) {
        Set<Ip> hosts = new TreeSet<>(set.entries().keySet());
        hosts.addAll(words.hosts());
        List<Endpoint> endpoints = new ArrayList<>();
        for (Ip host : hosts) {
            ServiceEntry entry = words.entry(host, service, set.entries().get(host), now);
            if (entry != null && !isSelf.test(host)) {
                endpoints.add(new Endpoint(entry, verdict(service, entry)));
            }
        }
        return endpoints;
    }

    private Verdict verdict(String service, ServiceEntry entry) {
        CertifiedHost host = link.services().hostAt(entry.host());
        if (host == null) {
            return entry.state() == State.WITHDRAWN ? Verdict.WITHDRAWN : Verdict.NO_TUNNEL;
        }
        if (!OfferedService.mayOffer(host.groups(), service)) {
            refused(entry.host(), host.name(), service);
            return Verdict.REFUSED;
        }
        return switch (entry.state()) {
            case HEALTHY -> Verdict.USABLE;
            case UNHEALTHY -> Verdict.UNHEALTHY;
            case WITHDRAWN -> Verdict.WITHDRAWN;
        };
    }

    private void refused(Ip address, String host, String service) {
        if (said.isFirst(address.toString(), host, service)) {
            counters.countRefusedHere();
            events.emit(
                    new ServiceEvent.Refused(address, host, service, Refusal.NOT_IN_GROUPS.text()));
        }
    }

    /** Begins tunnels to hosts that have none, so that their certificates are known before the first request. */
    void connect(ServiceClient client, Tick now) {
        Set<Ip> offering = inTurns(client);
        for (String service : client.wanted()) {
            for (Ip host : client.disputed(service, now)) {
                if (offering.size() < MOST_HOSTS && mayConnect(host)) {
                    offering.add(host);
                }
            }
        }
        int begun = 0;
        for (Ip host : offering) {
            if (begun < BEGUN_AT_ONCE && connect(host, now)) {
                begun++;
            }
        }
        attempts.keySet().retainAll(offering);
        words.attend(offering, client.wanted(), MOST_HOSTS, now);
    }

    /** One host of each service, then the second of each: a service of many hosts leaves room for others. */
    private Set<Ip> inTurns(ServiceClient client) {
        List<Iterator<ServiceEntry>> services = new ArrayList<>();
        for (String service : client.wanted()) {
            ServiceSet set = client.known(service);
            if (set != null) {
                services.add(set.entries().values().iterator());
            }
        }
        Set<Ip> hosts = new LinkedHashSet<>();
        while (!services.isEmpty()) {
            services.removeIf(entries -> !entries.hasNext());
            for (Iterator<ServiceEntry> entries : services) {
                ServiceEntry entry = entries.next();
                if (entry.state() != State.WITHDRAWN && mayConnect(entry.host())) {
                    hosts.add(entry.host());
                }
                if (hosts.size() == MOST_HOSTS) {
                    return hosts;
                }
            }
        }
        return hosts;
    }

    private boolean mayConnect(Ip host) {
        return !isSelf.test(host) && (mayReach.test(host) || link.hasTunnel(host));
    }

    private boolean connect(Ip host, Tick now) {
        if (link.hasTunnel(host)) {
            attempts.remove(host);
            return false;
        }
        Attempt attempt = attempts.computeIfAbsent(host, _ -> new Attempt());
        if (attempt.tries > 0 && now.nanos() - attempt.dueNanos < 0) {
            return false;
        }
        attempt.dueNanos = now.nanos() + (AGAIN_NANOS << Math.min(attempt.tries, MOST_DOUBLINGS));
        attempt.tries++;
        link.ensureTunnel(host, now);
        return true;
    }
}
