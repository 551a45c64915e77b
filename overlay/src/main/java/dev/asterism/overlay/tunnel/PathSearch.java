package dev.asterism.overlay.tunnel;

import dev.asterism.overlay.net.UnderlayAddr;
import java.util.ArrayList;
import java.util.List;

/** When a better path of one tunnel was last looked for (spec wire.md 7.4). Control plane only. */
public final class PathSearch {

    private static final RateLimit.Rate ONE_A_SECOND = new RateLimit.Rate(1, 1);
    private static final long ANSWERS_NANOS = 2_000_000_000L;
    private static final long SETTLED_NANOS = 1_000_000_000L;

    /** Packets sent when candidates were last tried. */
    public long promoteSeenOut;

    /** Packets sent when lighthouses were last asked. */
    public long requerySeenOut;

    public long lastRequeryNanos = Long.MIN_VALUE;

    /** Straight to a peer that is reached through a relay. */
    public final RateLimit directTests = new RateLimit(ONE_A_SECOND);

    /** Where else the peer was asked lately; the first answer decides. */
    private List<UnderlayAddr> asked = List.of();

    private long askedNanos;
    private boolean settled;
    private long settledNanos;

    /** The peer was asked at addresses besides the one in use, as it did not answer there. */
    public void asked(List<UnderlayAddr> others, long nowNanos) {
        asked = List.copyOf(others);
        askedNanos = nowNanos;
        settled = false;
    }

    /** And at one more. */
    public void askedAlso(UnderlayAddr other, long nowNanos) {
        List<UnderlayAddr> both = new ArrayList<>(asked);
        if (!asked.contains(other)) {
            both.add(other);
        }
        asked(both, nowNanos);
    }

    /**
     * Something came from {@code from}, and the tunnel leads elsewhere.
     *
     * @param pathHeardNanos when something last came from where the tunnel leads
     * @return false for an answer that is too late: another one came first, or the address in use answers after all
     */
    public boolean takes(UnderlayAddr from, long pathHeardNanos, long nowNanos) {
        if (nowNanos - askedNanos >= ANSWERS_NANOS || !asked.contains(from)) {
            return true;
        }
        if (settled) {
            return nowNanos - settledNanos >= SETTLED_NANOS;
        }
        if (pathHeardNanos != Long.MIN_VALUE && pathHeardNanos - askedNanos >= 0) {
            return false;
        }
        settled = true;
        settledNanos = nowNanos;
        return true;
    }
}
