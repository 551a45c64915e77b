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
import java.util.function.Consumer;

/**
 * What was asked and what became of it, a line of JSON each, only ever appended to. Holds no secret: tokens are named
 * by their ids. The file is opened for each line, so that it can be moved away at any time. It is bounded: at {@value
 * #MOST_BYTES} bytes it becomes {@code audit.log.1}, that one {@code .2}, and so on to {@value #OLD_FILES}; and of what
 * strangers are refused only so many lines a minute are written ({@link RefusalLines}), with the number of the others,
 * so that they cannot push out what was issued. A full disk costs lines about refusals, whose number follows when there
 * is room; what cannot be written is not issued. One object for a folder; any thread.
 */
public final class AuditLog {

    static final long MOST_BYTES = 8 << 20;
    static final int OLD_FILES = 8;

    private static final int LONGEST_VALUE = 256;

    private final Path file;
    private final Clock clock;
    private final long mostBytes;
    private final Consumer<String> operator;
    private final RefusalLines refusals = new RefusalLines();
    private final JsonFactory json = new JsonFactory();
    private boolean isBroken;

    /**
     * @param operator is told once when the log cannot be written, and once when it can be again
     */
    public AuditLog(Path file, Clock clock, Consumer<String> operator) {
        this(file, clock, MOST_BYTES, operator);
    }

    AuditLog(Path file, Clock clock, long mostBytes, Consumer<String> operator) {
        this.file = file;
        this.clock = clock;
        this.mostBytes = mostBytes;
        this.operator = operator;
    }

    /**
     * As {@link #add} for what strangers can cause at will: beyond the limits it is only counted.
     *
     * @param source who asked
     */
    synchronized void addRefusal(String event, String source, Map<String, String> details)
            throws IOException {
        refusals.begin(clock.instant().getEpochSecond() / 60);
        if (!refusals.admit(source)) {
            return;
        }
        boolean isWritten = false;
        try {
            tellPassedOver();
            append(event, details);
            isWritten = true;
        } finally {
            if (!isWritten) {
                refusals.lost();
            }
        }
    }

    /** The number waits as long as the log cannot be written. */
    private void tellPassedOver() throws IOException {
        if (refusals.untold() > 0) {
            append("not-written", Map.of("refusals", String.valueOf(refusals.untold())));
            refusals.told();
        }
    }

    /**
     * Appends a line; it is on the disk when this returns, or the file is as before.
     *
     * @param details what else is known; in their order
     */
    synchronized void add(String event, Map<String, String> details) throws IOException {
        refusals.begin(clock.instant().getEpochSecond() / 60);
        tellPassedOver();
        append(event, details);
    }

    private void append(String event, Map<String, String> details) throws IOException {
        try {
            write(event, details);
        } catch (IOException e) {
            if (!isBroken) {
                isBroken = true;
                operator.accept(
                        "cannot write the audit log, and nothing is issued until it can be written: %s"
                                .formatted(e));
            }
            throw e;
        }
        if (isBroken) {
            isBroken = false;
            operator.accept("the audit log can be written again");
        }
    }

    private void write(String event, Map<String, String> details) throws IOException {
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
