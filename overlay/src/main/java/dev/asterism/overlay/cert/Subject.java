package dev.asterism.overlay.cert;

import dev.asterism.overlay.net.Cidr;
import java.time.Instant;
import java.util.List;

/**
 * Whom a certificate is about and what it grants: names, networks, groups and time. For a CA the
 * lists are limits, empty meaning none (spec certificates.md 1).
 *
 * @param networks host bits kept, order kept
 * @param notBefore Unix seconds, inclusive
 * @param notAfter Unix seconds, inclusive
 */
public record Subject(
        String name,
        List<Cidr> networks,
        List<Cidr> unsafeNetworks,
        List<String> groups,
        long notBefore,
        long notAfter) {

    public Subject {
        networks = List.copyOf(networks);
        unsafeNetworks = List.copyOf(unsafeNetworks);
        groups = List.copyOf(groups);
    }

    /** Seconds beyond what {@link Instant} can hold become its end. */
    static Instant instant(long unixSeconds) {
        long clamped =
                Math.clamp(unixSeconds, Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond());
        return Instant.ofEpochSecond(clamped);
    }
}
