package dev.asterism.lighthouse.services;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.RateLimit;

/**
 * How often a host says to others what it offers: an honest caller asks once a minute, and when lighthouses tell
 * something new. Control plane only.
 */
final class OwnAnswers {

    /** To all callers together, as all of them may ask when something changes. */
    private static final int PER_SECOND = 2_000;

    private static final int AT_ONCE = 4_000;

    private final ServiceLimits limits = new ServiceLimits();
    private final RateLimit all = new RateLimit(PER_SECOND, AT_ONCE);

    boolean may(Ip caller, Tick now) {
        return limits.maySay(caller, now) && all.take(now.nanos());
    }
}
