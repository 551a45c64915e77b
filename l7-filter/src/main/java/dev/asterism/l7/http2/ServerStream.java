package dev.asterism.l7.http2;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.Client;
import dev.asterism.l7.exchange.Downstream;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.hpack.HpackEncoder;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.io.Timer;
import org.jspecify.annotations.Nullable;

/**
 * A stream on a client's connection. After an answer that came before the request's end it stays until the client has
 * ended, or has sent half a window more: then it is told to stop, RFC 9113 8.1. So a late fault of the client still
 * gets the answer for that fault.
 */
final class ServerStream extends Http2Stream implements Downstream {

    private static final byte[] CONNECT = Ascii.bytes("CONNECT");

    private final class Still extends Timer {

        @Override
        protected void expired() {
            timedOut();
        }
    }

    private final Still still = new Still();
    private @Nullable Exchange exchange;
    private long stillNanos;

    /** A good request. The stream is open. */
    void request(Head head, boolean end, Client client) {
        idleTime(client.times().stream());
        BodyFraming framing = BodyFraming.NONE;
        if (end) {
            remoteClosed();
        } else {
            promise(head.contentLength());
            framing = head.contentLength() >= 0 ? BodyFraming.LENGTH : BodyFraming.STREAMED;
        }
        Exchange next = connection().codec().workspace().exchange();
        exchange = next;
        next.begin(this, client.caller(), head, framing, connection().conn().batch().nowNanos());
        if (head.has(Head.TOO_LARGE)) {
            next.refuse(LocalAnswer.FIELDS_TOO_LARGE);
        } else if (head.partIs(Head.METHOD, CONNECT)) {
            next.refuse(LocalAnswer.METHOD_NOT_ALLOWED);
        } else {
            client.handler().handle(next, head);
        }
    }

    @Override
    boolean takesData() {
        return true;
    }

    @Override
    void received(byte[] in, int from, int to) {
        moved();
        Exchange current = exchange;
        if (current == null) {
            afterAnswer();
        } else if (current.sendData(in, from, to, isRemoteClosed())) {
            credit();
        }
    }

    @Override
    void receivedTrailers(Head fields) {
        Exchange current = exchange;
        if (current == null) {
            afterAnswer();
        } else {
            current.sendTrailers(fields);
        }
    }

    /** The exchange is over: away with the stream when both sides have ended, or when the client does not stop. */
    private void afterAnswer() {
        if (!isLocalClosed()) {
            return;
        }
        int half = connection().settings().streamWindow() / 2;
        if (isRemoteClosed()) {
            remove();
        } else if (uncredited() >= half) {
            connection().resetStream(id(), ErrorCode.NO_ERROR);
            remove();
        }
    }

    @Override
    void afterLocalClosed() {
        if (exchange == null) {
            afterAnswer();
        }
    }

    @Override
    void lost() {
        Exchange current = exchange;
        exchange = null;
        if (current != null) {
            current.cancel();
        }
    }

    @Override
    void faulty() {
        lost();
        remove();
    }

    @Override
    void resetByPeer(int code) {
        lost();
        remove();
    }

    @Override
    void outputFlows() {
        if (exchange != null) {
            exchange.resumeAnswer();
        }
    }

    @Override
    boolean isOfClient() {
        return true;
    }

    @Override
    void recycle(Http2Codec codec) {
        connection().conn().batch().timers().cancel(still);
        codec.recycle(this);
    }

    // --- time ---

    @Override
    public void idleTime(long nanos) {
        stillNanos = nanos;
        connection().conn().batch().timers().cancel(still);
        moved();
    }

    @Override
    void moved() {
        if (stillNanos > 0) {
            connection().conn().batch().after(still, stillNanos);
        }
    }

    private void timedOut() {
        Exchange current = exchange;
        if (current != null) {
            current.stop(isRemoteClosed() ? LocalAnswer.TIMEOUT : LocalAnswer.REQUEST_TIMEOUT);
        } else {
            connection().resetStream(id(), ErrorCode.CANCEL);
            remove();
        }
    }

    // --- the answer ---

    @Override
    public void interim(Head head) {
        writeHead(head, false);
    }

    @Override
    public void head(Head head, BodyFraming framing, byte[] in, int from, int to, boolean end) {
        boolean last = end && to == from;
        writeHead(head, last);
        if (last) {
            localClosed();
        } else if (to > from) {
            data(in, from, to, end);
        }
    }

    private void writeHead(Head head, boolean last) {
        moved();
        byte[] block = connection().codec().workspace().scratch(head.writtenBytes());
        connection().writer().headers(id(), block, 0, HpackEncoder.answer(head, block, 0), last);
    }

    @Override
    public void data(byte[] in, int from, int to, boolean end) {
        if (to > from || end) {
            moved();
            send(in, from, to, end);
            if (isCongested() && exchange != null) {
                exchange.pauseAnswer();
            }
        }
    }

    @Override
    public void trailers(Head fields) {
        sendTrailers(fields);
    }

    @Override
    public void refuse(LocalAnswer answer) {
        boolean grpc = exchange != null && exchange.isGrpc();
        byte[] block = connection().codec().workspace().scratch(HpackEncoder.localBytes(answer));
        int length = HpackEncoder.local(answer, grpc, block, 0);
        connection().writer().headers(id(), block, 0, length, true);
        localClosed();
    }

    @Override
    public void abort() {
        exchange = null;
        connection().resetStream(id(), ErrorCode.INTERNAL_ERROR);
        remove();
    }

    @Override
    public void completed() {
        exchange = null;
        afterAnswer();
    }

    @Override
    public void resumeRequest() {
        credit();
    }
}
