package dev.asterism.cert.record;

import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.HashSet;
import java.util.Set;

/**
 * The public keys in the record's lines about revocation, found by their text: quotes inside strings are escaped, so
 * nothing else can look like them. Each byte is read once.
 */
final class RevokedKeys {

    private static final String KIND = "{\"v\":1,\"kind\":\"revoked\"";
    private static final String KEY = "\"publicKey\":\"";

    private final Set<String> keys = new HashSet<>();
    private final LinesOnward lines = new LinesOnward(this::take);

    boolean contains(Bytes publicKey) {
        return keys.contains(publicKey.hex());
    }

    /** In hex; a copy. */
    Set<String> all() {
        return Set.copyOf(keys);
    }

    /**
     * @param end of the last whole line
     */
    void readUpTo(long end, FileChannel record) throws IOException {
        lines.readUpTo(end, record);
    }

    private void take(StringBuilder line) {
        int key = line.indexOf(KIND) == 0 ? line.indexOf(KEY) : -1;
        if (key >= 0) {
            int start = key + KEY.length();
            keys.add(line.substring(start, line.indexOf("\"", start)));
        }
    }
}
