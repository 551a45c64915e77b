package dev.asterism.l7.proxy;

import dev.asterism.l7.balance.KeyHash;
import dev.asterism.l7.http.Ascii;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Services by host name, asked with bytes. Immutable; makes no objects when asked. */
final class HostTable {

    /** One name. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and nobody else has the array
    private record Row(long hash, byte[] host, Service service) {}

    private final long[] hashes;
    private final List<Row> rows;

    /** @param hosts in lower case, without a port */
    HostTable(Map<String, Service> hosts) {
        List<Row> all = new ArrayList<>();
        hosts.forEach(
                (host, service) -> {
                    byte[] b = Ascii.bytes(host);
                    all.add(new Row(KeyHash.of(b, 0, b.length), b, service));
                });
        all.sort((a, b) -> Long.compare(a.hash, b.hash));
        rows = List.copyOf(all);
        hashes = all.stream().mapToLong(Row::hash).toArray();
    }

    @Nullable Service find(byte[] host, int length) {
        int at = Arrays.binarySearch(hashes, KeyHash.of(host, 0, length));
        if (at < 0 || !Ascii.same(host, 0, length, rows.get(at).host)) {
            return null;
        }
        return rows.get(at).service;
    }
}
