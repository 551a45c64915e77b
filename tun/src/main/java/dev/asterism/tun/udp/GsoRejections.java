package dev.asterism.tun.udp;

import java.util.Arrays;

/**
 * Destinations towards which the kernel refused a batch (no checksum offload on the way out, a small
 * MTU); they get single datagrams for {@link #RETRY_NANOS}. Direct-mapped: of two that share a slot the later
 * one stays, which costs the other a refused call.
 */
final class GsoRejections {

    static final long RETRY_NANOS = 30_000_000_000L;
    private static final int SLOTS = 64;

    private final long[] hi = new long[SLOTS];
    private final long[] lo = new long[SLOTS];
    private final long[] since = new long[SLOTS];
    private final boolean[] taken = new boolean[SLOTS];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    void add(long addressHi, long addressLo, long nowNanos) {
        int slot = slot(addressHi, addressLo);
        if (!taken[slot]) {
            taken[slot] = true;
            size++;
        }
        hi[slot] = addressHi;
        lo[slot] = addressLo;
        since[slot] = nowNanos;
    }

    boolean contains(long addressHi, long addressLo) {
        if (size == 0) {
            return false;
        }
        int slot = slot(addressHi, addressLo);
        return taken[slot] && hi[slot] == addressHi && lo[slot] == addressLo;
    }

    /** Forgets what is older than {@link #RETRY_NANOS}. */
    void expire(long nowNanos) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (taken[slot] && nowNanos - since[slot] >= RETRY_NANOS) {
                taken[slot] = false;
                size--;
            }
        }
    }

    void clear() {
        Arrays.fill(taken, false);
        size = 0;
    }

    private static int slot(long addressHi, long addressLo) {
        return (int) ((addressHi * 31 + addressLo) * 0x9E37_79B9_7F4A_7C15L >>> 58);
    }
}
