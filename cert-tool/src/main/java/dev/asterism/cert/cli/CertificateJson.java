package dev.asterism.cert.cli;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.net.Cidr;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What {@code print} shows (spec certificates.md 7.1). */
final class CertificateJson {

    private static final DateTimeFormatter RFC_3339 =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssXXX");

    private final ZoneId zone;

    /** Times are written in {@code zone}. */
    CertificateJson(ZoneId zone) {
        this.zone = zone;
    }

    /** Several lines; empty when a time is beyond the year 9999, which RFC 3339 cannot say. */
    String indented(Certificate certificate) {
        return isWritable(certificate) ? JsonText.indented(tree(certificate)) : "";
    }

    /** One line; empty as above. */
    String line(List<Certificate> certificates) {
        return certificates.stream().allMatch(this::isWritable)
                ? JsonText.compact(certificates.stream().map(this::tree).toList())
                : "";
    }

    private boolean isWritable(Certificate certificate) {
        return hasFourDigitYear(certificate.notBefore())
                && hasFourDigitYear(certificate.notAfter());
    }

    private boolean hasFourDigitYear(Instant time) {
        if (Math.abs(time.getEpochSecond()) > 1L << 40) {
            return false;
        }
        int year = time.atZone(zone).getYear();
        return year >= 0 && year <= 9999;
    }

    private Map<String, @Nullable Object> tree(Certificate certificate) {
        return certificate.version() == 1 ? treeV1(certificate) : treeV2(certificate);
    }

    private Map<String, @Nullable Object> treeV2(Certificate certificate) {
        Map<String, @Nullable Object> details = new TreeMap<>();
        details.put("groups", orNull(certificate.groups()));
        details.put("isCa", certificate.isCa());
        details.put("issuer", certificate.issuerText());
        details.put("name", certificate.name());
        details.put("networks", orNull(texts(certificate.networks())));
        details.put("notAfter", time(certificate.notAfter()));
        details.put("notBefore", time(certificate.notBefore()));
        details.put("unsafeNetworks", orNull(texts(certificate.unsafeNetworks())));
        Map<String, @Nullable Object> tree = new TreeMap<>();
        tree.put("curve", curve(certificate));
        tree.put("details", details);
        tree.put("fingerprint", certificate.fingerprint().toString());
        tree.put("publicKey", certificate.publicKey().hex());
        tree.put("signature", certificate.signature().hex());
        tree.put("version", certificate.version());
        return tree;
    }

    private static @Nullable List<String> orNull(List<String> texts) {
        return texts.isEmpty() ? null : texts;
    }

    private Map<String, @Nullable Object> treeV1(Certificate certificate) {
        Map<String, @Nullable Object> details = new TreeMap<>();
        details.put("curve", curve(certificate));
        details.put("groups", certificate.groups());
        details.put("isCa", certificate.isCa());
        details.put("issuer", certificate.issuerText());
        details.put("name", certificate.name());
        details.put("networks", texts(certificate.networks()));
        details.put("notAfter", time(certificate.notAfter()));
        details.put("notBefore", time(certificate.notBefore()));
        details.put("publicKey", certificate.publicKey().hex());
        details.put("unsafeNetworks", texts(certificate.unsafeNetworks()));
        Map<String, @Nullable Object> tree = new TreeMap<>();
        tree.put("details", details);
        tree.put("fingerprint", certificate.fingerprint().toString());
        tree.put("signature", certificate.signature().hex());
        tree.put("version", certificate.version());
        return tree;
    }

    private static String curve(Certificate certificate) {
        return certificate.curve() == Curve.UNRECOGNIZED
                ? Integer.toString(certificate.curveNumber())
                : certificate.curve().name();
    }

    private static List<String> texts(List<Cidr> networks) {
        return networks.stream().map(Cidr::toString).toList();
    }

    private String time(Instant time) {
        return RFC_3339.format(ZonedDateTime.ofInstant(time, zone));
    }
}
