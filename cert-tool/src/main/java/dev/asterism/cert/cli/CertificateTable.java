package dev.asterism.cert.cli;

import dev.asterism.cert.inventory.DaysOrGo;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.text.Printable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Certificates, one a line, for people or for programs. Names are text from elsewhere, so they are escaped. */
final class CertificateTable {

    private static final List<String> TITLES =
            List.of("NAME", "V", "NETWORKS", "GROUPS", "ENDS", "STATE", "FINGERPRINT");

    private final Instant now;
    private final Columns rows = new Columns(TITLES);
    private final List<String> objects = new ArrayList<>();

    CertificateTable(Instant now) {
        this.now = now;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /**
     * @param fate what happened to it, like {@code revoked}; empty when only its times count
     */
    void add(Certificate certificate, String fate) {
        String state = fate.isEmpty() ? state(certificate) : fate;
        String ends = certificate.notAfter().toString();
        rows.add(
                List.of(
                        Printable.escaped(certificate.name()),
                        Integer.toString(certificate.version()),
                        CommaList.join(certificate.networks()),
                        Printable.escaped(CommaList.join(certificate.groups())),
                        ends,
                        state,
                        certificate.fingerprint().toString()));
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("v", 1);
        object.put("name", certificate.name());
        object.put("version", certificate.version());
        object.put("isCa", certificate.isCa());
        object.put("networks", certificate.networks().stream().map(Object::toString).toList());
        object.put(
                "unsafeNetworks",
                certificate.unsafeNetworks().stream().map(Object::toString).toList());
        object.put("groups", certificate.groups());
        object.put("notBefore", certificate.notBefore().toString());
        object.put("notAfter", ends);
        object.put("state", state);
        object.put("fingerprint", certificate.fingerprint().toString());
        Fingerprint alternate = certificate.alternateFingerprint();
        object.put("alternateFingerprint", alternate == null ? null : alternate.toString());
        object.put("issuer", certificate.issuerText());
        objects.add(JsonText.compact(object));
    }

    private String state(Certificate certificate) {
        Duration left = Duration.between(now, certificate.notAfter());
        if (left.isNegative()) {
            return "expired";
        }
        return now.isBefore(certificate.notBefore())
                ? "not yet valid"
                : DaysOrGo.text(left) + " left";
    }

    String text() {
        return rows.text();
    }

    /** An object per line. */
    String json() {
        return objects.isEmpty() ? "" : String.join("\n", objects) + "\n";
    }
}
