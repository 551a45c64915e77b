package dev.asterism.l7.proxy;

import dev.asterism.l7.match.ByteTable;
import dev.asterism.l7.match.HostText;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a host name stands for, asked with bytes. A name given as {@code *.} and a suffix stands for every name with one
 * label or more before the suffix. A whole name wins over suffixes, and a longer suffix over a shorter one. Immutable;
 * makes no objects when asked.
 */
final class HostTable<V> {

    private final ByteTable<V> names;

    /** With their dots; null: there are none. */
    private final @Nullable ByteTable<V> suffixes;

    /** @param hosts in lower case, without a port */
    HostTable(Map<String, V> hosts) {
        Map<String, V> whole = new LinkedHashMap<>();
        Map<String, V> ends = new LinkedHashMap<>();
        hosts.forEach(
                (host, value) ->
                        (HostText.isWildcard(host) ? ends : whole).put(HostText.key(host), value));
        names = new ByteTable<>(whole);
        suffixes = ends.isEmpty() ? null : new ByteTable<>(ends);
    }

    /**
     * Null: nobody's.
     *
     * @param host in lower case, without a port
     */
    @Nullable V find(byte[] host, int length) {
        V found = names.get(host, 0, length);
        // A suffix has a label before its dot, so the dot is not at 0.
        for (int at = 1; found == null && suffixes != null && at < length; at++) {
            if (host[at] == '.') {
                found = suffixes.get(host, at, length - at);
            }
        }
        return found;
    }
}
