package dev.asterism.overlay.cert;

import java.time.Duration;
import java.time.Instant;

/**
 * How near a certificate's end is, in the steps at which its owner is told. A step that is as long
 * as the certificate's whole validity does not count: a certificate made for a day is not near its
 * end from the start.
 */
public enum ExpiryStage {
    FAR(Duration.ofSeconds(Long.MAX_VALUE)),
    WITHIN_30_DAYS(Duration.ofDays(30)),
    WITHIN_7_DAYS(Duration.ofDays(7)),
    WITHIN_1_DAY(Duration.ofDays(1)),
    EXPIRED(Duration.ZERO);

    private final Duration before;

    ExpiryStage(Duration before) {
        this.before = before;
    }

    public static ExpiryStage of(Certificate certificate, Instant now) {
        if (now.isAfter(certificate.notAfter())) {
            return EXPIRED;
        }
        Duration whole = certificate.life();
        Duration left = Duration.between(now, certificate.notAfter());
        ExpiryStage stage = FAR;
        for (ExpiryStage next : values()) {
            boolean counts = next != EXPIRED && whole.compareTo(next.before) > 0;
            if (counts && left.compareTo(next.before) <= 0) {
                stage = next;
            }
        }
        return stage;
    }

    /**
     * What to tell the owner; empty when the end is far.
     *
     * @param role which certificate it is, such as {@code the certificate of this host}
     */
    public static String warning(String role, Certificate certificate, Instant now) {
        String named = role + " " + Quoted.of(certificate.name());
        ExpiryStage stage = of(certificate, now);
        return switch (stage) {
            case FAR -> "";
            case EXPIRED -> named + " expired at " + certificate.notAfter();
            case WITHIN_30_DAYS, WITHIN_7_DAYS, WITHIN_1_DAY -> {
                Duration left = Duration.between(now, certificate.notAfter());
                yield named + " expires at " + certificate.notAfter() + ", in " + inWords(left);
            }
        };
    }

    private static String inWords(Duration left) {
        long days = left.toDays();
        if (days >= 2) {
            return days + " days";
        }
        long hours = left.toHours();
        return hours >= 2 ? hours + " hours" : left.toMinutes() + " minutes";
    }
}
