package dev.asterism.tun.udp;

import dev.asterism.overlay.net.Ip;

/**
 * Datagrams that the kernel did not take, summed up by error and destination: the first is told at once, further ones once a second as
 * a count, so that a destination without a route costs a lane neither objects nor calls for each packet. One thread.
 */
final class SendFailures {

    private static final int SLOTS = 16;
    private static final long SECOND = 1_000_000_000L;

    private final int[] codes = new int[SLOTS];
    private final long[] hi = new long[SLOTS];
    private final long[] lo = new long[SLOTS];
    private final long[] counts = new long[SLOTS];
    private final long[] quietUntil = new long[SLOTS];
    private int used;

    /** Index of the slot whose count is to be told now, see {@link #take}; negative when this one was only counted. */
    int add(int code, long addressHi, long addressLo, long nowNanos) {
        int slot = find(code, addressHi, addressLo, nowNanos);
        if (slot < 0) {
            return -1;
        }
        counts[slot]++;
        if (nowNanos < quietUntil[slot]) {
            return -1;
        }
        quietUntil[slot] = nowNanos + SECOND;
        return slot;
    }

    /** Failures of a slot since it was told last; begins to count anew. */
    long take(int slot) {
        long count = counts[slot];
        counts[slot] = 0;
        return count;
    }

    Ip address(int slot) {
        return new Ip(hi[slot], lo[slot]);
    }

    private int find(int code, long addressHi, long addressLo, long nowNanos) {
        int oldest = 0;
        for (int i = 0; i < used; i++) {
            if (codes[i] == code && hi[i] == addressHi && lo[i] == addressLo) {
                return i;
            }
            if (quietUntil[i] < quietUntil[oldest]) {
                oldest = i;
            }
        }
        boolean fresh = used < SLOTS;
        if (!fresh && nowNanos < quietUntil[oldest]) {
            return -1; // so many kinds within a second that one more tells nothing
        }
        int slot = fresh ? used++ : oldest;
        codes[slot] = code;
        hi[slot] = addressHi;
        lo[slot] = addressLo;
        counts[slot] = 0;
        quietUntil[slot] = nowNanos;
        return slot;
    }
}
