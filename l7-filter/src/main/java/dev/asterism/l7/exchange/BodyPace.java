package dev.asterism.l7.exchange;

import dev.asterism.l7.http.Head;
import java.util.concurrent.TimeUnit;

/**
 * Whether a request's body comes fast enough to hold a place for it: {@link #LEAST_BYTES} in each {@link
 * #PERIOD_NANOS}. Time in which the upstream side takes no more does not count, nor does anything once the answer has
 * begun. A client that waits for a 100 may wait with its first byte; calls of gRPC are streams that may be silent, and
 * have deadlines. Used again and again; one loop's thread.
 */
public final class BodyPace {

    public static final int LEAST_BYTES = 1 << 10;
    public static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(20);

    private boolean on;
    private boolean paused;
    private boolean asks;
    private int bytes;
    private long endNanos;
    private long stillNanos;

    /** A request has come. */
    public void begin(Exchange exchange, Head head, long nowNanos) {
        on = exchange.requestFraming() != BodyFraming.NONE && !exchange.isGrpc();
        asks = head.has(Head.EXPECTS_CONTINUE);
        resume(nowNanos);
    }

    /** A piece of the body, or its end. */
    public void came(int count, boolean end, long nowNanos) {
        if (asks && count > 0) {
            asks = false;
            endNanos = nowNanos + PERIOD_NANOS;
        }
        bytes += count;
        on &= !end;
    }

    /** The upstream side takes no more for now. */
    public void pause() {
        paused = true;
    }

    /** The client may send. */
    public void resume(long nowNanos) {
        paused = false;
        bytes = 0;
        endNanos = nowNanos + PERIOD_NANOS;
    }

    /** It is looked at no more. */
    public void end() {
        on = false;
    }

    /** How long the exchange may stand still, for {@link #within}; 0: as long as it likes. */
    public void stillTime(long nanos) {
        stillNanos = nanos;
    }

    /** The time-out from now, 0: none: how long it may stand still, cut to the end of the period at hand. */
    public long within(long nowNanos) {
        if (!on || paused || asks) {
            return stillNanos;
        }
        long left = Math.max(1, endNanos - nowNanos);
        return stillNanos == 0 ? left : Math.min(stillNanos, left);
    }

    /** The time-out has come; true: a period has ended in which enough came, and the next begins. */
    public boolean goesOn(long nowNanos) {
        if (!on || paused || asks || nowNanos < endNanos || bytes < LEAST_BYTES) {
            return false;
        }
        resume(nowNanos);
        return true;
    }
}
