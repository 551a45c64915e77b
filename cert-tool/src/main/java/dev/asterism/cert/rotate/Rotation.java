package dev.asterism.cert.rotate;

import dev.asterism.overlay.cert.Fingerprint;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a change of the CA stands. Immutable.
 *
 * @param newCrt file of the new CA's certificate
 * @param isRetired whether the bundle without the old CA was made
 * @param hosts by name, all that have a certificate of the old CA which has neither ended nor been revoked
 */
public record Rotation(
        Fingerprint oldCa,
        Fingerprint newCa,
        String newCrt,
        boolean isRetired,
        SortedMap<String, HostProgress> hosts) {

    public Rotation {
        hosts = Collections.unmodifiableSortedMap(new TreeMap<>(hosts));
    }

    public static Rotation begin(Fingerprint oldCa, Fingerprint newCa, String newCrt) {
        return new Rotation(oldCa, newCa, newCrt, false, new TreeMap<>());
    }

    /** With the hosts that there are now: what was issued since is waiting, what has ended is forgotten. */
    public Rotation withHosts(Collection<String> alive) {
        SortedMap<String, HostProgress> now = new TreeMap<>();
        for (String name : alive) {
            now.put(name, hosts.getOrDefault(name, HostProgress.WAITING));
        }
        return new Rotation(oldCa, newCa, newCrt, isRetired, now);
    }

    /** These hosts are so far; one that was further stays there. */
    public Rotation mark(Collection<String> names, HostProgress reached) {
        SortedMap<String, HostProgress> now = new TreeMap<>(hosts);
        for (String name : names) {
            now.computeIfPresent(
                    name, (_, before) -> before.compareTo(reached) < 0 ? reached : before);
        }
        return new Rotation(oldCa, newCa, newCrt, isRetired, now);
    }

    public Rotation retired() {
        return new Rotation(oldCa, newCa, newCrt, true, hosts);
    }

    /** The names of hosts that are not so far yet. */
    public List<String> behind(HostProgress goal) {
        return hosts.entrySet().stream()
                .filter(host -> host.getValue().compareTo(goal) < 0)
                .map(Map.Entry::getKey)
                .toList();
    }
}
