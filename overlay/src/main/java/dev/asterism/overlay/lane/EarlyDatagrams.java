package dev.asterism.overlay.lane;

import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.relay.RelayEntry;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sealed datagrams that came right behind the message 2 of their session, before the control plane
 * could make the tunnel of it. A peer sends them at once, in the same burst; refusing them would
 * lose them and tell the peer, by a recv_error, to close a tunnel that is fine. They wait here, a
 * bounded time and number of them, and only those for the index of a handshake of ours that waits
 * for its answer. Belongs to one lane.
 *
 * <p>Memory: 200 KiB from the first such datagram on, and none before: a lane of a node that only answers, or whose
 * peers take their time, never sees one.
 */
final class EarlyDatagrams {

    static final int ENTRIES = 128;

    private static final int SLAB = 192 * 1024;
    private static final long WAIT_NANOS = 500_000_000L;

    /** Between two looks: a tunnel that comes wakes the lane, which may be missed. */
    private static final long RETRY_NANOS = 20_000_000L;

    private DatagramBatch held = new DatagramBatch(MemorySegment.NULL, 0);
    private boolean[] taken = {};
    private @Nullable RelayEntry[] via = {};
    private int waiting;
    private volatile boolean holding;
    private final Runnable wakeLane;
    private long heldNanos;
    private long retryNanos = Long.MAX_VALUE;

    /**
     * @param wakeLane makes the lane's thread look; called by any thread
     */
    EarlyDatagrams(Runnable wakeLane) {
        this.wakeLane = wakeLane;
    }

    /** Keeps a copy; false when there is no room and the datagram is lost as on the way. */
    boolean hold(Datagram from, long nowNanos) {
        makeRoom();
        int length = from.length();
        int to = held.reserve(length);
        if (to < 0) {
            return false;
        }
        MemorySegment.copy(from.slab(), from.at(), held.slab(), to, length);
        taken[held.count()] = false;
        via[held.count()] = from.via();
        held.append(length, 0, from.addressHi(), from.addressLo(), from.port());
        if (waiting == 0) {
            // Later ones wait no longer than the first: a trickle must not hold it indefinitely.
            heldNanos = nowNanos;
        }
        waiting++;
        holding = true;
        retryNanos = nowNanos + RETRY_NANOS;
        return true;
    }

    private void makeRoom() {
        if (held.capacity() == 0) {
            held = new DatagramBatch(MemorySegment.ofArray(new byte[SLAB]), ENTRIES);
            taken = new boolean[ENTRIES];
            via = new RelayEntry[ENTRIES];
        }
    }

    /** Any thread: a tunnel can be found that could not before. */
    void tunnelPublished() {
        if (holding) {
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

    /** The relay entry by which it came, or null. */
    @Nullable RelayEntry via(int entry) {
        return via[entry];
    }

    void take(int entry) {
        taken[entry] = true;
        waiting--;
    }

    /** After a look at all of them: forgets what nobody has come for; returns how many that were. */
    int looked(long nowNanos) {
        if (waiting > 0 && nowNanos - heldNanos < WAIT_NANOS) {
            retryNanos = nowNanos + RETRY_NANOS;
            return 0;
        }
        int forgotten = waiting;
        Arrays.fill(via, 0, held.count(), null);
        held.clear();
        waiting = 0;
        holding = false;
        retryNanos = Long.MAX_VALUE;
        return forgotten;
    }

    /** When to look again; the greatest value when nothing is held. */
    long nextRetryNanos() {
        return retryNanos;
    }
}
