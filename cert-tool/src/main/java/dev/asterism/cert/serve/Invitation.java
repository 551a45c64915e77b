package dev.asterism.cert.serve;

import dev.asterism.cert.issue.HostGrant;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.enrol.EnrolToken;
import dev.asterism.overlay.io.Bytes;
import java.time.Duration;

/**
 * An invitation as it is stored: without its secret, of which only the digest is kept.
 *
 * @param id {@value EnrolToken#ID_BYTES} random bytes
 * @param secretDigest SHA-256; the secret is random, so that a slow digest adds nothing
 * @param createdAt Unix seconds
 * @param notAfter Unix seconds, inclusive
 */
public record Invitation(
        Bytes id, Fingerprint secretDigest, HostGrant host, long createdAt, long notAfter) {

    /** Of each certificate, unless whoever invites says otherwise. */
    public static final Duration USUAL_LIFE = Duration.ofDays(30);

    /** Of each certificate of the host. */
    long lifetimeSeconds() {
        if (host.life() == null) {
            throw new IllegalStateException("an invitation says how long certificates live");
        }
        return host.life().toSeconds();
    }
}
