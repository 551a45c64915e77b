package dev.asterism.overlay.node;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Messages between nodes that passed the control plane so far. Written by the control plane, read on any thread. */
public final class MessageTally {

    private static final int KINDS = CountedMessage.values().length;

    private final AtomicLongArray received = new AtomicLongArray(KINDS);
    private final AtomicLongArray sent = new AtomicLongArray(KINDS);
    private final LongAdder punches = new LongAdder();

    MessageTally() {}

    void countReceived(CountedMessage message) {
        received.incrementAndGet(index(message));
    }

    void countSent(CountedMessage message, int times) {
        sent.addAndGet(index(message), times);
    }

    void countPunches(int times) {
        punches.add(times);
    }

    /** Authentic ones, and handshakes and recv_errors that were plausible. */
    public long received(CountedMessage message) {
        return received.get(index(message));
    }

    /** Not those of lanes, which send recv_errors and host's packets only. */
    public long sent(CountedMessage message) {
        return sent.get(index(message));
    }

    /** Datagrams that kept a NAT's mapping alive. */
    public long punches() {
        return punches.sum();
    }

    @SuppressWarnings("EnumOrdinal") // an index within this object's life, never stored
    private static int index(CountedMessage message) {
        return message.ordinal();
    }
}
