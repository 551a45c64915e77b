package dev.asterism.cert.issue;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.enrol.EnrolRequest;
import dev.asterism.overlay.net.Cidr;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a CA gives to a host, without times and key. Immutable.
 *
 * @param networks a version 1 certificate has exactly one, of IPv4
 * @param life how long, but never longer than until one second before the CA's end, which is what null means
 */
public record HostGrant(
        String name,
        List<Cidr> networks,
        List<Cidr> unsafeNetworks,
        List<String> groups,
        VersionChoice versions,
        @Nullable Duration life) {

    /** How far a host's clock may be behind when it asks: {@code EnrolRequest.CLOCK_SECONDS}. */
    private static final long SLOW_CLOCK_SECONDS = EnrolRequest.CLOCK_SECONDS;

    private static final int PARTS_OF_LIFE = 20;

    /** Version 2 sorts its networks so, and the first of both versions must be the same. */
    private static final Comparator<Cidr> LOWEST_FIRST =
            Comparator.comparing(Cidr::address).thenComparingInt(Cidr::bits);

    public HostGrant {
        networks = List.copyOf(networks);
        unsafeNetworks = List.copyOf(unsafeNetworks);
        groups = List.copyOf(groups);
    }

    /**
     * The same again as what these certificates of one host say.
     *
     * @param present one, or one of each version
     */
    public static HostGrant of(List<Certificate> present, @Nullable Duration life) {
        Certificate richest =
                present.stream().max(Comparator.comparingInt(Certificate::version)).orElseThrow();
        return new HostGrant(
                richest.name(),
                richest.networks(),
                richest.unsafeNetworks(),
                richest.groups(),
                present.size() > 1 ? VersionChoice.BOTH : VersionChoice.of(richest.version()),
                life);
    }

    /** The same for another time. */
    public HostGrant lasting(Duration other) {
        return new HostGrant(name, networks, unsafeNetworks, groups, versions, other);
    }

    /**
     * The first second of a certificate that is handed out now: {@value #SLOW_CLOCK_SECONDS} s ago, or a twentieth of
     * its life if that is less, so that hosts whose clock is behind take it.
     */
    public Instant begin(Certificate ca, Instant now) {
        Duration whole = life == null ? Duration.between(now, ca.notAfter()) : life;
        long margin = Math.min(SLOW_CLOCK_SECONDS, Math.max(0, whole.toSeconds() / PARTS_OF_LIFE));
        Instant begin = now.truncatedTo(ChronoUnit.SECONDS).minusSeconds(margin);
        return begin.isBefore(ca.notBefore()) ? ca.notBefore() : begin;
    }

    /**
     * The same without groups and unsafe networks that one of these certificates does not have. A
     * certificate of any version counts, as a right is taken from the host and not from one of its certificates.
     */
    public HostGrant within(List<Certificate> others) {
        return new HostGrant(
                name,
                networks,
                unsafeNetworks.stream()
                        .filter(network -> others.stream().allMatch(it -> allows(it, network)))
                        .toList(),
                groups.stream()
                        .filter(
                                group ->
                                        others.stream().allMatch(it -> it.groups().contains(group)))
                        .toList(),
                versions,
                life);
    }

    private static boolean allows(Certificate certificate, Cidr unsafeNetwork) {
        boolean canSayIt = certificate.version() > 1 || unsafeNetwork.isIpv4();
        return !canSayIt || certificate.unsafeNetworks().contains(unsafeNetwork);
    }

    /** Whether a certificate has all addresses of this, as far as its version can say them. */
    public boolean hasItsNetworks(Certificate certificate) {
        boolean isShort = certificate.version() == 1 && versions != VersionChoice.V1;
        return isShort
                ? networks.containsAll(certificate.networks())
                : certificate.networks().containsAll(networks);
    }

    /** What the certificate of this version would say if it began at this time. */
    public Subject subject(int version, Certificate ca, Instant from) throws CertificateException {
        return new Subject(
                name,
                version == 1 ? List.of(versionOneNetwork()) : networks,
                version == 1
                        ? unsafeNetworks.stream()
                                .filter(network -> versions == VersionChoice.V1 || network.isIpv4())
                                .toList()
                        : unsafeNetworks,
                groups,
                from.getEpochSecond(),
                lastSecond(ca, from));
    }

    /** Whether the certificate of the same version that began then would end later than this one. */
    public boolean outlives(Certificate present, Certificate ca, Instant from)
            throws CertificateException {
        return subject(present.version(), ca, from).notAfter() > present.subject().notAfter();
    }

    private long lastSecond(Certificate ca, Instant from) {
        long end = ca.subject().notAfter() - 1;
        return life == null ? end : Math.min(end, from.getEpochSecond() + life.toSeconds());
    }

    private Cidr versionOneNetwork() throws CertificateException {
        List<Cidr> ipv4 = networks.stream().filter(Cidr::isIpv4).sorted(LOWEST_FIRST).toList();
        boolean isFit = versions == VersionChoice.BOTH || networks.size() == 1;
        if (ipv4.isEmpty() || !isFit) {
            throw new CertificateException(
                    "a version 1 certificate has exactly one network, and that is IPv4");
        }
        return ipv4.getFirst();
    }
}
