package dev.asterism.overlay.handshake;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** What became of handshakes so far. Written by the control plane, read on any thread. */
public final class HandshakeCounters {

    private final LongAdder initiated = new LongAdder();
    private final LongAdder timedOut = new LongAdder();
    private final LongAdder superseded = new LongAdder();
    private final LongAdder completed = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private final LongAdder confirmed = new LongAdder();
    private final LongAdder wrongHost = new LongAdder();
    private final LongAdder waitingSent = new LongAdder();
    private final LongAdder waitingDropped = new LongAdder();
    private final AtomicLongArray rejected =
            new AtomicLongArray(HandshakeRejection.values().length);
    private final DurationSample durations = new DurationSample();

    void countInitiated() {
        initiated.increment();
    }

    void countTimedOut() {
        timedOut.increment();
    }

    void countSuperseded() {
        superseded.increment();
    }

    void countCompleted(long durationNanos) {
        completed.increment();
        durations.add(durationNanos);
    }

    void countAnswered() {
        answered.increment();
    }

    /** The peer of a tunnel that we answered has proven itself. */
    public void countConfirmed() {
        confirmed.increment();
    }

    void countWrongHost() {
        wrongHost.increment();
    }

    void countRejected(HandshakeRejection reason) {
        countRejected(reason, 1);
    }

    void countRejected(HandshakeRejection reason, int times) {
        rejected.addAndGet(index(reason), times);
    }

    /** Packets that waited for a tunnel and have been handed to it. */
    public void countWaitingSent(int packets) {
        waitingSent.add(packets);
    }

    void countWaitingDropped() {
        waitingDropped.increment();
    }

    /** Handshakes that this node began. */
    public long initiated() {
        return initiated.sum();
    }

    /** Handshakes of ours that nobody answered. */
    public long timedOut() {
        return timedOut.sum();
    }

    /** Handshakes of ours that ended because the peer's own was completed first. */
    public long superseded() {
        return superseded.sum();
    }

    /** Handshakes of ours that became a tunnel. */
    public long completed() {
        return completed.sum();
    }

    /** Message 1 of others that this node answered. */
    public long answered() {
        return answered.sum();
    }

    /** Tunnels that others began and whose peer has proven itself by its first packet. */
    public long confirmed() {
        return confirmed.sum();
    }

    /** Handshakes of ours that another host answered than the one looked for. */
    public long wrongHost() {
        return wrongHost.sum();
    }

    /** Messages that were not followed, for this reason. */
    public long rejected(HandshakeRejection reason) {
        return rejected.get(index(reason));
    }

    /** Packets that waited for a handshake and have been handed to the tunnel. */
    public long waitingSent() {
        return waitingSent.sum();
    }

    /** Packets that found no room to wait in. */
    public long waitingDropped() {
        return waitingDropped.sum();
    }

    /** How long handshakes of ours took, from their start to the answer. */
    public DurationSample durations() {
        return durations;
    }

    @SuppressWarnings("EnumOrdinal") // an index within this object's life, never stored
    private static int index(HandshakeRejection reason) {
        return reason.ordinal();
    }
}
