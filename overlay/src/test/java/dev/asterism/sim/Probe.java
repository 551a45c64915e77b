package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A payload that can be told from all others wherever it turns up: 16 bytes of marker, 8 bytes of number,
 * then text. The marker is what the plaintext check looks for on links.
 */
final class Probe {

    private static final byte[] MARKER = "*asterism probe*".getBytes(StandardCharsets.US_ASCII);
    private static final int TEXT_AT = MARKER.length + Long.BYTES;

    private Probe() {}

    static byte[] payload(long number, String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(TEXT_AT + encoded.length)
                .put(MARKER)
                .putLong(number)
                .put(encoded)
                .array();
    }

    /** The number of the first probe in the bytes; -1 when there is none. */
    static long numberIn(Bytes bytes) {
        byte[] content = bytes.toArray();
        int at = indexOf(content);
        return at < 0 || at + TEXT_AT > content.length
                ? -1
                : ByteBuffer.wrap(content).getLong(at + MARKER.length);
    }

    /** The text of a payload that starts with a probe; empty otherwise. */
    static String textOf(Bytes payload) {
        byte[] content = payload.toArray();
        return content.length < TEXT_AT || indexOf(content) != 0
                ? ""
                : new String(content, TEXT_AT, content.length - TEXT_AT, StandardCharsets.UTF_8);
    }

    private static int indexOf(byte[] content) {
        for (int at = 0; at + MARKER.length <= content.length; at++) {
            if (content[at] == MARKER[0]
                    && Arrays.equals(content, at, at + MARKER.length, MARKER, 0, MARKER.length)) {
                return at;
            }
        }
        return -1;
    }
}
