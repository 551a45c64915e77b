package dev.asterism.lighthouse.bundle;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.RateLimit;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * How much one peer may make this node do for the sake of bundles, and who is not asked for a while. Bounded: of the
 * peers the one seen longest ago is forgotten first. Control plane only.
 */
final class BundleLimits {

    static final int MAX_PEERS = 4_096;

    /** Announcements; an honest peer has one for each tunnel, each ten seconds and each new bundle. */
    static final int SAID_PER_SECOND = 5;

    static final int SAID_AT_ONCE = 20;

    /** Pieces for one peer: the largest bundle at once, with what was lost on the way. */
    static final int PIECES_PER_SECOND = 200;

    static final int PIECES_AT_ONCE = 400;

    /** Pieces for all: a lighthouse has other things to do. */
    static final int ALL_PIECES_PER_SECOND = 10_000;

    /** How long nothing is fetched of a peer that sent what is no bundle. */
    private static final long PENALTY_NANOS = Duration.ofMinutes(10).toNanos();

    private final RateLimit all = new RateLimit(ALL_PIECES_PER_SECOND, ALL_PIECES_PER_SECOND);
    private final SequencedMap<Ip, Budget> peers = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Budget {
        private static final RateLimit.Rate SAID =
                new RateLimit.Rate(SAID_PER_SECOND, SAID_AT_ONCE);
        private static final RateLimit.Rate PIECES =
                new RateLimit.Rate(PIECES_PER_SECOND, PIECES_AT_ONCE);

        private final RateLimit said = new RateLimit(SAID);
        private final RateLimit pieces = new RateLimit(PIECES);
        private long penaltyUntilNanos = Long.MIN_VALUE;
    }

    boolean maySay(Ip peer, Tick now) {
        return budget(peer).said.take(now.nanos());
    }

    boolean mayHavePiece(Ip peer, Tick now) {
        return budget(peer).pieces.take(now.nanos()) && all.take(now.nanos());
    }

    void penalise(Ip peer, Tick now) {
        budget(peer).penaltyUntilNanos = now.nanos() + PENALTY_NANOS;
    }

    boolean isPenalised(Ip peer, Tick now) {
        long until = budget(peer).penaltyUntilNanos;
        return until != Long.MIN_VALUE && until - now.nanos() > 0;
    }

    private Budget budget(Ip peer) {
        Budget budget = peers.computeIfAbsent(peer, _ -> new Budget());
        if (peers.size() > MAX_PEERS) {
            peers.pollFirstEntry();
        }
        return budget;
    }

    int size() {
        return peers.size();
    }
}
