package dev.asterism.l7.http2;

import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.io.Conn;

/** HTTP/2 on an upstream connection, with prior knowledge; many exchanges at a time. RFC 9113. */
public final class Http2Client extends Http2Connection {

    /** Who lends it out. */
    @FunctionalInterface
    public interface Owner {

        /** It takes no more exchanges; may be told twice. */
        void gone(Http2Client client);
    }

    private static final byte[] PREFACE = Ascii.bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    /** Until its settings are there; RFC 9113 6.5.2 asks servers for no less. */
    private static final int FIRST_STREAMS = 100;

    private static final int MOST_STREAMS = 1024;

    private final Owner owner;
    private int nextId = 1;
    private int peerStreams = FIRST_STREAMS;
    private boolean draining;
    private boolean heard = true;
    private long usedNanos;
    private final ConnectQueue connects = new ConnectQueue(this);

    public Http2Client(Conn conn, Http2Codec codec, Http2Settings settings, Owner owner) {
        super(conn, codec, settings, false);
        this.owner = owner;
    }

    /** It was kept, and nothing has come since it was used again: the server may have closed it before. */
    boolean isStale() {
        return !heard;
    }

    /** Whether a server's first bytes are the frame that it begins with, RFC 9113 3.4. */
    public static boolean isServerPreface(byte[] in, int from, int to) {
        return to - from >= Frame.HEADER_BYTES
                && Frame.int24(in, from) % Frame.SETTING_BYTES == 0
                && in[from + 3] == Frame.SETTINGS
                && in[from + 4] == 0
                && Frame.int32(in, from + 5) == 0;
    }

    /** Writes the preface and settings, which may be before the connection is open. */
    public void greet() {
        int at = conn().room(PREFACE.length);
        conn().wrote(Ascii.put(conn().output(), at, PREFACE));
        writer().settings(
                        Frame.ENABLE_PUSH,
                        0,
                        Frame.INITIAL_WINDOW_SIZE,
                        settings().streamWindow(),
                        Frame.MAX_HEADER_LIST_SIZE,
                        codec().workspace().limits().headBytes());
        writer().windowUpdate(0, settings().connectionWindow() - Frame.FIRST_WINDOW);
    }

    public boolean canOpen() {
        return !draining
                && !hasEnded()
                && !conn().isClosed()
                && !conn().isBroken()
                && nextId > 0
                && !conn().isCongested()
                && streams().count() < Math.min(peerStreams, MOST_STREAMS);
    }

    /** So many streams at once the server has said that it takes, or is thought to. */
    public int peerStreams() {
        return peerStreams;
    }

    /** Until it says something itself it is thought to take so many, as on another connection; at most 100. */
    public void expectStreams(int most) {
        peerStreams = Math.min(FIRST_STREAMS, most);
    }

    /** No exchange is under way. */
    public boolean isIdle() {
        return streams().count() == 0 && connects.isEmpty();
    }

    /** No exchange is under way, and none has been since then. */
    public boolean isUnusedSince(long nanos) {
        return isIdle() && usedNanos - nanos <= 0;
    }

    /** Takes no more exchanges and closes behind the last. */
    public void retire() {
        draining = true;
        afterRemove();
    }

    /** Sends an exchange's head on a new stream. Only when {@link #canOpen}. */
    public void start(Exchange exchange) {
        if (!exchange.asksForUpgrade() || connects.areTaken() && !exchange.lacksWebSocketKey()) {
            open(exchange);
        } else {
            connects.add(exchange);
        }
    }

    void open(Exchange exchange) {
        if (nextId > 1 && streams().count() == 0) {
            heard = false;
        }
        usedNanos = conn().batch().nowNanos();
        ClientStream stream = codec().clientStream();
        stream.open(this, nextId);
        history().opened(nextId);
        nextId += 2;
        useful();
        stream.start(exchange);
    }

    @Override
    public int received(byte[] in, int from, int to) {
        heard = true;
        return readFrames(in, from, to);
    }

    @Override
    boolean isIdle(int stream) {
        return (stream & 1) == 0 || nextId > 0 && stream >= nextId;
    }

    @Override
    int lastPeerStream() {
        return 0;
    }

    /** A server that cannot take more may say so often. */
    @Override
    int countReset() {
        return ErrorCode.NO_ERROR;
    }

    @Override
    int setting(int key, int value) {
        if (key == Frame.MAX_CONCURRENT_STREAMS) {
            peerStreams = value < 0 ? Integer.MAX_VALUE : value;
            return ErrorCode.NO_ERROR;
        }
        if (key == Frame.ENABLE_PUSH && value != 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        if (key == Frame.ENABLE_CONNECT_PROTOCOL) {
            return connects.setting(value) ? ErrorCode.NO_ERROR : ErrorCode.PROTOCOL_ERROR;
        }
        return commonSetting(key, value);
    }

    @Override
    void settled() {
        connects.settled();
    }

    @Override
    public int headers(int id, byte[] block, int from, int to, boolean end) {
        Http2Stream found = stream(id);
        boolean trailers = found instanceof ClientStream open && open.isAnswered();
        Head head = trailers ? codec().workspace().trailers() : codec().workspace().answer();
        boolean good =
                trailers
                        ? decoder().trailers(block, from, to, head)
                        : decoder().answer(block, from, to, head);
        if (!good) {
            return ErrorCode.COMPRESSION_ERROR;
        }
        useful();
        if (!(found instanceof ClientStream stream)) {
            boolean late = !isIdle(id) && history().wasEnded(id);
            return late ? ErrorCode.NO_ERROR : ErrorCode.PROTOCOL_ERROR;
        }
        return trailers ? stream.trailers(head, end) : stream.answer(head, end);
    }

    /** Streams above the last that it knows were not touched, RFC 9113 6.8. */
    @Override
    public int goAway(int lastStream) {
        draining = true;
        owner.gone(this);
        connects.fail(LocalAnswer.UPSTREAM_REFUSED);
        for (Http2Stream stream : streams().all()) {
            if (stream.id() > lastStream) {
                stream.resetByPeer(ErrorCode.REFUSED_STREAM);
            }
        }
        afterRemove();
        return ErrorCode.NO_ERROR;
    }

    @Override
    void afterRemove() {
        usedNanos = conn().batch().nowNanos();
        if (draining && isIdle()) {
            conn().closeAfterFlush();
        }
    }

    /** A bad answer of a server is told by its attempts. */
    @Override
    void broken(int code) {}

    @Override
    void streamBroken() {}

    @Override
    void afterEnd() {
        owner.gone(this);
        if (conn().memory().gaveWay()) {
            connects.fail(LocalAnswer.OVERFLOW);
        } else if (conn().isConnecting()) {
            connects.fail(LocalAnswer.of(conn().unopened()));
        } else {
            connects.fail(LocalAnswer.UPSTREAM_RESET);
        }
    }
}
