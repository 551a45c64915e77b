package dev.asterism.l7.http2;

import dev.asterism.l7.exchange.Client;
import dev.asterism.l7.exchange.InputRefusal;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.io.Conn;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * HTTP/2 on a client's connection, with prior knowledge: the preface comes first, RFC 9113 3.4. It drains in two
 * steps, RFC 9113 6.8: a first GOAWAY tells the client to stop and refuses nothing, and the second, which says what
 * was taken, comes when the client has answered a ping behind the first, or after a second.
 */
public final class Http2Server extends Http2Connection {

    private static final byte[] PREFACE = Ascii.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    public static final int PREFACE_BYTES = PREFACE.length;

    private static final byte[] DRAIN_PING = Ascii.bytes("draining");
    private static final long DRAIN_PING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum Draining {
        NO,
        ANNOUNCED,
        /** No stream more. */
        LAST,
        /** As {@link #LAST}, by the client's wish. */
        CLIENT_LEAVES
    }

    private final Client client;
    private boolean greeted;
    private boolean inBlock;
    private Draining draining = Draining.NO;

    public Http2Server(Conn conn, Http2Codec codec, Http2Settings settings, Client client) {
        super(conn, codec, settings, true);
        this.client = client;
        conn.timeout(client.times().head());
    }

    /** With how many bytes of the preface the input begins; 0 when it is something else. */
    public static int prefaceBytes(byte[] in, int from, int to) {
        int length = Math.min(PREFACE_BYTES, to - from);
        return Arrays.equals(in, from, from + length, PREFACE, 0, length) ? length : 0;
    }

    @Override
    public int received(byte[] in, int from, int to) {
        if (greeted) {
            return frames(in, from, to);
        }
        int there = prefaceBytes(in, from, to);
        if (there == 0) {
            greet();
            fail(ErrorCode.PROTOCOL_ERROR);
            return to;
        }
        if (there < PREFACE_BYTES) {
            return from;
        }
        greet();
        conn().timeout(client.times().idle());
        return frames(in, from + PREFACE_BYTES, to);
    }

    private int frames(byte[] in, int from, int to) {
        int stopped = readFrames(in, from, to);
        if (inBlock != isInBlock()) {
            inBlock = !inBlock;
            conn().timeout(inBlock ? client.times().head() : client.times().idle());
        }
        return stopped;
    }

    /** A header block that does not end, or a connection without streams. */
    @Override
    public void timedOut() {
        if (draining == Draining.ANNOUNCED) {
            refuseMore();
        } else if (!greeted) {
            conn().closeAfterFlush();
        } else if (inBlock) {
            client.refused(InputRefusal.HEAD_TIMEOUT, 0);
            leave(ErrorCode.ENHANCE_YOUR_CALM);
        } else if (streams().count() == 0) {
            leave(ErrorCode.NO_ERROR);
        }
    }

    @Override
    public boolean isOverWhenInputEnds() {
        return true;
    }

    // --- drain ---

    @Override
    public void drain() {
        if (hasEnded() || draining != Draining.NO) {
            return;
        }
        if (!greeted) {
            greet();
        }
        draining = Draining.ANNOUNCED;
        writer().goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR);
        writer().ping(DRAIN_PING, 0);
        conn().timeout(DRAIN_PING_NANOS);
    }

    @Override
    public int pingAck(byte[] in, int at) {
        if (draining == Draining.ANNOUNCED && Arrays.equals(in, at, at + 8, DRAIN_PING, 0, 8)) {
            refuseMore();
        }
        return idle();
    }

    private void refuseMore() {
        draining = Draining.LAST;
        writer().goAway(history().last(), ErrorCode.NO_ERROR);
        conn().timeout(client.times().idle());
        afterRemove();
    }

    private void greet() {
        greeted = true;
        writer().settings(
                        Frame.MAX_CONCURRENT_STREAMS,
                        settings().streams(),
                        Frame.INITIAL_WINDOW_SIZE,
                        settings().streamWindow(),
                        Frame.ENABLE_CONNECT_PROTOCOL,
                        1,
                        Frame.MAX_HEADER_LIST_SIZE,
                        codec().workspace().limits().headBytes());
        writer().windowUpdate(0, settings().connectionWindow() - Frame.FIRST_WINDOW);
    }

    @Override
    boolean isIdle(int stream) {
        return (stream & 1) == 0 || stream > history().last();
    }

    @Override
    int lastPeerStream() {
        return history().last();
    }

    @Override
    int countReset() {
        return guardReset();
    }

    @Override
    int setting(int key, int value) {
        return commonSetting(key, value);
    }

    @Override
    public int headers(int id, byte[] block, int from, int to, boolean end) {
        Http2Stream stream = stream(id);
        if (stream != null) {
            Head trailers = codec().workspace().trailers();
            boolean good = decoder().trailers(block, from, to, trailers);
            return good ? stream.trailers(trailers, end) : ErrorCode.COMPRESSION_ERROR;
        }
        boolean late = id <= history().last();
        if (late && !history().wasEnded(id)) {
            return history().wasOpened(id) ? ErrorCode.STREAM_CLOSED : ErrorCode.PROTOCOL_ERROR;
        }
        Head head = codec().workspace().request();
        if (!decoder().request(block, from, to, head)) {
            return ErrorCode.COMPRESSION_ERROR;
        }
        return late ? idle() : open(id, head, end);
    }

    private int open(int id, Head head, boolean end) {
        history().opened(id);
        useful();
        if (draining.compareTo(Draining.LAST) >= 0 || streams().count() >= settings().streams()) {
            resetStream(id, ErrorCode.REFUSED_STREAM);
            return countReset();
        }
        boolean lacksBody = end && (head.contentLength() > 0 || head.has(Head.UPGRADES));
        if (head.has(Head.MALFORMED) || lacksBody) {
            client.refused(InputRefusal.H2_REQUEST, 0);
            resetStream(id, ErrorCode.PROTOCOL_ERROR);
            return countReset();
        }
        ServerStream stream = codec().serverStream();
        stream.open(this, id);
        stream.request(head, end, client);
        return ErrorCode.NO_ERROR;
    }

    /** A client has nothing to refuse: its streams go on. */
    @Override
    public int goAway(int lastStream) {
        draining = Draining.CLIENT_LEAVES;
        afterRemove();
        return ErrorCode.NO_ERROR;
    }

    @Override
    void afterRemove() {
        if (streams().count() > 0) {
            return;
        }
        if (draining == Draining.LAST) {
            conn().closeAfterLinger();
        } else if (draining == Draining.CLIENT_LEAVES) {
            conn().closeAfterFlush();
        } else if (draining == Draining.NO && !inBlock) {
            conn().timeout(client.times().idle());
        }
    }

    @Override
    void afterEnd() {}

    @Override
    void broken(int code) {
        InputRefusal why =
                switch (code) {
                    case ErrorCode.FLOW_CONTROL_ERROR -> InputRefusal.H2_FLOW_CONTROL;
                    case ErrorCode.STREAM_CLOSED -> InputRefusal.H2_STREAM_CLOSED;
                    case ErrorCode.FRAME_SIZE_ERROR -> InputRefusal.H2_FRAME_SIZE;
                    case ErrorCode.COMPRESSION_ERROR -> InputRefusal.H2_COMPRESSION;
                    case ErrorCode.ENHANCE_YOUR_CALM -> InputRefusal.H2_FLOOD;
                    default -> InputRefusal.H2_PROTOCOL;
                };
        client.refused(why, 0);
    }

    @Override
    void streamBroken() {
        client.refused(InputRefusal.H2_STREAM, 0);
    }
}
