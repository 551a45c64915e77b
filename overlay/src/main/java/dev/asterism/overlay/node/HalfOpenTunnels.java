package dev.asterism.overlay.node;

import dev.asterism.overlay.tunnel.Tunnel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Tunnels that a message 1 made and nobody has used yet, oldest first. Whoever forges message 1
 * makes many, so their number is bounded; and each stays long enough for the first packet of a
 * genuine peer, which comes after a round trip. While they are few, none is given up here: the
 * check of every tunnel does that.
 */
final class HalfOpenTunnels {

    /** At about 6 KB each. */
    static final int MAX = 512;

    /** Up to here nobody is in a hurry. */
    static final int FEW = 64;

    /** Beyond {@link #FEW}; longer than a round trip over two satellites. */
    static final long PATIENCE_NANOS = 3_000_000_000L;

    private record HalfOpen(Tunnel tunnel, long madeNanos) {}

    private final ArrayDeque<HalfOpen> waiting = new ArrayDeque<>();

    /** Adds one; returns those that have to go. */
    List<Tunnel> add(Tunnel tunnel, long nowNanos) {
        waiting.addLast(new HalfOpen(tunnel, nowNanos));
        List<Tunnel> givenUp = new ArrayList<>(1);
        for (HalfOpen oldest = waiting.peekFirst();
                oldest != null && isOver(oldest, nowNanos);
                oldest = waiting.peekFirst()) {
            waiting.removeFirst();
            if (!oldest.tunnel.isRemoved()) {
                givenUp.add(oldest.tunnel);
            }
        }
        return givenUp;
    }

    private boolean isOver(HalfOpen oldest, long nowNanos) {
        return oldest.tunnel.isRemoved()
                || waiting.size() > MAX
                || waiting.size() > FEW && nowNanos - oldest.madeNanos > PATIENCE_NANOS;
    }

    /** The peer has used it, or it is gone. */
    void remove(Tunnel tunnel) {
        waiting.removeIf(entry -> entry.tunnel == tunnel);
    }

    /** More than {@link #FEW}: many hosts come at once, or somebody forges. */
    boolean areMany() {
        return waiting.size() > FEW;
    }

    int size() {
        return waiting.size();
    }
}
