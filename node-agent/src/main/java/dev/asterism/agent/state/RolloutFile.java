package dev.asterism.agent.state;

import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far roll-outs of the L7 filter are, as a file: a first line that names the format, then for each its key, phase,
 * step, time in milliseconds and reason.
 */
public final class RolloutFile {

    static final int MAX_BYTES = 1 << 20;
    private static final String FORMAT = "asterism roll-outs 1";
    private static final String LINE =
            "([0-9a-f]{16}) (running|stopped|done) ([0-9]{1,3}) ([0-9]{1,18}) ?([ -~]*)";

    private final StateFile file;

    /**
     * One roll-out.
     *
     * @param key 16 hex digits
     * @param phase running, stopped or done
     * @param step from 0
     * @param sinceMillis of the wall clock
     * @param reason in ASCII, may be empty
     */
    public record Entry(String key, String phase, int step, long sinceMillis, String reason) {}

    /**
     * @param owner our public key: nodes of one machine share the folder
     */
    public RolloutFile(Path folder, Bytes owner) {
        file =
                new StateFile(
                        folder.resolve("l7-rollouts-" + owner.hex().substring(0, 16)),
                        FORMAT,
                        MAX_BYTES);
    }

    public Path path() {
        return file.path();
    }

    /**
     * Empty when there is no file yet.
     *
     * @throws IOException when it cannot be read or is not what {@link #write} makes
     */
    public List<Entry> read() throws IOException {
        byte[] content = file.read();
        return content == null ? List.of() : parse(content);
    }

    static List<Entry> parse(byte[] content) throws IOException {
        List<String> lines = StateFile.lines(content, FORMAT, MAX_BYTES);
        Pattern pattern = Pattern.compile(LINE); // not at the start of nodes without roll-outs
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            Matcher line = pattern.matcher(lines.get(i));
            if (!line.matches()) {
                throw new IOException("line " + (i + 1) + " is not that of a roll-out");
            }
            entries.add(
                    new Entry(
                            line.group(1),
                            line.group(2),
                            Integer.parseInt(line.group(3)),
                            Long.parseLong(line.group(4)),
                            line.group(5)));
        }
        return entries;
    }

    /** Replaces the file. */
    public void write(List<Entry> entries) throws IOException {
        StringBuilder text = new StringBuilder(FORMAT).append('\n');
        for (Entry entry : entries) {
            text.append(entry.key())
                    .append(' ')
                    .append(entry.phase())
                    .append(' ')
                    .append(entry.step())
                    .append(' ')
                    .append(entry.sinceMillis())
                    .append(' ')
                    .append(entry.reason())
                    .append('\n');
        }
        file.write(text.toString());
    }
}
