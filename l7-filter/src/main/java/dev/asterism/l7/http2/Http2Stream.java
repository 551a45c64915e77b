package dev.asterism.l7.http2;

import dev.asterism.l7.hpack.HpackEncoder;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.io.Batch;
import dev.asterism.l7.io.ByteQueue;
import dev.asterism.l7.io.Holding;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One stream: its windows and what waits for them. A stream is recycled: whoever removes it forgets it. What comes in
 * is credited when the other side has taken it, so a side that waits stops the peer after one window.
 */
abstract class Http2Stream {

    /** The field that answers a WebSocket's key; over HTTP/1 alone. */
    static final byte[] WEBSOCKET_ACCEPT = Ascii.bytes("sec-websocket-accept");

    private @Nullable Http2Connection connection;
    private @Nullable ByteQueue queue;
    private int id;
    private long sendWindow;
    private int receiveWindow;
    private int uncredited;

    /** What content-length still promises; -1: nothing. */
    private long promised;

    private boolean remoteClosed;
    private boolean localClosed;
    private boolean endQueued;
    private byte @Nullable [] trailerBlock;

    /** The loop lacks the memory for what waits: it sends nothing more and is reset after the events at hand. */
    private boolean overfull;

    final void open(Http2Connection on, int number) {
        connection = on;
        id = number;
        sendWindow = on.peerWindow();
        receiveWindow = on.settings().streamWindow();
        uncredited = 0;
        promised = -1;
        remoteClosed = false;
        localClosed = false;
        endQueued = false;
        trailerBlock = null;
        overfull = false;
        on.streams().put(number, this);
    }

    final Http2Connection connection() {
        if (connection == null) {
            throw new IllegalStateException("stream is not in use");
        }
        return connection;
    }

    final int id() {
        return id;
    }

    final boolean isRemoteClosed() {
        return remoteClosed;
    }

    final boolean isLocalClosed() {
        return localClosed;
    }

    final void remoteClosed() {
        remoteClosed = true;
    }

    final void localClosed() {
        localClosed = true;
    }

    final void promise(long bytes) {
        promised = bytes;
    }

    /** Takes it out of its connection. */
    final void remove() {
        Http2Connection from = connection();
        if (hasQueued()) {
            from.waiting(-1);
        }
        forgetQueue();
        from.remove(id);
        recycle(from.codec());
    }

    private void forgetQueue() {
        if (queue != null) {
            queue.clear();
        }
        trailerBlock = null;
    }

    abstract void recycle(Http2Codec codec);

    /** The connection is gone, and the table of streams with it. */
    final void connectionLost() {
        forgetQueue();
        lost();
        recycle(connection().codec());
    }

    /** The peer is gone: the exchange ends. */
    abstract void lost();

    /** The peer broke the rules: the exchange ends. */
    abstract void faulty();

    /** The loop lacks the memory for what waits here: the stream and its exchange end, by nobody's fault. */
    abstract void gaveWay();

    abstract void resetByPeer(int code);

    /** A piece of the body; {@link #isRemoteClosed} when it is the last. */
    abstract void received(byte[] in, int from, int to);

    abstract void receivedTrailers(Head fields);

    /** A byte of our direction has moved. */
    abstract void moved();

    /** Whether data may come. */
    abstract boolean takesData();

    /** Output flows again. */
    abstract void outputFlows();

    /** Our direction has ended, later than it was asked for. */
    abstract void afterLocalClosed();

    // --- receiving ---

    final int data(byte[] in, int from, int to, int flowBytes, boolean end) {
        if (remoteClosed) {
            return fault(ErrorCode.STREAM_CLOSED);
        }
        receiveWindow -= flowBytes;
        if (receiveWindow < 0) {
            return ErrorCode.FLOW_CONTROL_ERROR;
        }
        if (!takesData() || !keepsPromise(to - from, end)) {
            return fault(ErrorCode.PROTOCOL_ERROR);
        }
        uncredited += flowBytes;
        remoteClosed = end;
        received(in, from, to);
        return ErrorCode.NO_ERROR;
    }

    private boolean keepsPromise(int bytes, boolean end) {
        if (promised < 0) {
            return true;
        }
        promised -= bytes;
        return promised >= 0 && (!end || promised == 0);
    }

    /** A trailer section that has been decoded. */
    final int trailers(Head fields, boolean end) {
        if (remoteClosed) {
            return fault(ErrorCode.STREAM_CLOSED);
        }
        if (!end || fields.has(Head.MALFORMED | Head.TOO_LARGE) || promised > 0) {
            return fault(ErrorCode.PROTOCOL_ERROR);
        }
        remoteClosed = true;
        receivedTrailers(fields);
        return ErrorCode.NO_ERROR;
    }

