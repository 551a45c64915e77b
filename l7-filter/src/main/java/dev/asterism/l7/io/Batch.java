package dev.asterism.l7.io;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * What one event loop owns and its connections share: the read buffer, spare buffers, the time, and the list of
 * connections that have something to send, which are settled once behind each batch of events, so that a batch costs
 * one write for each connection. Belongs to one loop's thread.
 */
public final class Batch implements Runnable {

    /** Room in front of input for a head that is written straight before its body. */
    public static final int RESERVE = 8 << 10;

    /** Measured: below 128 KiB bodies of 64 KB cost a fifth more. */
    public static final int READ_BYTES = 128 << 10;

    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Runs {@link Batch#run} after the events at hand, on the loop's thread. */
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
    private final byte[] input = new byte[RESERVE + READ_BYTES];
    private final ArrayDeque<Conn> lingering = new ArrayDeque<>();
    private final ArrayDeque<Long> lingerEnds = new ArrayDeque<>();
    private Conn[] queue = new Conn[64];
    private int queued;
    private boolean woken;
    private long nowNanos;

    public Batch(Later later, Faults faults) {
        this.later = later;
        this.faults = faults;
    }

    public BufferPool buffers() {
        return buffers;
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

    /** Settles all that were queued, and those that are queued meanwhile. */
    @Override
    public void run() {
        for (int i = 0; i < queued; i++) {
            Conn conn = queue[i];
            try {
                conn.settle();
            } catch (RuntimeException fault) {
                conn.faulty(fault);
            }
        }
        Arrays.fill(queue, 0, queued, null);
        queued = 0;
        woken = false;
    }

    void lingers(Conn conn) {
        lingering.add(conn);
        lingerEnds.add(nowNanos + LINGER_NANOS);
    }

    /** Closes what has waited too long for its peer; to be called a few times a second. */
    public void sweep() {
        while (!lingering.isEmpty() && lingerEnds.element() - nowNanos <= 0) {
            lingerEnds.remove();
            lingering.remove().drop();
        }
    }

    void caught(RuntimeException fault) {
        faults.caught(fault);
    }
}
