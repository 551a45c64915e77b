package dev.asterism.l7.http2;

import dev.asterism.l7.hpack.HpackDecoder;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.Holding;
import dev.asterism.l7.io.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * What both roles of an HTTP/2 connection have in common: frames in, windows, settings, the end, RFC 9113 5 and 6.
 * Input of a connection is credited when it comes, input of a stream when it is passed on: one stream that waits does
 * not stop the others.
 */
abstract class Http2Connection implements WireProtocol, FrameListener {

    private final Conn conn;
    private final Http2Codec codec;
    private final Http2Settings settings;
    private final FrameReader reader;
    private final FrameWriter writer;
    private final HpackDecoder decoder;

    /** The decoder's table. Of several connections the one that has used its own last gives way last. */
    private final Holding table;

    private final StreamTable streams = new StreamTable();
    private final StreamHistory history = new StreamHistory();
    private final FloodGuard guard = new FloodGuard();
    private long sendWindow = Frame.FIRST_WINDOW;
    private int peerWindow = Frame.FIRST_WINDOW;
    private int uncredited;
    private int waiting;
    private boolean ended;
    private boolean full;

    Http2Connection(Conn conn, Http2Codec codec, Http2Settings settings, boolean countsHeads) {
        this.conn = conn;
        this.codec = codec;
        this.settings = settings;
        reader = new FrameReader(this, conn.memory());
        writer = new FrameWriter(conn, countsHeads);
        decoder = new HpackDecoder(codec.workspace().names(), codec.workspace().limits());
        table = new Holding(conn.batch().memory(), conn::fail);
    }

    final Conn conn() {
        return conn;
    }

    final Http2Codec codec() {
        return codec;
    }

    final Http2Settings settings() {
        return settings;
    }

    final FrameWriter writer() {
        return writer;
    }

    final HpackDecoder decoder() {
        return decoder;
    }

    final StreamTable streams() {
        return streams;
    }

    final StreamHistory history() {
        return history;
    }

    /** The connection is at its end: no stream is open and nothing more is read. */
    final boolean hasEnded() {
        return ended;
    }

    /** A stream that was never opened. */
    abstract boolean isIdle(int stream);

    /** The peer's highest stream that we have taken. */
    abstract int lastPeerStream();

    abstract int setting(int key, int value);

    /** What remains to do when the connection has ended. */
    abstract void afterEnd();

    /** A stream has gone. */
    abstract void afterRemove();

    /** The peer has broken the protocol; the connection ends with this code. */
    abstract void broken(int code);

    /** The peer has broken the protocol on a stream, which ends. */
    abstract void streamBroken();

    // --- input ---

    final int readFrames(byte[] in, int from, int to) {
        int p = reader.read(in, from, to);
        if (decoder.takeUsed()) {
            table.holds(decoder.tableBytes() - table.held());
            table.used();
        }
        if (reader.error() != ErrorCode.NO_ERROR) {
            fail(reader.error());
        }
        return ended ? to : p;
    }

    /** A header block has begun and not ended. */
    final boolean isInBlock() {
        return reader.isInBlock();
    }

    @Override
    public final boolean isFull() {
        // Congested first: who is told so hears of it when the output has left.
        if (conn.isCongested() && writer.owed() > conn.batch().memory().congested()) {
            full = true;
            conn.pause(true);
        }
        return full || conn.input().isTurnOver();
    }

    /** The peer is to blame: says so and ends. */
    final void fail(int code) {
        if (!ended) {
            broken(code);
            leave(code);
        }
    }

    /** Says goodbye and ends. */
    final void leave(int code) {
        if (!ended) {
            writer.goAway(lastPeerStream(), code);
            end();
            conn.closeAfterLinger();
        }
    }

    private void end() {
        ended = true;
        Http2Stream[] all = streams.all();
        streams.clear();
        for (Http2Stream stream : all) {
            stream.connectionLost();
        }
        table.close();
        afterEnd();
    }

    @Override
    public final void lost() {
        if (!ended) {
            end();
        }
    }

    @Override
    public final int data(int id, byte[] in, int from, int to, int flowBytes, boolean end) {
        if (isIdle(id)) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        uncredited += flowBytes;
        if (uncredited > settings.connectionWindow() / 2) {
            writer.windowUpdate(0, uncredited);
            uncredited = 0;
        }
        if (to > from || end) {
            guard.useful();
        } else if (!guard.allowsIdle()) {
            return ErrorCode.ENHANCE_YOUR_CALM;
        }
        Http2Stream stream = streams.get(id);
        if (stream == null) {
            return history.wasEnded(id) ? ErrorCode.NO_ERROR : ErrorCode.STREAM_CLOSED;
        }
        return stream.data(in, from, to, flowBytes, end);
    }

    @Override
    public final int reset(int id, int code) {
        if (isIdle(id)) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        Http2Stream stream = streams.get(id);
        if (stream == null) {
            return idle();
        }
        stream.resetByPeer(code);
        return countReset();
    }