    /** Ends the stream for the peer's fault. */
    final int fault(int code) {
        Http2Connection on = connection();
        on.streamBroken();
        on.resetStream(id, code);
        faulty();
        return on.countReset();
    }

    /** What has come is passed on: the peer may send as much again. */
    final void credit() {
        int half = connection().settings().streamWindow() / 2;
        if (uncredited >= half && !remoteClosed) {
            connection().writer().windowUpdate(id, uncredited);
            receiveWindow += uncredited;
            uncredited = 0;
        }
    }

    final int uncredited() {
        return uncredited;
    }

    // --- sending ---

    /** False: the window is too large now. */
    final boolean widen(int bytes) {
        sendWindow += bytes;
        return sendWindow <= Integer.MAX_VALUE;
    }

    private boolean hasQueued() {
        return queue != null && queue.pending() > 0;
    }

    /** What waits here for its window, or its share of what waits on the connection. */
    final long queuedBytes() {
        Http2Connection on = connection();
        return queue != null && queue.pending() > 0
                ? queue.pending()
                : on.conn().pending() / Math.max(1, on.streams().count());
    }

    final boolean isOverfull() {
        return overfull;
    }

    final boolean isCongested() {
        return overfull || hasQueued() || connection().conn().isCongested();
    }

    /** Sends as much as the windows allow and keeps the rest. */
    final void send(byte[] in, int from, int to, boolean end) {
        if (overfull) {
            return;
        }
        int stopped = from;
        if (!hasQueued()) {
            stopped = transmit(in, from, to, end);
            if (stopped == to) {
                return;
            }
        }
        Batch batch = connection().conn().batch();
        if (!hasQueued()) {
            connection().waiting(1);
        }
        if (queue == null) {
            queue = new ByteQueue(new Holding(batch.memory(), this::giveWay));
        }
        queue.append(in, stopped, to - stopped);
        endQueued |= end;
    }

    private void giveWay() {
        overfull = true;
        connection().conn().batch().afterEvents(this::giveUp);
    }

    /** Not from within {@link #send}, as whoever sends is at work. */
    @SuppressWarnings("ReferenceEquality") // whether it is still this stream
    private void giveUp() {
        Http2Connection on = connection;
        if (overfull && on != null && on.stream(id) == this) {
            gaveWay();
        }
    }

    /** Returns where it stopped. */
    private int transmit(byte[] in, int from, int to, boolean end) {
        Http2Connection on = connection();
        int p = from;
        do {
            long window = Math.max(0, Math.min(sendWindow, on.sendWindow()));
            int length = (int) Math.min(Math.min(to - p, Frame.PAYLOAD_BYTES), window);
            if (length == 0 && (to > p || !end)) {
                return p;
            }
            boolean last = end && p + length == to;
            on.writer().data(id, in, p, length, last);
            on.spend(length);
            sendWindow -= length;
            localClosed |= last;
            p += length;
        } while (p < to);
        return p;
    }

    /** The end of our direction with fields. */
    final void sendTrailers(Head fields) {
        if (overfull) {
            return;
        }
        byte[] block = connection().codec().workspace().scratch(fields.writtenBytes());
        int length = HpackEncoder.trailers(fields, block, 0);
        if (length == 0) {
            send(block, 0, 0, true);
        } else {
            sendTrailers(block, length);
        }
    }

    /** As they are in {@code block}, which is lent. */
    final void sendTrailers(byte[] block, int length) {
        if (hasQueued()) {
            trailerBlock = Arrays.copyOf(block, length);
        } else {
            writeTrailers(block, length);
        }
    }

    private void writeTrailers(byte[] block, int length) {
        connection().writer().headers(id, block, 0, length, true);
        localClosed = true;
    }

    /** A window grew. */
    final void pump() {
        ByteQueue waits = queue;
        if (waits == null || waits.pending() == 0) {
            return;
        }
        int from = waits.from();
        int to = from + waits.pending();
        int stopped = transmit(waits.bytes(), from, to, endQueued);
        if (stopped > from) {
            moved();
        }
        waits.sent(stopped - from);
        if (stopped < to) {
            return;
        }
        connection().waiting(-1);
        if (trailerBlock != null) {
            writeTrailers(trailerBlock, trailerBlock.length);
            trailerBlock = null;
        }
        flowing();
        if (localClosed) {
            afterLocalClosed();
        }
    }

    final void flowing() {
        if (!hasQueued()) {
            outputFlows();
        }
    }
}
