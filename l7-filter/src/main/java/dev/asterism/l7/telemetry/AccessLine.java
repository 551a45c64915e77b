package dev.asterism.l7.telemetry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.asterism.l7.proxy.ShownField;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One entry as a JSON object; what is not known is left out. */
final class AccessLine {

    static final String REDACTED = "(redacted)";

    /** Fields that carry secrets, whatever the configuration says. */
    private static final Set<String> ALWAYS_SECRET =
            Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key");

    /** Fields whose values have query parameters. */
    private static final Set<String> URLS = Set.of("location", "content-location", "referer");

    private static final JsonFactory JSON =
            new JsonFactory().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    private static final double MILLIS = TimeUnit.MILLISECONDS.toNanos(1);

    private AccessLine() {}

    /**
     * As a line of the log, without header fields.
     *
     * @param redact names of query parameters whose values are not written, in lower case
     */
    static void write(
            AccessEntry entry,
            Instant ended,
            String hash,
            Collection<String> redact,
            OutputStream out)
            throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            entry(json, entry, ended, redact);
            json.writeStringField("config", hash);
            json.writeEndObject();
        }
        out.write('\n');
    }

    /**
     * As an object with its header fields, for somebody who looks on; values with a name of {@code redact} are left
     * out.
     */
    static void show(
            JsonGenerator json, AccessEntry entry, Instant ended, Collection<String> redact)
            throws IOException {
        json.writeStartObject();
        entry(json, entry, ended, redact);
        fields(json, "request_fields", entry.fields().request(), redact);
        fields(json, "answer_fields", entry.fields().answer(), redact);
        json.writeEndObject();
    }

    private static void fields(
            JsonGenerator json, String key, List<ShownField> fields, Collection<String> redact)
            throws IOException {
        if (fields.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(key);
        for (ShownField field : fields) {
            String name = field.name().toLowerCase(Locale.ROOT);
            boolean secret = ALWAYS_SECRET.contains(name) || redact.contains(name);
            json.writeStartObject();
            json.writeStringField("name", field.name());
            String shown = URLS.contains(name) ? redacted(field.value(), redact) : field.value();
            json.writeStringField("value", secret ? REDACTED : shown);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void entry(
            JsonGenerator json, AccessEntry entry, Instant ended, Collection<String> redact)
            throws IOException {
        json.writeStringField("time", ended.toString());
        json.writeStringField("dir", RequestLabels.word(entry.direction()));
        text(json, "service", entry.way().service());
        text(json, "route", entry.way().route());
        text(json, "pool", entry.way().pool());
        text(json, "empty_pool", entry.way().emptyPool());
        text(json, "endpoint", entry.way().endpoint());
        caller(json, entry);
        if (entry.refusal().why().isEmpty()) {
            request(json, entry, redact);
        } else {
            refusal(json, entry);
        }
        if (entry.refusal().leftOut() > 0) {
            json.writeNumberField("left_out", entry.refusal().leftOut());
        }
    }

    private static void request(JsonGenerator json, AccessEntry entry, Collection<String> redact)
            throws IOException {
        json.writeStringField("method", entry.line().method());
        text(json, "host", entry.line().authority());
        json.writeStringField("path", redacted(entry.line().path(), redact));
        json.writeNumberField("status", entry.status());
        if (entry.grpcStatus() >= 0) {
            json.writeNumberField("grpc", entry.grpcStatus());
        }
        text(json, "reason", entry.reason());
        text(json, "trace", entry.trace().trace());
        text(json, "span", entry.trace().span());
        text(json, "parent", entry.trace().parent());
        json.writeNumberField("attempts", entry.tries().attempts());
        text(json, "hedge", entry.tries().hedge());
        json.writeNumberField("ms", millis(entry.durationNanos()));
        if (entry.answerNanos() >= 0) {
            json.writeNumberField("answer_ms", millis(entry.answerNanos()));
        }
        json.writeNumberField("bytes_in", entry.requestBytes());
        json.writeNumberField("bytes_out", entry.answerBytes());
    }

    private static void refusal(JsonGenerator json, AccessEntry entry) throws IOException {
        json.writeStringField("input_refused", entry.refusal().why());
        if (entry.status() > 0) {
            json.writeNumberField("status", entry.status());
        }
    }

    private static void caller(JsonGenerator json, AccessEntry entry) throws IOException {
        if (entry.caller().isKnown()) {
            json.writeStringField("peer", entry.caller().name());
            json.writeArrayFieldStart("groups");
            for (String group : entry.caller().groups()) {
                json.writeString(group);
            }
            json.writeEndArray();
            text(json, "peer_ip", entry.caller().address());
        }
    }

    private static void text(JsonGenerator json, String name, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(name, value);
        }
    }

    /** To the microsecond. */
    private static double millis(long nanos) {
        return Math.round(nanos / 1000.0) / (MILLIS / 1000);
    }

    static String redacted(String path, Collection<String> names) {
        int query = path.indexOf('?');
        if (query < 0 || names.isEmpty()) {
            return path;
        }
        StringBuilder shown = new StringBuilder(path.substring(0, query + 1));
        String separator = "";
        for (String parameter : path.substring(query + 1).split("&", -1)) {
            int equals = parameter.indexOf('=');
            boolean secret =
                    equals > 0
                            && names.contains(
                                    parameter.substring(0, equals).toLowerCase(Locale.ROOT));
            shown.append(separator)
                    .append(secret ? parameter.substring(0, equals + 1) + REDACTED : parameter);
            separator = "&";
        }
        return shown.toString();
    }
}
