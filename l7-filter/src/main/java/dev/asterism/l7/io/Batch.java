package dev.asterism.l7.io;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * What one event loop owns and its connections share: the read buffer, spare buffers, the time, timers, and the list
 * of connections that have something to send, which are settled once behind each batch of events, so that a batch
 * costs one write for each connection. Belongs to one loop's thread.
 */
public final class Batch implements Runnable {

    /** Room in front of input for a head that is written straight before its body. */
    public static final int RESERVE = 8 << 10;

    /** Measured: below 128 KiB bodies of 64 KB cost a fifth more. */
    public static final int READ_BYTES = 128 << 10;

    /** Runs a task after the events at hand, on the loop's thread. Safe on any thread. */
    @FunctionalInterface
    public interface Later {
        void run(Runnable settle);
    }

    /** Is told of a fault in our own code; only that connection ends. */
    @FunctionalInterface
    public interface Faults {
        void caught(RuntimeException fault);
    }

    private final Later later;
    private final Faults faults;
    private final BufferPool buffers = new BufferPool();
    private final HeldMemory memory = new HeldMemory(buffers);
    private final byte[] input = new byte[RESERVE + READ_BYTES];
    private final TimerWheel timers;
    private Conn[] queue = new Conn[64];
    private int queued;
    private boolean woken;
    private long nowNanos;
    private final Pulse pulse = new Pulse();
    private final Turns turns = new Turns();
    private final LoopCounts counts = new LoopCounts(memory);

    /**
     * @param alarm is told when {@link TimerWheel#advance} must be called
     * @param nowNanos the time
     */
    public Batch(Later later, TimerWheel.Alarm alarm, Faults faults, long nowNanos) {
        this.later = later;
        this.faults = faults;
        this.nowNanos = nowNanos;
        timers = new TimerWheel(alarm, faults, nowNanos);
        timers.pulse(pulse);
    }

    public TimerWheel timers() {
        return timers;
    }

    /** Arms a timer, or moves it, to so long after the event at hand. */
    public void after(Timer timer, long nanos) {
        timers.arm(timer, nowNanos + nanos);
    }

    public BufferPool buffers() {
        return buffers;
    }

    public LoopCounts counts() {
        return counts;
    }

    /** The buffers in use, and their bound. */
    public HeldMemory memory() {
        return memory;
    }

    /** Where everything is read to, from {@link #RESERVE} on. */
    public byte[] input() {
        return input;
    }

    /** When the event at hand came: any origin, only ever growing. */
    public long nowNanos() {
        return nowNanos;
    }

    public void nowNanos(long now) {
        nowNanos = now;
    }

    /** Another event or task begins. */
    public void tick(long now) {
        nowNanos = now;
        pulse.at(now);
    }

    /**
     * Tells that the loop is at work: as often as this between the events and tasks of one batch as well, so that a
     * loop with too much to do is not taken for one that stands still. An idle loop needs a timer for it.
     *
     * @param beat called on the loop's thread
     * @param clock the one of {@link #nowNanos}, for where many things are done at one time
     */
    public void pulse(Runnable beat, long everyNanos, LongSupplier clock) {
        pulse.begin(beat, everyNanos, clock);
    }

    /**
     * From now on a connection keeps the loop only for a while, however much it has sent.
     *
     * @param clock the one of {@link #nowNanos}
     * @param nextRound runs a task behind the events at hand; if a task asks, behind the next look for events
     */
    public void takeTurns(LongSupplier clock, Later nextRound) {
        turns.begin(clock, nextRound);
    }

    Turns turns() {
        return turns;
    }

    /** At most so much is to be read at once: less while memory is short, or input waits for its turn. */
    public int readBytes() {
        int most = memory.readBytes();
        return turns.isEmpty() ? most : Math.min(most, Turns.READ_BYTES);
    }

    void queue(Conn conn) {
        if (queued == queue.length) {
            queue = Arrays.copyOf(queue, 2 * queued);
        }
        queue[queued++] = conn;
        if (!woken) {
            woken = true;
            later.run(this);
        }
    }

    /** Runs a task when the events at hand are done with: nothing of them is under way any more. */
    public void afterEvents(Runnable task) {
        later.run(task);
    }

    /**
     * Does something small that comes in great numbers: behind the events at hand, or in a later round. It must not
     * throw. Only for a loop that {@link #takeTurns}.
     */
    public void soon(Runnable work) {
        turns.addSmall(work);
    }

    /** Runs a task on the loop's thread; from any thread. */
    public void execute(Runnable task) {
        later.run(task);
    }

    /** Settles all that were queued, and those that are queued meanwhile. */
    @Override
    public void run() {
        int settled = 0;
        try {
            while (settled < queued) {
                Conn conn = queue[settled++];
                if (settled % Pulse.EVERY == 0) {
                    pulse.look();
                }
                try {
                    conn.settle();
                } catch (Throwable fault) {
                    conn.faulty(fault);
                }
            }
        } finally {
            forget(settled);
        }
    }

    /** The first of the queue are done with; any others, behind an error that is thrown on, come later. */
    private void forget(int settled) {
        int rest = queued - settled;
        System.arraycopy(queue, settled, queue, 0, rest);
        Arrays.fill(queue, rest, queued, null);
        queued = rest;
        woken = rest > 0;
        if (woken) {
            later.run(this);
        }
    }

    void caught(Throwable fault) {
        faults.caught(LoopFault.of(fault));
    }
}
