package dev.asterism.l7.front;

import dev.asterism.l7.io.Batch;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Ends the client connections of one loop in order and waits: until none is open, or until the time is over, when what
 * is left is reset. Listeners are to be closed before. One loop's thread.
 */
public final class Drain extends Timer {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Batch batch;
    private final List<FrontFactory> fronts;
    private final long endNanos;
    private final IntConsumer whenDone;

    private Drain(Batch batch, List<FrontFactory> fronts, long nanos, IntConsumer whenDone) {
        this.batch = batch;
        this.fronts = List.copyOf(fronts);
        this.whenDone = whenDone;
        endNanos = batch.nowNanos() + nanos;
    }

    /**
     * @param nanos how long it may take at most
     * @param whenDone is called once, on the loop, perhaps before this returns; gets the number of connections that
     *     were reset
     */
    public static Drain begin(
            Batch batch, List<FrontFactory> fronts, long nanos, IntConsumer whenDone) {
        Drain drain = new Drain(batch, fronts, nanos, whenDone);
        drain.fronts.forEach(FrontFactory::drain);
        drain.expired();
        return drain;
    }

    /** Connections that are still open. */
    public int open() {
        int open = 0;
        for (FrontFactory front : fronts) {
            open += front.clients().count();
        }
        return open;
    }

    /** Looks whether it is done; if not, looks again later. */
    @Override
    protected void expired() {
        boolean over = endNanos - batch.nowNanos() <= 0;
        int open = open();
        if (over) {
            fronts.forEach(front -> front.clients().forEach(Conn::lose));
        }
        if (over || open == 0) {
            whenDone.accept(open);
        } else {
            long next = Math.min(batch.nowNanos() + LOOK_NANOS, endNanos);
            batch.timers().arm(this, next);
        }
    }
}
