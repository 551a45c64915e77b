package dev.asterism.overlay.lane;

import dev.asterism.overlay.io.DatagramBatch;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Sealed datagrams that came right behind the message 2 of their session, before the control plane could make the tunnel of
 * it. A peer sends them at once, in the same burst; refusing them would lose them and tell the peer, by a recv_error, to
 * close a tunnel that is fine. They wait here, a bounded time and number of them, and only those for the index of a handshake
 * of ours that waits for its answer. Belongs to one lane.
 */
final class EarlyDatagrams {

    private static final int ENTRIES = 128;
    private static final int SLAB = 192 * 1024;
    private static final long WAIT_NANOS = 500_000_000L;

    /** Between two looks when nobody says that a tunnel has come. */
    private static final long RETRY_NANOS = 500_000L;

    /** When somebody does, which may be missed. */
    private static final long RETRY_WHEN_WOKEN_NANOS = 20_000_000L;

    private final DatagramBatch held;
    private final boolean[] taken = new boolean[ENTRIES];
    private int waiting;
    private volatile boolean holding;
    private volatile @Nullable Runnable wake;
    private long heldNanos;
    private long retryNanos = Long.MAX_VALUE;
    private long retryEveryNanos = RETRY_NANOS;

    /**
     * @param held empty, of at least {@link #ENTRIES} entries
     */
    private EarlyDatagrams(DatagramBatch held) {
        this.held = held;
    }

    static EarlyDatagrams none() {
        return new EarlyDatagrams(
                new DatagramBatch(MemorySegment.ofArray(new byte[SLAB]), ENTRIES));
    }

    /** Keeps a copy, if there is room; else the datagram is lost as on the way. */
    void hold(DatagramBatch from, int entry, int at, int length, long nowNanos) {
        int to = held.reserve(length);
        if (to < 0) {
            return;
        }
        MemorySegment.copy(from.slab(), at, held.slab(), to, length);
        taken[held.count()] = false;
        held.append(length, 0, from.addressHi(entry), from.addressLo(entry), from.port(entry));
        if (waiting == 0) {
            heldNanos =
                    nowNanos; // later ones wait no longer than the first: a trickle must not hold
            // it for ever
        }
        waiting++;
        holding = true;
        retryNanos = nowNanos + retryEveryNanos;
    }

    /** Before the lane's thread starts: makes that thread look. */
    void wakeWith(Runnable wakeLane) {
        retryEveryNanos = RETRY_WHEN_WOKEN_NANOS;
        wake = wakeLane;
    }

    /** Any thread: a tunnel can be found that could not before. */
    void tunnelPublished() {
        Runnable wakeLane = wake;
        if (holding && wakeLane != null) {
            wakeLane.run();
        }
    }

    boolean isEmpty() {
        return waiting == 0;
    }

    /** What is held, entries that were taken among it. */
    DatagramBatch held() {
        return held;
    }

    boolean isWaiting(int entry) {
        return !taken[entry];
    }

    void take(int entry) {
        taken[entry] = true;
        waiting--;
    }

    /** After a look at all of them: forgets what nobody has come for. */
    void looked(long nowNanos) {
        if (waiting == 0 || nowNanos - heldNanos >= WAIT_NANOS) {
            held.clear();
            waiting = 0;
            holding = false;
            retryNanos = Long.MAX_VALUE;
        } else {
            retryNanos = nowNanos + retryEveryNanos;
        }
    }

    /** When to look again; the greatest value when nothing is held. */
    long nextRetryNanos() {
        return retryNanos;
    }
}
