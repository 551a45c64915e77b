package dev.asterism.l7.io;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long the others on a loop wait for one connection. Whoever has sent more than fits into a turn goes on behind the
 * events at hand, and then in later rounds of the loop, one such connection in each. Small things that come in great
 * numbers, as connections to servers that are to be begun, are done behind the events at hand, too, as many in a round
 * as fit into a short time. Belongs to one loop's thread.
 */
final class Turns implements Runnable {

    /** Some twenty requests at the pace of a busy loop: fewer would make its batches, and so its writes, smaller. */
    static final long NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    /** A few connections to be begun; none is begun in this round any more when it is over. */
    static final long SMALL_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    /** While somebody waits, no more than this is read at once, as it may be kept. */
    static final int READ_BYTES = 32 << 10;

    private final Queue<Input> waiting = new ArrayDeque<>();
    private final Queue<Runnable> small = new ArrayDeque<>();
    private LongSupplier clock = () -> 0;
    private Batch.Later nextRound = _ -> {};
    private long begunNanos;
    private boolean scheduled;

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
        schedule();
    }

    /** Is done in this round or a later one; it must not throw. */
    void addSmall(Runnable work) {
        small.add(work);
        schedule();
    }

    private void schedule() {
        if (!scheduled) {
            nextRound.run(this);
            scheduled = true;
        }
    }

    @Override
    public void run() {
        scheduled = false;
        long began = clock.getAsLong();
        for (int left = small.size(); left > 0; left--) {
            small.remove().run();
            if (clock.getAsLong() - began > SMALL_NANOS) {
                break;
            }
        }
        Input input = waiting.poll();
        while (input != null && input.isOver() && !waiting.isEmpty()) {
            input = waiting.remove();
        }
        if (!waiting.isEmpty() || !small.isEmpty()) {
            schedule();
        }
        if (input != null) {
            input.takeTurn();
        }
    }
}