    /** To be called for each stream that the peer ends, or makes us end, before its time. */
    abstract int countReset();

    final int guardReset() {
        boolean allowed = guard.allowsReset(conn.batch().nowNanos());
        return allowed ? ErrorCode.NO_ERROR : ErrorCode.ENHANCE_YOUR_CALM;
    }

    @Override
    public final int settings(byte[] in, int from, int to) {
        int window = peerWindow;
        for (int at = from; at < to; at += Frame.SETTING_BYTES) {
            int key = Frame.int16(in, at);
            int value = Frame.int32(in, at + 2);
            int error = setting(key, value);
            if (error != ErrorCode.NO_ERROR) {
                return error;
            }
            window = key == Frame.INITIAL_WINDOW_SIZE ? value : window;
        }
        boolean changed = window != peerWindow;
        if (changed && !firstWindow(window)) {
            return ErrorCode.FLOW_CONTROL_ERROR;
        }
        writer.settingsAck();
        if (changed) {
            pump(); // behind the acknowledgement, which is due at once, RFC 9113 6.5.3
        }
        settled();
        return idle();
    }

    /** Settings of the peer are in force. */
    void settled() {}

    /** The settings that both roles know. */
    final int commonSetting(int key, int value) {
        return switch (key) {
            case Frame.HEADER_TABLE_SIZE -> {
                if (Integer.compareUnsigned(value, HpackDecoder.FIRST_TABLE_BYTES) < 0) {
                    writer.tableShrinks();
                }
                yield ErrorCode.NO_ERROR;
            }
            case Frame.ENABLE_PUSH ->
                    value == 0 || value == 1 ? ErrorCode.NO_ERROR : ErrorCode.PROTOCOL_ERROR;
            case Frame.INITIAL_WINDOW_SIZE ->
                    value >= 0 ? ErrorCode.NO_ERROR : ErrorCode.FLOW_CONTROL_ERROR;
            case Frame.MAX_FRAME_SIZE ->
                    value >= Frame.PAYLOAD_BYTES && value <= 0xffffff
                            ? ErrorCode.NO_ERROR
                            : ErrorCode.PROTOCOL_ERROR;
            default -> ErrorCode.NO_ERROR;
        };
    }

    /**
     * Changes the windows of all open streams as well, which may so become negative, RFC 9113 6.9.2; once for a frame,
     * however often it says the setting. False: one is too large now.
     */
    private boolean firstWindow(int bytes) {
        int more = bytes - peerWindow;
        peerWindow = bytes;
        for (Http2Stream stream : streams.all()) {
            if (!stream.widen(more)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public final int ping(byte[] in, int at) {
        writer.pingAck(in, at);
        return idle();
    }

    /** Counts as an idle frame, whether or not we have sent the ping. */
    @Override
    public int pingAck(byte[] in, int at) {
        return idle();
    }

    @Override
    public final int windowUpdate(int id, int increment) {
        if (id != 0) {
            return streamWindowUpdate(id, increment);
        }
        if (increment == 0) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        sendWindow += increment;
        if (sendWindow > Integer.MAX_VALUE) {
            return ErrorCode.FLOW_CONTROL_ERROR;
        }
        pump();
        return idle();
    }

    private int streamWindowUpdate(int id, int increment) {
        if (isIdle(id)) {
            return ErrorCode.PROTOCOL_ERROR;
        }
        Http2Stream stream = streams.get(id);
        if (stream == null) {
            return idle();
        }
        if (increment == 0) {
            return stream.fault(ErrorCode.PROTOCOL_ERROR);
        }
        if (!stream.widen(increment)) {
            return stream.fault(ErrorCode.FLOW_CONTROL_ERROR);
        }
        stream.pump();
        return idle();
    }

    @Override
    public final int idle() {
        return guard.allowsIdle() ? ErrorCode.NO_ERROR : ErrorCode.ENHANCE_YOUR_CALM;
    }

    final void useful() {
        guard.useful();
    }

    // --- output ---

    final long sendWindow() {
        return sendWindow;
    }

    final int peerWindow() {
        return peerWindow;
    }

    final void spend(int bytes) {
        sendWindow -= bytes;
        guard.useful();
    }

    /** So many streams more, or fewer, have data that waits for a window. */
    final void waiting(int more) {
        waiting += more;
    }

    private void pump() {
        if (waiting > 0) {
            for (Http2Stream stream : streams.all()) {
                stream.pump();
            }
        }
    }

    @Override
    public final void drained() {
        if (full) {
            full = false;
            conn.pause(false);
            conn.offerAgain();
        }
        for (Http2Stream stream : streams.all()) {
            stream.flowing();
        }
    }

    // --- streams ---

    final @Nullable Http2Stream stream(int id) {
        return streams.get(id);
    }

    /** We end a stream; frames for it that are under way are ignored. */
    final void resetStream(int id, int code) {
        writer.reset(id, code);
        history.ended(id);
    }

    final void remove(int id) {
        if (streams.remove(id)) {
            afterRemove();
        }
    }
}
