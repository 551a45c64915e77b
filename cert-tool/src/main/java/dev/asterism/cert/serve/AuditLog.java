package dev.asterism.cert.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import java.util.Set;

/**
 * What was asked and what became of it, a line of JSON each, only ever appended to. Holds no secret: tokens are named
 * by their ids. The file is opened for each line, so that it can be moved away at any time. Any thread.
 */
public final class AuditLog {

    private static final int LONGEST_VALUE = 256;

    private final Path file;
    private final Clock clock;
    private final JsonFactory json = new JsonFactory();

    public AuditLog(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /**
     * Appends a line; it is on the disk when this returns.
     *
     * @param details what else is known; in their order
     */
    synchronized void add(String event, Map<String, String> details) throws IOException {
        ByteBuffer line = StandardCharsets.UTF_8.encode(line(event, details));
        try (FileChannel out =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            while (line.hasRemaining()) {
                out.write(line);
            }
            out.force(false);
        }
    }

    private String line(String event, Map<String, String> details) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = json.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("time", clock.instant().toString());
            out.writeStringField("event", event);
            for (Map.Entry<String, String> detail : details.entrySet()) {
                String value = detail.getValue();
                out.writeStringField(
                        detail.getKey(),
                        value.substring(0, Math.min(value.length(), LONGEST_VALUE)));
            }
            out.writeEndObject();
        }
        return text + "\n";
    }
}
