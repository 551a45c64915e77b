package dev.asterism.lighthouse.wire;

import dev.asterism.overlay.io.Bytes;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The envelope of what Nebula does not know: a {@code NebulaMeta} of an unknown type with empty details and an unknown
 * field of bytes, so that a decoder which knows neither passes over both (docs/wire-extensions.md).
 */
public final class ExtensionMessages {

    /** Type 16724, empty details, tag of field 16724; a length follows, then as many bytes. */
    public static final Bytes SERVICE_PREFIX = Bytes.ofHex("08d48201" + "1200" + "a29508");

    private static final int ONE_BYTE = 0x80;

    private ExtensionMessages() {}

    /** Whether it is about services; whether it can be read is another question. */
    public static boolean isService(Bytes payload) {
        return begins(payload, SERVICE_PREFIX);
    }

    public static boolean begins(Bytes payload, Bytes prefix) {
        int length = prefix.length();
        return payload.length() >= length && payload.slice(0, length).equals(prefix);
    }

    /** The content, to be read to its end; null when the payload has another prefix or another length. */
    public static @Nullable ByteBuffer content(Bytes payload, Bytes prefix) {
        if (!begins(payload, prefix)) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(payload.toArray()).position(prefix.length());
        try {
            return length(in) == in.remaining() ? in : null;
        } catch (BufferUnderflowException _) {
            return null;
        }
    }

    /** Reads a varint of at most two bytes, as small as it can be; negative: it is none. */
    private static int length(ByteBuffer in) {
        int low = in.get();
        if (low >= 0) {
            return low;
        }
        int high = in.get();
        return high > 0 ? low & 0x7F | high << 7 : -1;
    }

    /** Prefix, length, content. */
    public static byte[] wrap(Bytes prefix, byte[] content) {
        int length = content.length;
        ByteBuffer all = ByteBuffer.allocate(prefix.length() + 2 + length).put(prefix.toArray());
        if (length < ONE_BYTE) {
            all.put((byte) length);
        } else {
            all.put((byte) (length & 0x7F | ONE_BYTE)).put((byte) (length >> 7));
        }
        all.put(content);
        byte[] message = new byte[all.position()];
        all.get(0, message);
        return message;
    }
}
