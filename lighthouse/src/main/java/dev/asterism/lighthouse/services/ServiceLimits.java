package dev.asterism.lighthouse.services;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.RateLimit;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * How much one host may make a lighthouse do for the sake of services. Bounded: of the hosts the one seen longest ago
 * is forgotten first. Control plane only.
 */
final class ServiceLimits {

    static final int MAX_PEERS = 16_384;

    /**
     * Messages. In five seconds an honest host sends up to five for the 64 services that it may want; in ten seconds
     * one for what it offers; and one for each change.
     */
    static final int MESSAGES_PER_SECOND = 10;

    static final int MESSAGES_AT_ONCE = 40;

    /** Offers that change something, as each of them is told to all who asked. */
    static final int CHANGES_PER_SECOND = 1;

    static final int CHANGES_AT_ONCE = 5;

    /** Messages that tell a host who offers services: all that it may ask for, with the largest of them. */
    static final int TOLD_PER_SECOND = 400;

    static final int TOLD_AT_ONCE = 1_200;

    /** What it has been told, a message for each service. */
    static final int ACKNOWLEDGED_PER_SECOND = 100;

    static final int ACKNOWLEDGED_AT_ONCE = 200;

    private final SequencedMap<Ip, Budget> peers = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Budget {
        private static final RateLimit.Rate MESSAGES =
                new RateLimit.Rate(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE);
        private static final RateLimit.Rate CHANGES =
                new RateLimit.Rate(CHANGES_PER_SECOND, CHANGES_AT_ONCE);
        private static final RateLimit.Rate ACKNOWLEDGED =
                new RateLimit.Rate(ACKNOWLEDGED_PER_SECOND, ACKNOWLEDGED_AT_ONCE);
        private static final RateLimit.Rate TOLD =
                new RateLimit.Rate(TOLD_PER_SECOND, TOLD_AT_ONCE);

        private final RateLimit messages = new RateLimit(MESSAGES);
        private final RateLimit changes = new RateLimit(CHANGES);
        private final RateLimit acknowledged = new RateLimit(ACKNOWLEDGED);
        private final RateLimit told = new RateLimit(TOLD);
    }

    boolean maySay(Ip peer, Tick now) {
        return budget(peer).messages.take(now.nanos());
    }

    boolean mayAcknowledge(Ip peer, Tick now) {
        return budget(peer).acknowledged.take(now.nanos());
    }

    boolean mayChange(Ip peer, Tick now) {
        return budget(peer).changes.take(now.nanos());
    }

    boolean mayBeTold(Ip peer, Tick now) {
        return budget(peer).told.take(now.nanos());
    }

    private Budget budget(Ip peer) {
        Budget budget = peers.computeIfAbsent(peer, _ -> new Budget());
        if (peers.size() > MAX_PEERS) {
            peers.pollFirstEntry();
        }
        return budget;
    }
}
