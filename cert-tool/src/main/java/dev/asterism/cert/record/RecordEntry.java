package dev.asterism.cert.record;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Fingerprint;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What one line of the record says. */
public sealed interface RecordEntry {

    /** When it was written, in whole seconds. */
    Instant time();

    /** The first line. */
    record Opened(Instant time, Fingerprint ca) implements RecordEntry {}

    /**
     * A certificate that was signed, whether anybody got it or not.
     *
     * @param by what signed it, like {@code sign}
     */
    record Issued(Instant time, String by, Certificate certificate) implements RecordEntry {}

    /**
     * A certificate that must not be trusted any more, and whose key must not be signed again.
     *
     * @param alternate the other fingerprint that a P-256 certificate can be shown under; null for other curves
     * @param publicKey in hex
     */
    record Revoked(
            Instant time,
            String name,
            Instant notAfter,
            Fingerprint fingerprint,
            @Nullable Fingerprint alternate,
            String publicKey,
            String reason)
            implements RecordEntry {}
}
