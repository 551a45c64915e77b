package dev.asterism.tun.udp;

import dev.asterism.overlay.net.Ip;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts the datagrams that the kernel did not take, by error and destination, until somebody
 * drains the counts. Every count is drained once: a destination that finds no free slot is counted
 * for its error alone. A failed system call costs more than the lock. Any thread.
 */
final class SendFailures {

    /** Pairs of error and destination between two drains. */
    static final int MAX_PAIRS = 64;

    private static final Ip ANY_ADDRESS = Ip.ofIpv4(0);

    private final List<Slot> slots = new ArrayList<>();
    private boolean announced;

    private static final class Slot {
        private final int error;
        private final Ip to;
        private long times;

        Slot(int error, Ip to) {
            this.error = error;
            this.to = to;
        }
    }

    /**
     * Counts one failure. True when the caller must announce it, because nobody drains at present;
     * if nobody hears, it calls {@link #unheard}.
     */
    synchronized boolean add(int error, long addressHi, long addressLo) {
        slot(error, addressHi, addressLo).times++;
        boolean first = !announced;
        announced = true;
        return first;
    }

    /** The announcement was lost: the next failure is to be announced again. */
    synchronized void unheard() {
        announced = false;
    }

    /**
     * Takes all counts. An empty answer ends the duty of whoever was told: the next failure is
     * announced again. Between two drains the same reader may therefore wait, and failures cost no
     * further calls.
     */
    synchronized List<SendFailure> drain() {
        if (slots.isEmpty()) {
            announced = false;
            return List.of();
        }
        List<SendFailure> drained = new ArrayList<>(slots.size());
        for (Slot slot : slots) {
            drained.add(new SendFailure(slot.to, slot.error, slot.times));
        }
        slots.clear();
        return drained;
    }

    private Slot slot(int error, long hi, long lo) {
        for (Slot slot : slots) {
            if (slot.error == error && slot.to.hi() == hi && slot.to.lo() == lo) {
                return slot;
            }
        }
        Ip to = slots.size() < MAX_PAIRS ? new Ip(hi, lo) : ANY_ADDRESS;
        if (to.equals(ANY_ADDRESS)) {
            for (Slot slot : slots) {
                if (slot.error == error && slot.to.equals(ANY_ADDRESS)) {
                    return slot;
                }
            }
        }
        Slot added = new Slot(error, to);
        slots.add(added);
        return added;
    }
}
