package dev.asterism.sim;

import java.time.Duration;

/**
 * How one direction between two hosts behaves. Jitter alone keeps the order of datagrams; only {@link
 * Faults#reordering} breaks it.
 *
 * @param jitter added to the latency, uniform from 0 to this
 * @param mtu largest IP packet in bytes; longer datagrams vanish without a word, as behind a broken router
 */
public record SimLink(Duration latency, Duration jitter, Faults faults, int mtu) {

    /**
     * Probabilities per datagram, 0 to 1.
     *
     * @param reordering of being held back by 1 to 4 latencies (at least 1 ms) while later ones pass
     * @param corruption of one byte being changed
     */
    public record Faults(double loss, double duplication, double reordering, double corruption) {
        public static final Faults NONE = new Faults(0, 0, 0, 0);
    }

    /** 10 ms, no faults, 1500 bytes. */
    public static final SimLink WIDE_AREA =
            new SimLink(Duration.ofMillis(10), Duration.ZERO, Faults.NONE, 1500);

    /** 100 microseconds, no faults, 1500 bytes. */
    public static final SimLink LOCAL_AREA = WIDE_AREA.withLatency(Duration.ofNanos(100_000));

    public SimLink withLatency(Duration value) {
        return new SimLink(value, jitter, faults, mtu);
    }

    public SimLink withJitter(Duration value) {
        return new SimLink(latency, value, faults, mtu);
    }

    public SimLink withFaults(Faults value) {
        return new SimLink(latency, jitter, value, mtu);
    }

    public SimLink withLoss(double loss) {
        return withFaults(
                new Faults(loss, faults.duplication, faults.reordering, faults.corruption));
    }

    public SimLink withDuplication(double duplication) {
        return withFaults(
                new Faults(faults.loss, duplication, faults.reordering, faults.corruption));
    }

    public SimLink withReordering(double reordering) {
        return withFaults(
                new Faults(faults.loss, faults.duplication, reordering, faults.corruption));
    }

    public SimLink withCorruption(double corruption) {
        return withFaults(
                new Faults(faults.loss, faults.duplication, faults.reordering, corruption));
    }

    public SimLink withMtu(int bytes) {
        return new SimLink(latency, jitter, faults, bytes);
    }
}
