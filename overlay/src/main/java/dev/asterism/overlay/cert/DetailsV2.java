package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The details of a version 2 certificate (spec certificates.md 3).
 *
 * @param subject lists of networks sorted: IPv4 first, then by address, then by prefix length
 * @param issuer raw bytes, 32 in practice, empty for a CA
 * @param mappedUnsafe how many unsafe networks stand there as IPv4-mapped IPv6 ones, which count as IPv6
 */
record DetailsV2(Subject subject, boolean isCa, Bytes issuer, int mappedUnsafe) {

    private static final int MAX_NAME_BYTES = 253;

    private static final Comparator<Cidr> ORDER =
            Comparator.comparing((Cidr network) -> !network.isIpv4())
                    .thenComparing(Cidr::address)
                    .thenComparingInt(Cidr::bits);

    DetailsV2 {
        subject =
                new Subject(
                        subject.name(),
                        subject.networks().stream().sorted(ORDER).toList(),
                        subject.unsafeNetworks().stream().sorted(ORDER).toList(),
                        subject.groups(),
                        subject.notBefore(),
                        subject.notAfter());
    }

    DetailsV2 withIssuer(Bytes ca) {
        return new DetailsV2(subject, isCa, ca, mappedUnsafe);
    }

    /** The first broken rule of spec certificates.md 3 "Validation", or null. */
    @Nullable String violation() {
        if (!isCa && subject.networks().isEmpty()) {
            return "non-CA certificate must contain at least 1 network";
        }
        for (Cidr network : subject.networks()) {
            if (network.address().isUnspecified()) {
                return "non-CA certificates must not use the zero address as a network: " + network;
            }
        }
        Cidr twice = firstDuplicate(subject.networks());
        twice = twice == null ? firstDuplicate(subject.unsafeNetworks()) : twice;
        if (twice != null) {
            return "duplicate network detected: " + twice;
        }
        return isCa ? null : unsafeViolation();
    }

    private static @Nullable Cidr firstDuplicate(List<Cidr> sorted) {
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).equals(sorted.get(i - 1))) {
                return sorted.get(i);
            }
        }
        return null;
    }

    private @Nullable String unsafeViolation() {
        boolean has4 = subject.networks().stream().anyMatch(Cidr::isIpv4);
        boolean has6 = !subject.networks().stream().allMatch(Cidr::isIpv4);
        int mapped = mappedUnsafe;
        for (Cidr unsafe : subject.unsafeNetworks()) {
            if (unsafe.isIpv4() && !has4 && mapped-- <= 0) {
                return "IPv4 unsafe networks require an IPv4 address assignment: " + unsafe;
            }
            if (!unsafe.isIpv4() && !has6) {
                return "IPv6 unsafe networks require an IPv6 address assignment: " + unsafe;
            }
        }
        return mappedUnsafe > 0 && !has6
                ? "IPv6 unsafe networks require an IPv6 address assignment"
                : null;
    }

    /** What Nebula 1.12 refuses at signing beside the {@link #violation}, as nothing could read the result. */
    @Nullable String unreadable() {
        int length = subject.name().getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > MAX_NAME_BYTES) {
            return "name must be between 1 and 253 bytes";
        }
        return subject.groups().stream().anyMatch(String::isEmpty)
                ? "groups may not be empty"
                : null;
    }
}
