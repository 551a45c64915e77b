package dev.asterism.overlay.tunnel;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RelayLeg;
import org.jspecify.annotations.Nullable;

/**
 * What test requests and handshakes have shown of one path to a peer: when it was tried, when it last answered, the
 * round trip, and which of the last {@value #WINDOW} test requests were answered. Nanoseconds, monotonic. Control plane
 * only.
 */
public final class PathRecord {

    /** Of a time or a round trip. */
    public static final long UNKNOWN = Long.MIN_VALUE;

    /** How many test requests {@link #loss} is calculated from at most. */
    private static final int WINDOW = 32;

    private static final int MOST_OPEN = 4;
    private static final long ANSWER_NANOS = 1_000_000_000L;

    private final @Nullable UnderlayAddr direct;
    private final @Nullable Ip relay;
    private long triedNanos = UNKNOWN;
    private long answeredNanos = UNKNOWN;
    private long rttNanos = UNKNOWN;

    /** The newest test request in the lowest bit; set when it was answered. */
    private long outcomes;

    private int tests;

    PathRecord(@Nullable UnderlayAddr direct, @Nullable Ip relay) {
        this.direct = direct;
        this.relay = relay;
    }

    /** Null for a relayed path. */
    public @Nullable UnderlayAddr direct() {
        return direct;
    }

    /** The relay's overlay address; null for a direct path. */
    public @Nullable Ip relay() {
        return relay;
    }

    /** Whether it is the record of that path. */
    public boolean isOf(@Nullable Path path) {
        return switch (path) {
            case null -> false;
            case Path.Direct(UnderlayAddr to) -> to.equals(direct);
            case Path.Relayed(RelayLeg leg) -> leg.relay().equals(relay);
        };
    }

    /** When something that is to be answered was last sent by it. */
    public long triedNanos() {
        return triedNanos;
    }

    /** When an answer last came. */
    public long answeredNanos() {
        return answeredNanos;
    }

    /** The last one that was measured. */
    public long rttNanos() {
        return rttNanos;
    }

    /** Test requests that {@link #loss} is calculated from. */
    public int tests() {
        return tests;
    }

    /** Something went by it whose answer may come another way: message 1, or a test request to another address. */
    public void tried(long nowNanos) {
        triedNanos = nowNanos;
    }

    /** Message 2 came by it. */
    public void handshakeAnswered(long nowNanos) {
        answeredNanos = nowNanos;
    }

    /** A test request went by it. */
    public void tested(long nowNanos) {
        triedNanos = nowNanos;
        outcomes <<= 1;
        tests = Math.min(tests + 1, WINDOW);
    }

    /** One of the last test requests was answered. */
    public void answered(long nowNanos) {
        answeredNanos = nowNanos;
        for (int i = 0; i < Math.min(tests, MOST_OPEN); i++) {
            if ((outcomes & 1L << i) == 0) {
                outcomes |= 1L << i;
                if (i == 0) {
                    rttNanos = nowNanos - triedNanos;
                }
                return;
            }
        }
    }

    /** Share of the last test requests that were not answered; one that may still be is left out. 0 without any. */
    public double loss(long nowNanos) {
        boolean open = (outcomes & 1) == 0 && nowNanos - triedNanos < ANSWER_NANOS;
        int counted = tests - (open ? 1 : 0);
        if (counted <= 0) {
            return 0;
        }
        long window = (open ? outcomes >>> 1 : outcomes) & (1L << counted) - 1;
        return 1 - (double) Long.bitCount(window) / counted;
    }

    /** The newest test requests in a row that have not been answered, an open one included. */
    public int unanswered() {
        return Math.min(tests, Long.numberOfTrailingZeros(outcomes));
    }
}
