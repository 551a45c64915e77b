package dev.asterism.overlay.node;

import dev.asterism.overlay.io.DatagramBatch;
import java.lang.foreign.MemorySegment;

/**
 * Sealed datagrams that came right behind the message 2 of their session, before the control plane could make the tunnel of
 * it. A peer sends them at once, in the same burst; refusing them would lose them and tell the peer, by a recv_error, to
 * close a tunnel that is fine. They wait here, a bounded time and number of them. Belongs to one lane.
 */
final class EarlyDatagrams {

    /** What strangers can make us remember is no more than this. */
    private static final int ANSWERS = 32;

    private static final int ENTRIES = 128;
    private static final int SLAB = 192 * 1024;
    private static final long WAIT_NANOS = 500_000_000L;
    private static final long RETRY_NANOS = 500_000L;

    private final int[] answeredIndex = new int[ANSWERS];
    private final long[] answeredNanos = new long[ANSWERS];
    private final DatagramBatch held;
    private final boolean[] taken = new boolean[ENTRIES];
    private int nextAnswer;
    private int waiting;
    private long heldNanos;
    private long retryNanos = Long.MAX_VALUE;

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

    /** A message 2 for this index of ours went to the control plane. */
    void answered(int index, long nowNanos) {
        answeredIndex[nextAnswer] = index;
        answeredNanos[nextAnswer] = nowNanos == 0 ? 1 : nowNanos;
        nextAnswer = (nextAnswer + 1) % ANSWERS;
    }

    /**
     * Keeps a copy, if there is room. False when no tunnel with this index can be in the making, so that the sender should be
     * told.
     */
    boolean hold(DatagramBatch from, int entry, int at, int length, int index, long nowNanos) {
        if (!isAwaited(index, nowNanos)) {
            return false;
        }
        int to = held.reserve(length);
        if (to < 0) {
            return true;
        }
        MemorySegment.copy(from.slab(), at, held.slab(), to, length);
        taken[held.count()] = false;
        held.append(length, 0, from.addressHi(entry), from.addressLo(entry), from.port(entry));
        waiting++;
        heldNanos = nowNanos;
        retryNanos = nowNanos + RETRY_NANOS;
        return true;
    }

    private boolean isAwaited(int index, long nowNanos) {
        for (int i = 0; i < ANSWERS; i++) {
            if (answeredNanos[i] != 0
                    && answeredIndex[i] == index
                    && nowNanos - answeredNanos[i] < WAIT_NANOS) {
                return true;
            }
        }
        return false;
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
            retryNanos = Long.MAX_VALUE;
        } else {
            retryNanos = nowNanos + RETRY_NANOS;
        }
    }

    /** When to look again; the greatest value when nothing is held. */
    long nextRetryNanos() {
        return retryNanos;
    }
}
