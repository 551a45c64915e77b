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

    /** What waiting commands may keep alive, in either queue: a peer may not fill the heap with what takes long to handle. */
    static final int MOST_BYTES = 4 << 20;

    private final ArrayBlockingQueue<ControlCommand> ordinary = new ArrayBlockingQueue<>(CAPACITY);
    private final ArrayBlockingQueue<ControlCommand> strangers =
            new ArrayBlockingQueue<>(STRANGERS_CAPACITY);
    private final AtomicLong ordinaryBytes = new AtomicLong();
    private final AtomicLong strangersBytes = new AtomicLong();
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
        return offer(ordinary, ordinaryBytes, command);
    }

    /** For what anybody on the internet can cause. */
    public boolean offerFromStranger(ControlCommand command) {
        return offer(strangers, strangersBytes, command);
    }

    private boolean offer(
            ArrayBlockingQueue<ControlCommand> queue, AtomicLong held, ControlCommand command) {
        int bytes = command.bytes();
        boolean taken = held.addAndGet(bytes) <= MOST_BYTES && queue.offer(command);
        if (taken) {
            wake.run();
        } else {
            held.addAndGet(-bytes);
            refused.incrementAndGet();
        }
        return taken;
    }

    @Nullable ControlCommand poll() {
        return released(ordinary.poll(), ordinaryBytes);
    }

    @Nullable ControlCommand pollStranger() {
        return released(strangers.poll(), strangersBytes);
    }

    private static @Nullable ControlCommand released(
            @Nullable ControlCommand command, AtomicLong held) {
        if (command != null) {
            held.addAndGet(-command.bytes());
        }
        return command;
    }

    boolean isEmpty() {
        return ordinary.isEmpty() && strangers.isEmpty();
    }

    /** Commands that found a full queue. */
    public long refused() {
        return refused.get();
    }
}
