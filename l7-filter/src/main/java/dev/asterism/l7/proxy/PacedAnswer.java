package dev.asterism.l7.proxy;

import dev.asterism.l7.exchange.Downstream;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.io.ByteQueue;
import dev.asterism.l7.io.Holding;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer that a fault makes slow: kept as it comes, and passed on in even pieces, so many bytes a
 * second. Off, it costs nothing. Used again and again; belongs to one loop's thread.
 */
final class PacedAnswer {

    /** After so long it is looked whether a client that was full takes the next piece. */
    static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int PIECES_A_SECOND = 20;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ByteQueue waiting;
    private final Head trailers = new Head();
    private int bytesPerSecond;
    private boolean ended;
    private boolean hasTrailers;
    private boolean complete;
    private long dueNanos;

    PacedAnswer(Holding memory) {
        waiting = new ByteQueue(memory);
    }

    void clear() {
        if (bytesPerSecond > 0) {
            waiting.clear();
        }
        bytesPerSecond = 0;
    }

    /**
     * @param rate bytes a second; 0: at once
     */
    void begin(int rate) {
        bytesPerSecond = rate;
        ended = false;
        hasTrailers = false;
        complete = false;
        dueNanos = 0;
    }

    boolean isOn() {
        return bytesPerSecond > 0;
    }

    /** A piece of the body, for later; the upstream is to pause. */
    void keep(byte[] in, int from, int to, boolean end, long nowNanos) {
        if (to > from) {
            if (waiting.pending() == 0) {
                dueNanos = Math.max(dueNanos, nowNanos + gapNanos());
            }
            waiting.append(in, from, to - from);
        }
        ended |= end;
    }

    void keepTrailers(Head fields) {
        AnswerWatch.copy(fields, trailers);
        hasTrailers = true;
    }

    /** The upstream is through with it. */
    void complete() {
        complete = true;
    }

    boolean isWaiting() {
        return waiting.pending() > 0;
    }

    /** Nothing is left to pass on, and nothing will come. */
    boolean isComplete() {
        return complete && waiting.pending() == 0;
    }

    /** When the next piece is due. */
    long dueNanos() {
        return dueNanos;
    }

    /** Passes the next piece on, and what ends the body with the last. */
    void step(Downstream client) {
        int piece = Math.min(piece(), waiting.pending());
        boolean last = piece == waiting.pending();
        int from = waiting.from();
        client.data(waiting.bytes(), from, from + piece, last && ended);
        waiting.sent(piece);
        dueNanos += gapNanos();
        if (last && hasTrailers) {
            client.trailers(trailers);
        }
    }

    private int piece() {
        return Math.max(1, bytesPerSecond / PIECES_A_SECOND);
    }

    private long gapNanos() {
        return piece() * SECOND_NANOS / bytesPerSecond;
    }
}
