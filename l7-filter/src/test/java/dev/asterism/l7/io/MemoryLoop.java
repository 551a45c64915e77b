package dev.asterism.l7.io;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A loop without a thread: work waits until the test says so, time stands until the test moves it. */
public final class MemoryLoop {

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<RuntimeException> faults = new ArrayList<>();
    private final Batch batch = new Batch(tasks::add, nanos -> {}, faults::add, 0);

    public Batch batch() {
        return batch;
    }

    public MemoryConn conn() {
        return new MemoryConn(this);
    }

    void later(Runnable task) {
        tasks.add(task);
    }

    /** Ends the batch at hand. A fault of ours fails the test. */
    public void settle() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        if (!faults.isEmpty()) {
            throw faults.removeFirst();
        }
    }

    /** Moves time; what is due meanwhile comes in order, each at its time. */
    public void pass(long nanos) {
        long end = batch.nowNanos() + nanos;
        TimerWheel timers = batch.timers();
        for (long next = timers.nextNanos(); next <= end; next = timers.nextNanos()) {
            batch.nowNanos(Math.max(next, batch.nowNanos()));
            timers.advance(batch.nowNanos());
            settle();
        }
        batch.nowNanos(end);
        timers.advance(end);
        settle();
    }
}
