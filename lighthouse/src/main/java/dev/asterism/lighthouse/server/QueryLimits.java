package dev.asterism.lighthouse.server;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.RateLimit;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * How much one member may make a lighthouse send. A query of 41 bytes costs an answer to the
 * querier and up to 657 bytes to the host that is asked about, which has not asked for anything
 * (ADR 0015).
 *
 * <p>Bounded: of queriers and of pairs the one that was seen longest ago is forgotten first. Control plane only.
 */
final class QueryLimits {

    /** For a member that begins handshakes with many peers for a long time. */
    static final int PER_SECOND = 100;

    /** For a member that starts and looks for all of its peers at once. */
    static final int BURST = 1_000;

    static final int MAX_QUERIERS = 4_096;
    static final int MAX_PAIRS = 16_384;

    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;

    private final SequencedMap<Ip, Querier> queriers = new LinkedHashMap<>(16, 0.75f, true);
    private final SequencedMap<Pair, Long> introduced = new LinkedHashMap<>();

    /** What a query gets. */
    enum Verdict {
        ANSWER,
        IGNORE,
        /** As above, and it is time to say so. */
        IGNORE_AND_SAY
    }

    private static final class Querier {
        private static final RateLimit.Rate QUERIES = new RateLimit.Rate(PER_SECOND, BURST);

        private final RateLimit queries = new RateLimit(QUERIES);
        private long saidNanos = Long.MIN_VALUE;
    }

    private record Pair(Ip querier, Ip target) {}

    Verdict query(Ip from, Tick now) {
        Querier querier = queriers.computeIfAbsent(from, _ -> new Querier());
        if (queriers.size() > MAX_QUERIERS) {
            queriers.pollFirstEntry();
        }
        if (querier.queries.take(now.nanos())) {
            return Verdict.ANSWER;
        }
        if (querier.saidNanos != Long.MIN_VALUE && now.nanos() - querier.saidNanos < MINUTE) {
            return Verdict.IGNORE;
        }
        querier.saidNanos = now.nanos();
        return Verdict.IGNORE_AND_SAY;
    }

    /** Whether the target may be told now that the querier wants to reach it: once a second. */
    boolean introduces(Ip querier, Ip target, Tick now) {
        forgetUntil(now.nanos() - SECOND);
        if (introduced.putIfAbsent(new Pair(querier, target), now.nanos()) != null) {
            return false;
        }
        if (introduced.size() > MAX_PAIRS) {
            introduced.pollFirstEntry();
        }
        return true;
    }

    private void forgetUntil(long nanos) {
        Iterator<Long> oldest = introduced.values().iterator();
        while (oldest.hasNext() && oldest.next() - nanos <= 0) {
            oldest.remove();
        }
    }

    int size() {
        return queriers.size() + introduced.size();
    }
}
