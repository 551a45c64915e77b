package dev.asterism.overlay.identity;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.event.MeshEvent;
import java.time.Instant;

/**
 * A certificate that this node needs is near its end, or past it.
 *
 * @param detail the whole sentence
 */
public record CertificateExpiryEvent(
        String detail, String certName, Instant notAfter, Fingerprint fingerprint)
        implements MeshEvent {

    @Override
    public Level level() {
        return Level.WARN;
    }

    @Override
    public String message() {
        return "Certificate expiry";
    }
}
