package dev.asterism.cert.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificateV1;
import dev.asterism.overlay.cert.CertificateV2;
import dev.asterism.overlay.cert.Decoded;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a record line by line and checks that each names the digest of the one before. */
final class RecordReader {

    private static final JsonFactory JSON = new JsonFactory();

    private final String file;
    private final List<RecordEntry> entries = new ArrayList<>();
    private final List<String> digests = new ArrayList<>();

    /** How many lines of the file come before those that this one reads. */
    private long before;

    private RecordReader(String file) {
        this.file = file;
    }

    /** The position of the channel is moved, and nobody else may depend on it. */
    static RecordHistory read(String file, FileChannel record) throws IOException {
        record.position(0);
        // Not closed: the stream would close the channel, and with it the locks of this process.
        InputStream in = new BufferedInputStream(Channels.newInputStream(record), 1 << 16);
        RecordReader reader = new RecordReader(file);
        ByteArrayOutputStream line = new ByteArrayOutputStream(2048);
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                reader.take(line.toByteArray());
                line.reset();
            } else if (line.size() > RecordTail.LONGEST_LINE) {
                throw reader.broken("the line is too long");
            } else {
                line.write(b);
            }
        }
        return new RecordHistory(reader.entries, reader.digests, line.size());
    }

    /**
     * The certificate that one line is about; the chain is not looked at.
     *
     * @param number of the line, from 1
     */
    static Certificate issuedIn(String file, long number, String line)
            throws BrokenRecordException {
        RecordReader reader = new RecordReader(file);
        reader.before = number - 1;
        return reader.issued(reader.fields(line.getBytes(StandardCharsets.US_ASCII)));
    }

    private BrokenRecordException broken(String why) {
        return new BrokenRecordException(file, before + entries.size() + 1L, why);
    }

    private void take(byte[] line) throws BrokenRecordException {
        Map<String, String> fields = fields(line);
        String digest = digests.isEmpty() ? RecordLine.NO_LINE_BEFORE : digests.getLast();
        if (!digest.equals(fields.get("previous"))) {
            throw broken(
                    "the line does not follow the one before: lines were changed or are missing");
        }
        entries.add(entry(fields));
        digests.add(RecordTail.digestOf(line, 0, line.length));
    }

    private RecordEntry entry(Map<String, String> fields) throws BrokenRecordException {
        Instant time = time(text(fields, "time"));
        String kind = text(fields, "kind");
        if (entries.isEmpty() != kind.equals("opened")) {
            throw broken("a record begins with one line of the kind \"opened\"");
        }
        return switch (kind) {
            case "opened" -> new RecordEntry.Opened(time, fingerprint(text(fields, "fingerprint")));
            case "issued" -> new RecordEntry.Issued(time, text(fields, "by"), issued(fields));
            case "revoked" ->
                    new RecordEntry.Revoked(
                            time,
                            text(fields, "name"),
                            time(text(fields, "notAfter")),
                            fingerprint(text(fields, "fingerprint")),
                            fields.containsKey("alternateFingerprint")
                                    ? fingerprint(text(fields, "alternateFingerprint"))
                                    : null,
                            text(fields, "publicKey"),
                            text(fields, "reason"));
            default ->
                    throw broken("unknown kind \"" + kind + "\": made by a newer asterism-cert?");
        };
    }

    private Certificate issued(Map<String, String> fields) throws BrokenRecordException {
        try {
            Bytes raw = Bytes.owning(Base64.getDecoder().decode(text(fields, "certificate")));
            Decoded decoded =
                    "1".equals(fields.get("version"))
                            ? CertificateV1.decode(raw)
                            : CertificateV2.decode(raw);
            Certificate certificate = decoded.orThrow();
            if (!certificate.fingerprint().equals(fingerprint(text(fields, "fingerprint")))) {
                throw broken("the fingerprint is not that of the certificate");
            }
            return certificate;
        } catch (CertificateException | IllegalArgumentException e) {
            throw broken("no certificate: " + e.getMessage());
        }
    }

    private String text(Map<String, String> fields, String name) throws BrokenRecordException {
        @Nullable String value = fields.get(name);
        if (value == null) {
            throw broken("the field \"" + name + "\" is missing");
        }
        return value;
    }

    private Fingerprint fingerprint(String text) throws BrokenRecordException {
        Fingerprint read = Fingerprint.parse(text);
        if (read == null) {
            throw broken("no fingerprint: \"" + text + "\"");
        }
        return read;
    }

    private Instant time(String text) throws BrokenRecordException {
        try {
            return Instant.parse(text);
        } catch (DateTimeException _) {
            throw broken("no time: \"" + text + "\"");
        }
    }

    /** Fields of the one object in the line; lists are passed over. */
    private Map<String, String> fields(byte[] line) throws BrokenRecordException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = JSON.createParser(line)) {
            boolean isObject = json.nextToken() == JsonToken.START_OBJECT;
            while (isObject && json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                String value = json.getValueAsString();
                if (value != null) {
                    fields.put(name, value);
                }
                json.skipChildren();
            }
            if (!isObject
                    || json.currentToken() != JsonToken.END_OBJECT
                    || json.nextToken() != null) {
                throw broken("the line is not one JSON object");
            }
            return fields;
        } catch (BrokenRecordException e) {
            throw e;
        } catch (IOException _) {
            throw broken("the line is not JSON");
        }
    }
}
