package dev.asterism.cert.cli;

import dev.asterism.cert.inventory.DaysOrGo;
import dev.asterism.overlay.cert.Certificate;
import java.time.Duration;
import java.time.Instant;

/** Says on standard error, while there is time, that a CA ends before what is issued with it should. */
final class CaEnd {

    private static final String FIX = "rotate the CA before, see \"asterism-cert rotate plan\"";

    private CaEnd() {}

    /**
     * For who is about to issue; empty when the CA lives long enough.
     *
     * @param life of each certificate
     */
    static String warning(Certificate ca, Duration life, Instant now) {
        Duration left = Duration.between(now, ca.notAfter());
        // A certificate ends a second before its CA at the latest.
        return life.compareTo(left.minusSeconds(1)) <= 0
                ? ""
                : ("warning: the CA expires %s, in %s, and no certificate outlives it: those that should last %s"
                                + " expire with it and are not renewed then; %s\n")
                        .formatted(ca.notAfter(), DaysOrGo.text(left), DaysOrGo.text(life), FIX);
    }

    /** For who has renewed; empty when the new certificate ends later than the old one. */
    static String warning(Certificate ca, Certificate old, Certificate renewed) {
        if (renewed.notAfter().isAfter(old.notAfter())) {
            return "";
        }
        String what =
                "warning: the new certificate expires no later than the old one, %s"
                        .formatted(old.notAfter());
        return renewed.endsWith(ca)
                ? "%s, as the CA expires %s; %s\n".formatted(what, ca.notAfter(), FIX)
                : what + "; -duration says how long it is to be valid from now on\n";
    }
}
