package dev.asterism.cert.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import java.util.Set;

/**
 * What was asked and what became of it, a line of JSON each, only ever appended to. Holds no secret: tokens are named
 * by their ids. The file is opened for each line, so that it can be moved away at any time. It is bounded: at {@value
 * #MOST_BYTES} bytes it becomes {@code audit.log.1}, that one {@code .2}, and so on to {@value #OLD_FILES}; and of what
 * strangers are refused only so many lines a minute are written ({@link RefusalLines}), with the number of the others,
 * so that they cannot push out what was issued. One object for a folder; any thread.
 */
public final class AuditLog {

    static final long MOST_BYTES = 8 << 20;
    static final int OLD_FILES = 8;

    private static final int LONGEST_VALUE = 256;

    private final Path file;
    private final Clock clock;
    private final long mostBytes;
    private final RefusalLines refusals = new RefusalLines();
    private final JsonFactory json = new JsonFactory();

    public AuditLog(Path file, Clock clock) {
        this(file, clock, MOST_BYTES);
    }

    AuditLog(Path file, Clock clock, long mostBytes) {
        this.file = file;
        this.clock = clock;
        this.mostBytes = mostBytes;
    }

    /**
     * As {@link #add} for what strangers can cause at will: beyond the limits it is only counted.
     *
     * @param source who asked
     */
    synchronized void addRefusal(String event, String source, Map<String, String> details)
            throws IOException {
        long minute = clock.instant().getEpochSecond() / 60;
        long passedOver = refusals.begin(minute);
        if (passedOver > 0) {
            append("not-written", Map.of("refusals", String.valueOf(passedOver)));
        }
        if (refusals.admit(source)) {
            append(event, details);
        }
    }

    /**
     * Appends a line; it is on the disk when this returns, or the file is as before.
     *
     * @param details what else is known; in their order
     */
    synchronized void add(String event, Map<String, String> details) throws IOException {
        append(event, details);
    }

    private void append(String event, Map<String, String> details) throws IOException {
        ByteBuffer line = StandardCharsets.UTF_8.encode(line(event, details));
        if (Files.exists(file) && Files.size(file) + line.remaining() > mostBytes) {
            rotate();
        }
        try (FileChannel out =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            long end = out.size();
            boolean isWritten = false;
            try {
                for (long at = end; line.hasRemaining(); ) {
                    at += out.write(line, at);
                }
                out.force(false);
                isWritten = true;
            } finally {
                if (!isWritten) {
                    out.truncate(end); // half a line on a full disk would spoil the next one
                }
            }
        }
    }

    private void rotate() throws IOException {
        for (int i = OLD_FILES - 1; i >= 0; i--) {
            Path from = i == 0 ? file : old(i);
            if (Files.exists(from)) {
                Files.move(
                        from,
                        old(i + 1),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path old(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
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
