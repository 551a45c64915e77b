package dev.asterism.overlay.node;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * From any thread to the control plane, bounded. What strangers cause has a small queue of its own, so that a flood
 * of first messages cannot push out what peers and lanes need. A full queue drops and counts, it never blocks.
 */
public final class CommandQueue {

    private static final int CAPACITY = 4096;
    private static final int STRANGERS_CAPACITY = 256;

    private final ArrayBlockingQueue<ControlCommand> ordinary = new ArrayBlockingQueue<>(CAPACITY);
    private final ArrayBlockingQueue<ControlCommand> strangers =
            new ArrayBlockingQueue<>(STRANGERS_CAPACITY);
    private final AtomicLong refused = new AtomicLong();
    private final Runnable wake;

    /**
     * @param wake makes the control plane's thread look; called by any thread, must not block
     */
    public CommandQueue(Runnable wake) {
        this.wake = wake;
    }

    /** False, and counted, when the queue is full. */
    public boolean offer(ControlCommand command) {
        return offer(ordinary, command);
    }

    /** For what anybody on the internet can cause. */
    public boolean offerFromStranger(ControlCommand command) {
        return offer(strangers, command);
    }

    private boolean offer(ArrayBlockingQueue<ControlCommand> queue, ControlCommand command) {
        boolean taken = queue.offer(command);
        if (taken) {
            wake.run();
        } else {
            refused.incrementAndGet();
        }
        return taken;
    }

    @Nullable ControlCommand poll() {
        return ordinary.poll();
    }

    @Nullable ControlCommand pollStranger() {
        return strangers.poll();
    }

    boolean isEmpty() {
        return ordinary.isEmpty() && strangers.isEmpty();
    }

    /** Commands that found a full queue. */
    public long refused() {
        return refused.get();
    }
}
