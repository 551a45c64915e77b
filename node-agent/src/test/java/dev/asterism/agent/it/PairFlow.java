package dev.asterism.agent.it;

import java.time.Duration;

/** A flow in each direction. */
final class PairFlow implements AutoCloseable {

    private final UdpFlow there;
    private final UdpFlow back;

    PairFlow(NamespaceNode a, NamespaceNode b) {
        this(a, b, UdpFlow.Pace.PROBES);
    }

    PairFlow(NamespaceNode a, NamespaceNode b, UdpFlow.Pace pace) {
        there = new UdpFlow(a, b, NodeConfig.OPEN_PORT, pace);
        back = new UdpFlow(b, a, NodeConfig.OPEN_PORT, pace);
    }

    UdpFlow there() {
        return there;
    }

    UdpFlow back() {
        return back;
    }

    /** Waits until something sent after now has arrived on both sides. */
    void awaitBothWays(Duration most) {
        long since = System.nanoTime();
        Waits.until("traffic both ways", most, () -> flowsAfter(since), this::toString);
    }

    boolean flowsAfter(long nanos) {
        return there.arrivedAfter(nanos) && back.arrivedAfter(nanos);
    }

    /** Milliseconds until both directions carried something sent after that time. */
    long millisToFlow(long nanos, Duration most) {
        Waits.happensWithin(most, () -> flowsAfter(nanos));
        long longest = Math.max(there.firstAfter(nanos), back.firstAfter(nanos));
        return longest == Long.MAX_VALUE ? Long.MAX_VALUE : longest / 1_000_000;
    }

    /** Stops both and returns how many packets never arrived. */
    int lostAtEnd() {
        there.finish();
        back.finish();
        return there.lost() + back.lost();
    }

    /** What has not arrived, for people; call {@link #lostAtEnd} first. */
    String gaps() {
        return "there " + there.gaps() + ", back " + back.gaps();
    }

    int sent() {
        return there.sent() + back.sent();
    }

    int twice() {
        return there.twice() + back.twice();
    }

    @Override
    public void close() {
        there.close();
        back.close();
    }

    @Override
    public String toString() {
        return "there %d of %d, back %d of %d"
                .formatted(there.arrived(), there.sent(), back.arrived(), back.sent());
    }
}
