package dev.asterism.overlay.node;

import dev.asterism.overlay.tunnel.PathReason;
import dev.asterism.overlay.tunnel.PathRecord;
import org.jspecify.annotations.Nullable;

/**
 * Whether another relay to a peer is so much better than the one in use that packets are to take it
 * (docs/adr/0034-pinned-paths.md). The margins are wide, so that two paths that are alike do not take turns.
 */
final class PathComparison {

    private static final double LOSSY = 0.05;
    private static final int TESTS_IN_USE = 20;
    private static final int TESTS_OF_OTHER = 10;

    private static final int TESTS_FOR_RTT = 5;
    private static final double ALIKE = 0.02;
    private static final double SHORTER = 0.75;
    private static final long SHORTER_BY_NANOS = 5_000_000L;

    private PathComparison() {}

    /** Whether the path loses so much that others are to be measured. */
    static boolean isLossy(PathRecord path, long nowNanos) {
        return path.tests() >= TESTS_IN_USE && path.loss(nowNanos) >= LOSSY;
    }

    /** Why packets are to take the other relay's path, or null. */
    static @Nullable PathReason better(PathRecord inUse, PathRecord other, long nowNanos) {
        double lossInUse = inUse.loss(nowNanos);
        double lossOfOther = other.loss(nowNanos);
        if (isLossy(inUse, nowNanos)
                && other.tests() >= TESTS_OF_OTHER
                && lossOfOther <= lossInUse / 2) {
            return PathReason.LESS_LOSS;
        }
        boolean measured =
                inUse.tests() >= TESTS_FOR_RTT
                        && other.tests() >= TESTS_FOR_RTT
                        && inUse.rttNanos() != PathRecord.UNKNOWN
                        && other.rttNanos() != PathRecord.UNKNOWN;
        if (measured
                && lossOfOther <= lossInUse + ALIKE
                && other.rttNanos() <= inUse.rttNanos() * SHORTER
                && inUse.rttNanos() - other.rttNanos() >= SHORTER_BY_NANOS) {
            return PathReason.SHORTER;
        }
        return null;
    }
}
