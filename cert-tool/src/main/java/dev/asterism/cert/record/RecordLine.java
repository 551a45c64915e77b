package dev.asterism.cert.record;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;

/**
 * One line of the record while it is written, without a library, as {@code asterism-cert sign} writes one in a tenth
 * of a second. Strings are JSON strings in ASCII: what a certificate says is text from elsewhere.
 */
final class RecordLine {

    /** Stands where the first line names the digest of the one before. */
    static final String NO_LINE_BEFORE = "0".repeat(2 * Fingerprint.LENGTH_BYTES);

    private final StringBuilder text = new StringBuilder(1024);

    private RecordLine(String kind, Instant time) {
        text.append("{\"v\":1");
        field("kind", kind);
        field("time", time.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    static RecordLine opened(Certificate ca, Instant time) {
        RecordLine line = new RecordLine("opened", time);
        line.field("name", ca.name());
        line.field("fingerprint", ca.fingerprint().toString());
        return line;
    }

    static RecordLine issued(Certificate certificate, String by, Instant time) {
        RecordLine line = new RecordLine("issued", time);
        line.field("by", by);
        line.field("name", certificate.name());
        line.list("networks", certificate.networks());
        line.list("unsafeNetworks", certificate.unsafeNetworks());
        line.list("groups", certificate.groups());
        line.text.append(",\"version\":").append(certificate.version());
        line.field("notBefore", certificate.notBefore().toString());
        line.field("notAfter", certificate.notAfter().toString());
        line.identify(certificate);
        line.field(
                "certificate", Base64.getEncoder().encodeToString(certificate.encoded().toArray()));
        return line;
    }

    static RecordLine revoked(Certificate certificate, String reason, Instant time) {
        RecordLine line = new RecordLine("revoked", time);
        line.field("reason", reason);
        line.field("name", certificate.name());
        line.field("notAfter", certificate.notAfter().toString());
        line.identify(certificate);
        return line;
    }

    private void identify(Certificate certificate) {
        field("fingerprint", certificate.fingerprint().toString());
        Fingerprint alternate = certificate.alternateFingerprint();
        if (alternate != null) {
            field("alternateFingerprint", alternate.toString());
        }
        field("publicKey", certificate.publicKey().hex());
    }

    private void field(String name, String value) {
        text.append(",\"").append(name).append("\":");
        string(value);
    }

    private void list(String name, List<?> values) {
        text.append(",\"").append(name).append("\":[");
        for (int i = 0; i < values.size(); i++) {
            text.append(i == 0 ? "" : ",");
            string(values.get(i).toString());
        }
        text.append(']');
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7F) {
                text.append(c);
            } else {
                text.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    text.append(Character.forDigit(c >> shift & 0xF, 16));
                }
            }
        }
        text.append('"');
    }

    /**
     * The whole line, once.
     *
     * @param previous digest of the line before
     */
    byte[] behind(String previous) {
        field("previous", previous);
        text.append("}\n");
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
