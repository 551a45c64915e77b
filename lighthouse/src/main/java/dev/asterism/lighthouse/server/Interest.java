package dev.asterism.lighthouse.server;

import dev.asterism.overlay.net.Ip;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who asked about which host. Bounded: of a host the latest {@value #MAX_ASKERS} who asked, of one asker the latest
 * {@value #MAX_OF_ONE} hosts, so that no member alone can make others' questions forgotten, and {@value #MAX_HOSTS}
 * hosts. Control plane only.
 */
final class Interest {

    static final int MAX_ASKERS = 8;

    /** More than a member may ask about at once. */
    static final int MAX_OF_ONE = 1_024;

    static final int MAX_HOSTS = 16_384;

    /** Askers by host. The host that was asked about last is last, and so is its last asker. */
    private final Map<Ip, Set<Ip>> askers = new LinkedHashMap<>();

    /** The other way round: hosts by the asker, the latest last. */
    private final Map<Ip, Set<Ip>> hosts = new LinkedHashMap<>();

    void asked(Ip asker, Ip about) {
        Set<Ip> ofAsker = putLast(hosts, asker, about);
        Set<Ip> ofHost = putLast(askers, about, asker);
        if (ofHost.size() > MAX_ASKERS) {
            forget(ofHost.iterator().next(), about);
        }
        if (ofAsker.size() > MAX_OF_ONE) {
            forget(asker, ofAsker.iterator().next());
        }
        if (askers.size() > MAX_HOSTS) {
            Ip oldest = askers.keySet().iterator().next();
            askersOf(oldest).forEach(each -> forget(each, oldest));
        }
    }

    /** Makes the key the last of the map and the value the last of the key's. */
    private static Set<Ip> putLast(Map<Ip, Set<Ip>> map, Ip key, Ip value) {
        Set<Ip> known = map.remove(key);
        Set<Ip> values = known == null ? new LinkedHashSet<>(2) : known;
        map.put(key, values);
        values.remove(value);
        values.add(value);
        return values;
    }

    boolean isAskedAbout(Ip host) {
        return askers.containsKey(host);
    }

    /** A copy, the latest last. */
    List<Ip> askersOf(Ip host) {
        Set<Ip> known = askers.get(host);
        return known == null ? List.of() : List.copyOf(known);
    }

    void forget(Ip asker, Ip about) {
        remove(askers, about, asker);
        remove(hosts, asker, about);
    }

    private static void remove(Map<Ip, Set<Ip>> map, Ip key, Ip value) {
        Set<Ip> values = map.get(key);
        if (values != null && values.remove(value) && values.isEmpty()) {
            map.remove(key);
        }
    }
}
