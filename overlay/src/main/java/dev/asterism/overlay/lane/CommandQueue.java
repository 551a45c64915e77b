package dev.asterism.overlay.lane;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * From any thread to the control plane, bounded. Five queues, so that nobody can push out what
 * others need: the operator's calls, what the lanes need, answers to our handshakes, what members
 * send, and what strangers cause. A full queue drops and counts, it never blocks.
 */
public final class CommandQueue {

    private static final int CAPACITY = 4096;
    private static final int OPERATOR_CAPACITY = 256;
    private static final int UNAUTHENTICATED_CAPACITY = 256;
    private static final int ANSWERS_CAPACITY = 256;

    /**
     * What waiting commands of one queue may keep alive: a peer may not fill the heap with what takes long to
     * handle.
     */
    static final int MAX_BYTES = 4 << 20;

    private final AtomicLong refused = new AtomicLong();
    private final Bounded operator = new Bounded(OPERATOR_CAPACITY);
    private final Bounded ordinary = new Bounded(CAPACITY);
    private final Bounded members = new Bounded(CAPACITY);
    private final Bounded answers = new Bounded(ANSWERS_CAPACITY);
    private final Bounded unauthenticated = new Bounded(UNAUTHENTICATED_CAPACITY);
    private final Runnable wake;

    /**
     * @param wake makes the control plane's thread look; called by any thread, must not block
     */
    public CommandQueue(Runnable wake) {
        this.wake = wake;
    }

    /** False, and counted, when the queue for such commands is full. */
    public boolean offer(ControlCommand command) {
        return switch (command) {
            case ControlCommand.Call _, ControlCommand.UnderlayChanged _ -> operator.offer(command);
            case ControlCommand.PeerSent _,
                    ControlCommand.PacketDropped _,
                    ControlCommand.PacketCopied _,
                    ControlCommand.LargePacket _ ->
                    members.offer(command);
            case ControlCommand.StartHandshake _,
                    ControlCommand.HandshakeArrived _,
                    ControlCommand.PeerMoved _,
                    ControlCommand.PeerSilent _,
                    ControlCommand.Confirmed _,
                    ControlCommand.LaneReport _,
                    ControlCommand.PunchArrived _,
                    ControlCommand.PacketBeforeAnswer _,
                    ControlCommand.RecvErrorArrived _ ->
                    ordinary.offer(command);
        };
    }

    /** For what anybody on the internet can cause. Does not wake: {@link #wake} after a batch. */
    public boolean offerUnauthenticated(ControlCommand command) {
        return unauthenticated.add(command);
    }

    /**
     * For a message 2 to a handshake of ours, which must not wait behind unauthenticated; as {@link
     * #offerUnauthenticated}.
     */
    public boolean offerAnswer(ControlCommand command) {
        return answers.add(command);
    }

    /** Asked before the command is made. False is counted as if it had been offered. */
    boolean hasRoomForUnauthenticated(int bytes) {
        boolean room = unauthenticated.hasRoom(bytes);
        if (!room) {
            refused.incrementAndGet();
        }
        return room;
    }

    void wake() {
        wake.run();
    }

    /** Calls of the operator and changes on the host. */
    public @Nullable ControlCommand pollOperator() {
        return operator.poll();
    }

    /** What lanes need. */
    public @Nullable ControlCommand poll() {
        return ordinary.poll();
    }

    /** What members have sent or caused. */
    public @Nullable ControlCommand pollMember() {
        return members.poll();
    }

    public @Nullable ControlCommand pollAnswer() {
        return answers.poll();
    }

    public @Nullable ControlCommand pollUnauthenticated() {
        return unauthenticated.poll();
    }

    boolean isEmpty() {
        return operator.isEmpty()
                && ordinary.isEmpty()
                && answers.isEmpty()
                && members.isEmpty()
                && unauthenticated.isEmpty();
    }

    /** Commands that found a full queue. */
    public long refused() {
        return refused.get();
    }

    /** One of the queues, bounded in commands and in bytes. */
    private final class Bounded {

        private final ArrayBlockingQueue<ControlCommand> queue;
        private final AtomicLong held = new AtomicLong();

        Bounded(int capacity) {
            queue = new ArrayBlockingQueue<>(capacity);
        }

        boolean offer(ControlCommand command) {
            boolean taken = add(command);
            if (taken) {
                wake.run();
            }
            return taken;
        }

        boolean hasRoom(int bytes) {
            return queue.remainingCapacity() > 0 && held.get() + bytes <= MAX_BYTES;
        }

        boolean add(ControlCommand command) {
            int bytes = command.bytes();
            boolean taken = held.addAndGet(bytes) <= MAX_BYTES && queue.offer(command);
            if (!taken) {
                held.addAndGet(-bytes);
                refused.incrementAndGet();
            }
            return taken;
        }

        @Nullable ControlCommand poll() {
            ControlCommand command = queue.poll();
            if (command != null) {
                held.addAndGet(-command.bytes());
            }
            return command;
        }

        boolean isEmpty() {
            return queue.isEmpty();
        }
    }
}
