package dev.asterism.overlay.node;

import dev.asterism.overlay.tunnel.Tunnel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tunnels that a message 1 made and nobody has used yet, oldest first. Whoever forges message 1
 * makes many, so their number is bounded; and each stays long enough for the first packet of a
 * genuine peer, which comes after a round trip. While they are few, none is given up here: the
 * check of every tunnel does that.
 */
final class HalfOpenTunnels {

    /** Of a node that is no lighthouse, at about 4 KB each. */
    static final int MAX = 512;

    /**
     * Of a lighthouse, to which a whole mesh comes at once after its restart: as many as the budgets admit within
     * {@link #PATIENCE_NANOS} (docs/adr/0008-budget-for-strangers.md: 250 known ones, 250 and 300 strangers, and 500
     * of those that confirmed ones give back, a second).
     * With fewer, hosts whose first packet is late by a second, as they are busy themselves, find their session gone
     * and take the budget a second time (docs/adr/0073-a-mesh-that-comes-back-late.md).
     */
    static final int MAX_ON_LIGHTHOUSE = 3_900;

    /** Up to here nobody is in a hurry. */
    static final int FEW = 64;

    /** Beyond {@link #FEW}; longer than a round trip over two satellites. */
    static final long PATIENCE_NANOS = 3_000_000_000L;

    private record HalfOpen(Tunnel tunnel, long madeNanos) {}

    private final int most;

    /** By local index, which belongs to one tunnel only: each peer's first packet takes one out. */
    private final Map<Integer, HalfOpen> waiting = new LinkedHashMap<>();

    /**
     * @param most how many may wait
     */
    HalfOpenTunnels(int most) {
        this.most = most;
    }

    /** Of a node with or without that role. */
    static HalfOpenTunnels of(boolean lighthouse) {
        return new HalfOpenTunnels(lighthouse ? MAX_ON_LIGHTHOUSE : MAX);
    }

    /** Adds one; returns those that have to go. */
    List<Tunnel> add(Tunnel tunnel, long nowNanos) {
        waiting.put(tunnel.session().localIndex(), new HalfOpen(tunnel, nowNanos));
        List<Tunnel> givenUp = new ArrayList<>(1);
        Iterator<HalfOpen> oldest = waiting.values().iterator();
        while (oldest.hasNext()) {
            HalfOpen next = oldest.next();
            if (!isOver(next, nowNanos)) {
                break;
            }
            oldest.remove();
            if (!next.tunnel.isRemoved()) {
                givenUp.add(next.tunnel);
            }
        }
        return givenUp;
    }

    private boolean isOver(HalfOpen oldest, long nowNanos) {
        return oldest.tunnel.isRemoved()
                || waiting.size() > most
                || waiting.size() > FEW && nowNanos - oldest.madeNanos > PATIENCE_NANOS;
    }

    /** The peer has used it, or it is gone. */
    void remove(Tunnel tunnel) {
        waiting.computeIfPresent(
                tunnel.session().localIndex(), (_, entry) -> entry.tunnel == tunnel ? null : entry);
    }

    /** More than {@link #FEW}: many hosts come at once, or somebody forges. */
    boolean areMany() {
        return waiting.size() > FEW;
    }

    int size() {
        return waiting.size();
    }
}
