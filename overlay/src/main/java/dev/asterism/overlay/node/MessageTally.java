package dev.asterism.overlay.node;

import dev.asterism.overlay.lane.LaneCounters;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Messages between nodes that passed the control plane so far, and test requests that lanes have answered. Written by
 * the control plane, read on any thread.
 */
public final class MessageTally {

    private static final int KINDS = CountedMessage.values().length;

    private final AtomicLongArray received = new AtomicLongArray(KINDS);
    private final AtomicLongArray sent = new AtomicLongArray(KINDS);
    private final LongAdder punches = new LongAdder();

    private final List<LaneCounters> lanes;

    /**
     * @param lanes complete before anybody reads
     */
    MessageTally(List<LaneCounters> lanes) {
        this.lanes = lanes;
    }

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
        return received.get(index(message))
                + (message == CountedMessage.TEST_REQUEST ? testsAnswered() : 0);
    }

    /** Of what lanes send without the control plane, only answers to tests. */
    public long sent(CountedMessage message) {
        return sent.get(index(message))
                + (message == CountedMessage.TEST_RESPONSE ? testsAnswered() : 0);
    }

    private long testsAnswered() {
        return lanes.stream().mapToLong(LaneCounters::testsAnswered).sum();
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
