package dev.asterism.cert.record;

import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * The public keys in the record's lines about revocation, found by their text: quotes inside strings are escaped, so
 * nothing else can look like them. Each byte is read once.
 */
final class RevokedKeys {

    private static final String KIND = "{\"v\":1,\"kind\":\"revoked\"";
    private static final String KEY = "\"publicKey\":\"";
    private static final int BLOCK = 1 << 16;

    private final Set<String> keys = new HashSet<>();
    private final StringBuilder line = new StringBuilder();
    private long readTo;

    boolean contains(Bytes publicKey) {
        return keys.contains(publicKey.hex());
    }

    /**
     * @param end of the last whole line
     */
    void readUpTo(long end, FileChannel record) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        while (readTo < end) {
            block.clear().limit((int) Math.min(BLOCK, end - readTo));
            int count = record.read(block, readTo);
            if (count <= 0) {
                return;
            }
            readTo += count;
            take(new String(block.array(), 0, count, StandardCharsets.US_ASCII));
        }
    }

    private void take(String text) {
        int from = 0;
        int newline = text.indexOf('\n');
        while (newline >= 0) {
            line.append(text, from, newline);
            takeLine();
            line.setLength(0);
            from = newline + 1;
            newline = text.indexOf('\n', from);
        }
        line.append(text, from, text.length());
    }

    private void takeLine() {
        int key = line.indexOf(KIND) == 0 ? line.indexOf(KEY) : -1;
        if (key >= 0) {
            int start = key + KEY.length();
            keys.add(line.substring(start, line.indexOf("\"", start)));
        }
    }
}
