package dev.asterism.lighthouse.staticmap;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.IpFamily;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Last good addresses of the names in use, and which look-ups are under way. */
final class NameCache {

    /** Many handshakes to one host must not become many look-ups. */
    private static final long MIN_GAP_NANOS = Duration.ofSeconds(1).toNanos();

    private final Consumer<NameQuery> lookUp;
    private final Map<String, Name> names = new LinkedHashMap<>();
    private IpFamily network;
    private Duration timeout;

    private static final class Name {
        private List<Ip> lastGood = List.of();
        private boolean asked;
        private long askedNanos;
        private boolean waiting;
    }

    NameCache(Consumer<NameQuery> lookUp, IpFamily network, Duration timeout) {
        this.lookUp = lookUp;
        this.network = network;
        this.timeout = timeout;
    }

    /** Keeps good addresses of names that stay, unless another kind of record is wanted. */
    void use(Set<String> hosts, IpFamily newNetwork, Duration newTimeout) {
        if (newNetwork != network) {
            names.clear();
        }
        network = newNetwork;
        timeout = newTimeout;
        names.keySet().retainAll(hosts);
        hosts.forEach(host -> names.computeIfAbsent(host, _ -> new Name()));
    }

    boolean isEmpty() {
        return names.isEmpty();
    }

    void lookUpAll(Tick now) {
        names.forEach((host, name) -> lookUp(host, name, now));
    }

    void lookUp(String host, Tick now) {
        Name name = names.get(host);
        if (name != null) {
            lookUp(host, name, now);
        }
    }

    private void lookUp(String host, Name name, Tick now) {
        // A resolver that lost a query must not disable the name permanently.
        long gap = name.waiting ? 2 * timeout.toNanos() + MIN_GAP_NANOS : MIN_GAP_NANOS;
        if (name.asked && now.nanos() - name.askedNanos < gap) {
            return;
        }
        name.asked = true;
        name.askedNanos = now.nanos();
        name.waiting = true;
        lookUp.accept(new NameQuery(host, network, timeout));
    }

    /** False when nobody waits for it: the name or the kind of record is not in use any more. */
    boolean accept(NameQuery query, NameAnswer answer) {
        Name name = names.get(query.host());
        if (name == null || query.network() != network) {
            return false;
        }
        name.waiting = false;
        switch (answer) {
            case NameAnswer.Found found -> name.lastGood = ofNetwork(found.addresses());
            case NameAnswer.NotFound _ -> name.lastGood = List.of();
            case NameAnswer.Failed _ -> {}
        }
        return true;
    }

    private List<Ip> ofNetwork(List<Ip> addresses) {
        return addresses.stream().filter(network::includes).distinct().sorted().toList();
    }

    List<Ip> lastGood(String host) {
        Name name = names.get(host);
        return name == null ? List.of() : name.lastGood;
    }
}
