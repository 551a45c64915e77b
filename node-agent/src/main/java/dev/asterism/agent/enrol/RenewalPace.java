package dev.asterism.agent.enrol;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.io.RandomSource;
import java.time.Duration;
import java.time.Instant;

/**
 * When a certificate is renewed: at two thirds of its life and up to a twentieth later, so that hosts that were
 * enrolled together do not all come at once. A failed attempt is repeated after a twentieth of what is left, an hour
 * at most, so that a day without a server costs nothing.
 */
final class RenewalPace {

    /** Between two attempts. */
    static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
    private static final int PART = 20;
    private static final long STEPS = 1_000_000;

    private final RandomSource random;

    RenewalPace(RandomSource random) {
        this.random = random;
    }

    /** The time of the first attempt. */
    Instant due(Certificate certificate) {
        Duration life = certificate.life();
        return certificate
                .notBefore()
                .plus(life.multipliedBy(2).dividedBy(3))
                .plus(partOf(life.dividedBy(PART)));
    }

    /** How long to wait after a failed attempt. */
    Duration retry(Certificate certificate, Instant now) {
        if (now.isAfter(certificate.notAfter())) {
            return LONGEST_WAIT; // it takes a new token now
        }
        Duration part = Duration.between(now, certificate.notAfter()).dividedBy(PART);
        Duration most = part.compareTo(LONGEST_WAIT) < 0 ? part : LONGEST_WAIT;
        Duration half = most.dividedBy(2);
        Duration wait = half.plus(partOf(half));
        return wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
    }

    private Duration partOf(Duration whole) {
        return whole.dividedBy(STEPS).multipliedBy(random.below(STEPS));
    }
}
