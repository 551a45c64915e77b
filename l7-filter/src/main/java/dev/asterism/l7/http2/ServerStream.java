package dev.asterism.l7.http2;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.BodyPace;
import dev.asterism.l7.exchange.Client;
import dev.asterism.l7.exchange.Downstream;
import dev.asterism.l7.exchange.Exchange;
import dev.asterism.l7.exchange.InputRefusal;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.hpack.HpackEncoder;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.io.Batch;
import dev.asterism.l7.io.Timer;
import org.jspecify.annotations.Nullable;

/**
 * A stream on a client's connection. After an answer that came before the request's end it stays until the client has
 * ended, or has sent half a window more: then it is told to stop, RFC 9113 8.1. So a late fault of the client still
 * gets the answer for that fault.
 */
final class ServerStream extends Http2Stream implements Downstream {

    private static final byte[] CONNECT = Ascii.bytes("CONNECT");

    /** Of an extended CONNECT, RFC 8441 5. */
    private enum Tunnel {
        NONE,
        ASKED_FOR,
        OPEN
    }

    private final class Still extends Timer {

        @Override
        protected void expired() {
            timedOut();
        }
    }

    private final Still still = new Still();
    private final BodyPace pace = new BodyPace();
    private @Nullable Exchange exchange;
    private Tunnel tunnel = Tunnel.NONE;
    private long tunnelNanos;

    /** The client takes nothing, so there is no use in sending more. */
    private boolean cut;

    /** A good request. The stream is open. */
    void request(Head head, boolean end, Client client) {
        long now = connection().conn().batch().nowNanos();
        BodyFraming framing = BodyFraming.NONE;
        tunnel = head.has(Head.UPGRADES) ? Tunnel.ASKED_FOR : Tunnel.NONE;
        tunnelNanos = client.times().pipe();
        cut = false;
        if (end) {
            remoteClosed();
        } else if (tunnel == Tunnel.NONE) {
            promise(head.contentLength());
            framing = head.contentLength() >= 0 ? BodyFraming.LENGTH : BodyFraming.STREAMED;
        }
        Exchange next = connection().codec().workspace().exchange();
        exchange = next;
        next.begin(this, client.caller(), head, framing, now);
        pace.begin(next, head, now);
        idleTime(client.times().stream());
        if (head.has(Head.TOO_LARGE)) {
            refuse(next, client, LocalAnswer.FIELDS_TOO_LARGE, InputRefusal.FIELDS_TOO_LARGE);
        } else if (head.partIs(Head.METHOD, CONNECT)) {
            refuse(next, client, LocalAnswer.METHOD_NOT_ALLOWED, InputRefusal.METHOD);
        } else {
            client.handler().handle(next, head);
        }
    }

    private static void refuse(
            Exchange exchange, Client client, LocalAnswer answer, InputRefusal why) {
        client.refused(why, answer.status());
        exchange.refuse(answer);
    }

    @Override
    boolean takesData() {
        return tunnel != Tunnel.ASKED_FOR;
    }

    @Override
    void received(byte[] in, int from, int to) {
        pace.came(to - from, isRemoteClosed(), connection().conn().batch().nowNanos());
        moved();
        Exchange current = exchange;
        if (current == null) {
            afterAnswer();
            return;
        }
        boolean flows = current.sendData(in, from, to, isRemoteClosed());
        if (exchange == null) {
            return; // refused meanwhile, and the stream may be gone
        }
        if (flows) {
            credit();
        } else {
            pace.pause();
            moved();
        }
    }

    @Override
    void receivedTrailers(Head fields) {
        pace.end();
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
        } else if (uncredited() >= half || tunnel == Tunnel.ASKED_FOR) {
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
    void gaveWay() {
        Exchange current = exchange;
        cut = true;
        if (current != null) {
            current.stop(LocalAnswer.OVERFLOW); // its answer has begun: aborts
        } else {
            abort(LocalAnswer.OVERFLOW);
        }
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
    void recycle(Http2Codec codec) {
        connection().conn().batch().timers().cancel(still);
        codec.recycle(this);
    }

    // --- time ---

    @Override
    public void idleTime(long nanos) {
        pace.stillTime(nanos);
        moved();
    }

    @Override
    void moved() {
        Batch batch = connection().conn().batch();
        long nanos = pace.within(batch.nowNanos());
        if (nanos > 0) {
            batch.after(still, nanos);
        } else {
            batch.timers().cancel(still);
        }
    }

    private void timedOut() {
        Exchange current = exchange;
        if (current != null && pace.goesOn(connection().conn().batch().nowNanos())) {
            moved();
        } else if (current != null) {
            cut = true;
            boolean all = isRemoteClosed() || tunnel != Tunnel.NONE;
            current.stop(all ? LocalAnswer.TIMEOUT : LocalAnswer.REQUEST_TIMEOUT);
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
        if (framing == BodyFraming.TUNNEL) {
            tunnel = Tunnel.OPEN;
            idleTime(tunnelNanos);
            writeTunnelHead(head, last);
        } else {
            writeHead(head, last);
        }
        if (last) {
            localClosed();
        } else if (to > from) {
            data(in, from, to, end);
        }
    }

    private void writeHead(Head head, boolean last) {
        if (head.status() >= 200) {
            pace.end();
        }
        moved();
        byte[] block = connection().codec().workspace().scratch(head.writtenBytes());
        connection().writer().headers(id(), block, 0, HpackEncoder.answer(head, block, 0), last);
    }

    /** The answer to the key is for HTTP/1 alone. */
    private void writeTunnelHead(Head head, boolean last) {
        pace.end();
        moved();
        head.dropAll(WEBSOCKET_ACCEPT);
        byte[] block = connection().codec().workspace().scratch(head.writtenBytes());
        connection().writer().headers(id(), block, 0, HpackEncoder.tunnel(head, block, 0), last);
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
    public long untakenBytes() {
        return queuedBytes();
    }

    @Override
    public void abort(LocalAnswer cause) {
        Exchange ended = exchange;
        exchange = null;
        boolean stoodStill = ended != null && ended.hasClientStoodStill();
        if (ended != null && ended.isGrpc() && !cut && !isOverfull() && !stoodStill) {
            breakOff(cause);
            return;
        }
        int code =
                stoodStill || isOverfull() ? ErrorCode.ENHANCE_YOUR_CALM : ErrorCode.INTERNAL_ERROR;
        connection().resetStream(id(), code);
        remove();
    }

    /**
     * To a client of gRPC a reset says little: of the codes only CANCEL and REFUSED_STREAM mean something to all. Its
     * trailers have the status, as an application that fails in the midst of an answer sends them.
     */
    private void breakOff(LocalAnswer cause) {
        byte[] block = connection().codec().workspace().scratch(HpackEncoder.localBytes(cause));
        sendTrailers(block, HpackEncoder.brokenOff(cause, block, 0));
        afterAnswer();
    }

    @Override
    public void completed() {
        exchange = null;
        afterAnswer();
    }

    @Override
    public void resumeRequest() {
        pace.resume(connection().conn().batch().nowNanos());
        moved();
        credit();
    }
}
