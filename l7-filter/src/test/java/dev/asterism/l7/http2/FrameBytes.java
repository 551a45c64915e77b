package dev.asterism.l7.http2;

import dev.asterism.l7.hpack.HpackDecoder;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HeadLines;
import dev.asterism.l7.http.HttpLimits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;

/** Frames for tests: made from text, and read back as text. */
public final class FrameBytes {

    public static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** The fields of a POST. */
    static final String[] POST = {":method: POST", ":scheme: http", ":authority: h", ":path: /p"};

    private final HpackDecoder decoder =
            new HpackDecoder(FieldNames.standard(), HttpLimits.STANDARD);
    private byte[] rest = {};

    public static byte[] frame(int type, int flags, int stream, byte[] payload) {
        byte[] frame = new byte[Frame.HEADER_BYTES + payload.length];
        Frame.putHeader(frame, 0, payload.length, type, flags, stream);
        System.arraycopy(payload, 0, frame, Frame.HEADER_BYTES, payload.length);
        return frame;
    }

    public static byte[] settings(int... pairs) {
        byte[] payload = new byte[pairs.length * 3];
        for (int i = 0; i < pairs.length; i += 2) {
            Frame.put32(payload, Frame.put16(payload, i * 3, pairs[i]), pairs[i + 1]);
        }
        return frame(Frame.SETTINGS, 0, 0, payload);
    }

    /** Fields as "name: value"; literals without Huffman. */
    public static byte[] headers(int stream, boolean end, String... fields) {
        int flags = Frame.END_HEADERS | (end ? Frame.END_STREAM : 0);
        return frame(Frame.HEADERS, flags, stream, block(fields));
    }

    public static byte[] block(String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (String field : fields) {
            int colon = field.indexOf(": ", 1);
            block.write(0);
            string(block, field.substring(0, colon));
            string(block, field.substring(colon + 2));
        }
        return block.toByteArray();
    }

    private static void string(ByteArrayOutputStream to, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            to.write(bytes.length);
        } else {
            to.write(127);
            int left = bytes.length - 127;
            for (; left >= 128; left >>= 7) {
                to.write(left | 128);
            }
            to.write(left);
        }
        to.writeBytes(bytes);
    }

    public static byte[] get(int stream) {
        return headers(stream, true, ":method: GET", ":scheme: http", ":authority: h", ":path: /a");
    }

    /** The fields of a GET and more. */
    public static String[] with(String... more) {
        String[] all = {":method: GET", ":scheme: http", ":authority: h", ":path: /"};
        String[] joined = Arrays.copyOf(all, all.length + more.length);
        System.arraycopy(more, 0, joined, all.length, more.length);
        return joined;
    }

    public static byte[] data(int stream, boolean end, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return frame(Frame.DATA, end ? Frame.END_STREAM : 0, stream, bytes);
    }

    public static byte[] reset(int stream, int code) {
        return frame(Frame.RST_STREAM, 0, stream, int32(code));
    }

    public static byte[] windowUpdate(int stream, int increment) {
        return frame(Frame.WINDOW_UPDATE, 0, stream, int32(increment));
    }

    public static byte[] ping() {
        return frame(Frame.PING, 0, 0, new byte[8]);
    }

    public static byte[] goAway(int last, int code) {
        byte[] payload = new byte[8];
        Frame.put32(payload, Frame.put32(payload, 0, last), code);
        return frame(Frame.GOAWAY, 0, 0, payload);
    }

    public static byte[] int32(int value) {
        byte[] bytes = new byte[4];
        Frame.put32(bytes, 0, value);
        return bytes;
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** What is in the bytes, one line a frame; a client's preface is skipped. Header blocks are decoded with state. */
    public List<String> read(byte[] bytes) {
        byte[] all = join(rest, bytes);
        List<String> frames = new ArrayList<>();
        int preface = Http2Server.prefaceBytes(all, 0, all.length);
        int p = preface == PREFACE.length ? preface : 0;
        while (all.length - p >= Frame.HEADER_BYTES) {
            int length = Frame.int24(all, p);
            if (all.length - p - Frame.HEADER_BYTES < length) {
                break;
            }
            frames.add(describe(all, p, length));
            p += Frame.HEADER_BYTES + length;
        }
        rest = Arrays.copyOfRange(all, p, all.length);
        return frames;
    }

    /** Without what belongs to every connection: settings and windows. */
    public List<String> readStreams(byte[] bytes) {
        Predicate<String> noise = s -> s.startsWith("SETTINGS") || s.startsWith("WINDOW_UPDATE");
        return read(bytes).stream().filter(noise.negate()).toList();
    }

    private String describe(byte[] in, int at, int length) {
        int stream = Frame.int31(in, at + 5);
        int flags = in[at + 4];
        int payload = at + Frame.HEADER_BYTES;
        String end = (flags & Frame.END_STREAM) != 0 ? " end" : "";
        return switch (in[at + 3]) {
            case Frame.DATA ->
                    "DATA "
                            + stream
                            + " "
                            + new String(in, payload, length, StandardCharsets.ISO_8859_1)
                            + end;
            case Frame.HEADERS -> "HEADERS " + stream + " " + fields(in, payload, length) + end;
            case Frame.RST_STREAM -> "RST_STREAM " + stream + " " + Frame.int32(in, payload);
            case Frame.SETTINGS -> "SETTINGS" + (flags == 1 ? " ack" : "");
            case Frame.PING -> "PING" + (flags == 1 ? " ack" : "");
            case Frame.GOAWAY ->
                    "GOAWAY " + Frame.int31(in, payload) + " " + Frame.int32(in, payload + 4);
            case Frame.WINDOW_UPDATE -> "WINDOW_UPDATE " + stream + " " + Frame.int32(in, payload);
            default -> HexFormat.of().formatHex(in, at, payload + length);
        };
    }

    private List<String> fields(byte[] in, int at, int length) {
        Head head = new Head();
        boolean trailers = in[at] == 0x10 && in[at + 1] != 0;
        if (!decoder.request(in, at, at + length, head)) {
            throw new AssertionError("not a header block, trailers: " + trailers);
        }
        List<String> fields = HeadLines.of(head);
        if (fields.isEmpty() || fields.getFirst().charAt(0) != ':') {
            decoder.answer(in, at, at + length, head);
            fields = HeadLines.of(head);
        }
        return fields;
    }
}
