package dev.asterism.l7.proxy;

import dev.asterism.l7.balance.KeyHash;
import dev.asterism.l7.http.Ascii;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a host name stands for, asked with bytes. A name given as {@code *.} and a suffix stands for every name with one
 * label or more before the suffix. A whole name wins over suffixes, and a longer suffix over a shorter one. Immutable;
 * makes no objects when asked.
 */
final class HostTable<V> {

    private static final String WILDCARD = "*.";

    private final Rows<V> names;

    /** With their dots. */
    private final Rows<V> suffixes;

    /** One name or suffix. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and nobody else has the array
    private record Row<V>(long hash, byte[] text, V value) {}

    /** Rows by their hashes. */
    private static final class Rows<V> {
        private final long[] hashes;
        private final List<Row<V>> rows;

        private Rows(List<Row<V>> unsorted) {
            List<Row<V>> sorted = new ArrayList<>(unsorted);
            sorted.sort((a, b) -> Long.compare(a.hash, b.hash));
            rows = List.copyOf(sorted);
            hashes = rows.stream().mapToLong(Row::hash).toArray();
        }

        private @Nullable V find(byte[] in, int from, int to) {
            int at = Arrays.binarySearch(hashes, KeyHash.of(in, from, to - from));
            if (at < 0 || !Ascii.same(in, from, to - from, rows.get(at).text)) {
                return null;
            }
            return rows.get(at).value;
        }
    }

    /** @param hosts in lower case, without a port */
    HostTable(Map<String, V> hosts) {
        List<Row<V>> whole = new ArrayList<>();
        List<Row<V>> ends = new ArrayList<>();
        hosts.forEach(
                (host, value) -> {
                    boolean wildcard = host.startsWith(WILDCARD);
                    byte[] text = Ascii.bytes(wildcard ? host.substring(1) : host);
                    Row<V> row = new Row<>(KeyHash.of(text, 0, text.length), text, value);
                    (wildcard ? ends : whole).add(row);
                });
        names = new Rows<>(whole);
        suffixes = new Rows<>(ends);
    }

    /**
     * Null: nobody's.
     *
     * @param host in lower case, without a port
     */
    @Nullable V find(byte[] host, int length) {
        V found = names.find(host, 0, length);
        // A suffix has a label before its dot, so the dot is not at 0.
        for (int at = 1; found == null && at < length && suffixes.hashes.length > 0; at++) {
            if (host[at] == '.') {
                found = suffixes.find(host, at, length);
            }
        }
        return found;
    }
}
