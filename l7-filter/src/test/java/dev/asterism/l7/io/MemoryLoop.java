package dev.asterism.l7.io;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A loop without a thread: work waits until the test says so, time stands until the test moves it. */
public final class MemoryLoop {

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<RuntimeException> faults = new ArrayList<>();
    private final Batch batch = new Batch(tasks::add, faults::add);

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
            throw faults.getFirst();
        }
    }

    public void pass(long nanos) {
        batch.nowNanos(batch.nowNanos() + nanos);
        batch.sweep();
    }
}
