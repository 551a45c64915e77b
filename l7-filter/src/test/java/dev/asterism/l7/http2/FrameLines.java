package dev.asterism.l7.http2;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/** What {@link FrameReader} finds, one line a frame; checks of single values are as in the connection. */
final class FrameLines implements FrameListener {

    private static final int MOST_FRAME_BYTES = (1 << 24) - 1;

    /** RFC 8441: unknown to us, so that we ignore any value; Netty does not. */
    private static final int ENABLE_CONNECT_PROTOCOL = 8;

    final List<String> lines = new ArrayList<>();

    @Override
    public int data(int stream, byte[] in, int from, int to, int flowBytes, boolean end) {
        return add("DATA " + stream + " " + hex(in, from, to) + " of " + flowBytes + end(end));
    }

    @Override
    public int headers(int stream, byte[] block, int from, int to, boolean end) {
        return add("HEADERS " + stream + " " + hex(block, from, to) + end(end));
    }

    @Override
    public int reset(int stream, int code) {
        return add("RST_STREAM " + stream + " " + Integer.toUnsignedString(code));
    }

    @Override
    public int settings(byte[] in, int from, int to) {
        TreeMap<Integer, Long> values = new TreeMap<>();
        for (int p = from; p < to; p += Frame.SETTING_BYTES) {
            int id = Frame.int16(in, p);
            long value = Integer.toUnsignedLong(Frame.int32(in, p + 2));
            boolean good =
                    switch (id) {
                        case Frame.ENABLE_PUSH, ENABLE_CONNECT_PROTOCOL -> value <= 1;
                        case Frame.INITIAL_WINDOW_SIZE -> value <= Integer.MAX_VALUE;
                        case Frame.MAX_FRAME_SIZE ->
                                value >= Frame.PAYLOAD_BYTES && value <= MOST_FRAME_BYTES;
                        default -> true;
                    };
            if (!good) {
                return ErrorCode.PROTOCOL_ERROR;
            }
            values.put(id, value);
        }
        return add("SETTINGS " + values);
    }

    @Override
    public int ping(byte[] in, int at) {
        return add("PING " + hex(in, at, at + 8));
    }

    @Override
    public int pingAck(byte[] in, int at) {
        return add("PING ack " + hex(in, at, at + 8));
    }

    @Override
    public boolean isFull() {
        return false;
    }

    @Override
    public int goAway(int lastStream) {
        return add("GOAWAY " + lastStream);
    }

    @Override
    public int windowUpdate(int stream, int increment) {
        return increment == 0
                ? ErrorCode.PROTOCOL_ERROR
                : add("WINDOW_UPDATE " + stream + " " + increment);
    }

    @Override
    public int idle() {
        return add("idle");
    }

    static String end(boolean end) {
        return end ? " end" : "";
    }

    private static String hex(byte[] in, int from, int to) {
        return HexFormat.of().formatHex(in, from, to);
    }

    private int add(String line) {
        lines.add(line);
        return ErrorCode.NO_ERROR;
    }
}
