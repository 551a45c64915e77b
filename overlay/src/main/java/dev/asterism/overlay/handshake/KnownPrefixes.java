package dev.asterism.overlay.handshake;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.StrangerDoor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * At which source prefixes the holder of a key has proven itself: an authenticated packet came from
 * there. Whoever copies a member's certificate without seeing where its packets come from has to
 * guess these prefixes, so message 1 from them has a budget that such a stranger cannot use up. It
 * is no secret: who copied the certificate from a message 1 on its way saw the source too. Worth
 * keeping over a restart: {@link #entries} and {@link #restore}.
 *
 * <p>Only keys with a certificate of ours get in, and of each the latest {@value #PER_KEY}
 * prefixes; {@value #MAX_KEYS} keys, of which the least recently proven one is forgotten. One
 * thread.
 */
public final class KnownPrefixes {

    public static final int MAX_KEYS = 16_384;
    public static final int PER_KEY = 8;

    /** The least recently proven key first; to ask changes nothing, as strangers cause that. */
    private final Map<Bytes, List<Ip>> byKey = new LinkedHashMap<>();

    private final StrangerDoor door;
    private long changes;

    /**
     * @param staticKey of the peer, 32 bytes
     * @param prefix with host bits zero; of a relayed peer its overlay address
     */
    public record Entry(Bytes staticKey, Ip prefix) {}

    /** Nobody else is told of the keys. */
    public KnownPrefixes() {
        this(new StrangerDoor());
    }

    /**
     * @param door is told whose keys these are
     */
    KnownPrefixes(StrangerDoor door) {
        this.door = door;
    }

    boolean contains(Bytes staticKey, Ip prefix) {
        List<Ip> prefixes = byKey.get(staticKey);
        return prefixes != null && prefixes.contains(prefix);
    }

    void add(Bytes staticKey, Ip prefix) {
        List<Ip> before = byKey.remove(staticKey);
        List<Ip> prefixes = before == null ? List.of() : before;
        byKey.put(staticKey.compact(), withFirst(prefix, prefixes));
        if (before == null) {
            door.acquaint(staticKey);
        }
        if (!prefixes.contains(prefix)) {
            changes++;
        }
        if (byKey.size() > MAX_KEYS) {
            Bytes oldest = byKey.keySet().iterator().next();
            byKey.remove(oldest);
            door.forget(oldest);
        }
    }

    /** A copy, as the latest one; most keys have one prefix, for which an ArrayList takes twice the memory. */
    private static List<Ip> withFirst(Ip prefix, List<Ip> before) {
        if (!before.isEmpty() && before.getFirst().equals(prefix)) {
            return before;
        }
        List<Ip> latest = new ArrayList<>(before);
        latest.remove(prefix);
        latest.addFirst(prefix);
        return List.copyOf(latest.subList(0, Math.min(PER_KEY, latest.size())));
    }

    /** Rises when there is something that {@link #entries} did not say before. */
    public long changes() {
        return changes;
    }

    /** A copy; of the keys the least recently proven first, of each key's prefixes too. */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        byKey.forEach(
                (key, prefixes) ->
                        prefixes.reversed().forEach(prefix -> entries.add(new Entry(key, prefix))));
        return Collections.unmodifiableList(entries);
    }

    /**
     * Adds what an earlier process knew, in the order of {@link #entries}. Nothing is masked: of a relayed peer the
     * entry is its overlay address, and the prefix around it is an underlay network like any other.
     */
    public void restore(List<Entry> entries) {
        entries.forEach(entry -> add(entry.staticKey(), entry.prefix()));
    }
}
