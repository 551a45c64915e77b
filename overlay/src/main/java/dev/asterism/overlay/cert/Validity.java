package dev.asterism.overlay.cert;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says why a certificate is not valid at a time: which one, its date, and what the clock says, as
 * the clock is wrong as often as the certificate is old.
 */
final class Validity {

    private Validity() {}

    /**
     * Null when the certificate is valid.
     *
     * @param role how the sentence begins, {@code certificate}
     */
    static @Nullable String problem(String role, Certificate certificate, Instant now) {
        boolean early = now.isBefore(certificate.notBefore());
        if (!early && !now.isAfter(certificate.notAfter())) {
            return null;
        }
        return role
                + " "
                + Quoted.of(certificate.name())
                + (early
                        ? " is not valid before " + certificate.notBefore()
                        : " expired at " + certificate.notAfter())
                + " (system clock: "
                + now.truncatedTo(ChronoUnit.SECONDS)
                + ")";
    }
}
