package dev.asterism.l7.http2;

import dev.asterism.l7.exchange.RequestHandler;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.io.Conn;
import java.util.Arrays;

/** HTTP/2 on a client's connection, with prior knowledge: the preface comes first, RFC 9113 3.4. */
public final class Http2Server extends Http2Connection {

    private static final byte[] PREFACE = Ascii.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    private final RequestHandler handler;
    private boolean greeted;
    private boolean draining;

    public Http2Server(
            Conn conn, Http2Codec codec, Http2Settings settings, RequestHandler handler) {
        super(conn, codec, settings);
        this.handler = handler;
    }

    /** So many bytes of the preface are there, at most 24; 0 when the input is something else. */
    public static int prefaceBytes(byte[] in, int from, int to) {
        int length = Math.min(PREFACE.length, to - from);
        return Arrays.equals(in, from, from + length, PREFACE, 0, length) ? length : 0;
    }

    @Override
    public int received(byte[] in, int from, int to) {
        if (greeted) {
            return readFrames(in, from, to);
        }
        int there = prefaceBytes(in, from, to);
        if (there == 0) {
            greet();
            fail(ErrorCode.PROTOCOL_ERROR);
            return to;
        }
        if (there < PREFACE.length) {
            return from;
        }
        greet();
        return readFrames(in, from + PREFACE.length, to);
    }

    private void greet() {
        greeted = true;
        writer().settings(
                        Frame.MAX_CONCURRENT_STREAMS,
                        settings().streams(),
                        Frame.INITIAL_WINDOW_SIZE,
                        settings().streamWindow(),
                        Frame.MAX_HEADER_LIST_SIZE,
                        codec().workspace().limits().headBytes());
        writer().windowUpdate(0, settings().connectionWindow() - Frame.FIRST_WINDOW);
    }

    @Override
    boolean isIdle(int stream) {
        return (stream & 1) == 0 || stream > history().last();
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
        if (draining || streams().count() >= settings().streams()) {
            resetStream(id, ErrorCode.REFUSED_STREAM);
            return countReset();
        }
        boolean lacksBody = end && head.contentLength() > 0;
        if (head.has(Head.MALFORMED) || lacksBody) {
            resetStream(id, ErrorCode.PROTOCOL_ERROR);
            return countReset();
        }
        ServerStream stream = codec().serverStream();
        stream.open(this, id);
        stream.request(head, end, handler);
        return ErrorCode.NO_ERROR;
    }

    /** A client has nothing to refuse: its streams go on. */
    @Override
    public int goAway(int lastStream) {
        draining = true;
        afterRemove();
        return ErrorCode.NO_ERROR;
    }

    @Override
    void afterRemove() {
        if (draining && streams().count() == 0) {
            conn().closeAfterFlush();
        }
    }

    @Override
    void afterEnd() {}
}
