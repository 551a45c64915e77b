package dev.asterism.l7.io;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long one connection may keep its loop. Whoever has sent more than fits into a turn goes on behind the events at
 * hand, and then in later rounds of the loop, one such connection in each: the others wait for a turn of it and not for
 * all that it has sent. Belongs to one loop's thread.
 */
final class Turns implements Runnable {

    /** Some twenty requests at the pace of a busy loop: fewer would make its batches, and so its writes, smaller. */
    static final long NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /** While somebody waits, no more than this is read at once, as it may be kept. */
    static final int READ_BYTES = 32 << 10;

    private final Queue<Input> waiting = new ArrayDeque<>();
    private LongSupplier clock = () -> 0;
    private Batch.Later nextRound = _ -> {};
    private long begunNanos;

    /**
     * Before this no turn is over.
     *
     * @param clock any origin, only ever growing
     * @param next runs a task behind the events at hand; if a task asks, behind the next look for events
     */
    void begin(LongSupplier clock, Batch.Later next) {
        this.clock = clock;
        nextRound = next;
    }

    /** A connection has the loop. */
    void next() {
        begunNanos = clock.getAsLong();
    }

    boolean isOver() {
        return clock.getAsLong() - begunNanos > NANOS;
    }

    /** Nobody waits. */
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** The rest of its input has its turn later. */
    void add(Input input) {
        waiting.add(input);
        if (waiting.size() == 1) {
            nextRound.run(this);
        }
    }

    @Override
    public void run() {
        Input input = waiting.remove();
        while (input.isOver() && !waiting.isEmpty()) {
            input = waiting.remove();
        }
        if (!waiting.isEmpty()) {
            nextRound.run(this);
        }
        input.takeTurn();
    }
}
