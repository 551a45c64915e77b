package dev.asterism.agent.state;

import dev.asterism.overlay.handshake.KnownPrefixes;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link KnownPrefixes} as a file: a first line that names the format, then a line of key in hex
 * and prefix for each entry, the latest last.
 */
public final class KnownPrefixFile {

    static final int MAX_BYTES = 4 << 20;
    private static final int MAX_ENTRIES = 32_768;
    private static final int KEY_HEX_DIGITS = 64;
    private static final String FORMAT = "asterism known prefixes 1";

    private final StateFile file;

    /**
     * @param owner our public key: nodes of one machine share the folder
     */
    public KnownPrefixFile(Path folder, Bytes owner) {
        file =
                new StateFile(
                        folder.resolve("known-prefixes-" + owner.hex().substring(0, 16)),
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
    public List<KnownPrefixes.Entry> read() throws IOException {
        byte[] content = file.read();
        return content == null ? List.of() : parse(content);
    }

    static List<KnownPrefixes.Entry> parse(byte[] content) throws IOException {
        List<String> lines = StateFile.lines(content, FORMAT, MAX_BYTES);
        List<KnownPrefixes.Entry> entries = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            entries.add(entry(lines.get(i), i + 1));
        }
        return entries;
    }

    private static KnownPrefixes.Entry entry(String line, int number) throws IOException {
        int blank = line.indexOf(' ');
        if (blank == KEY_HEX_DIGITS) {
            try {
                return new KnownPrefixes.Entry(
                        Bytes.ofHex(line.substring(0, blank)), Ip.of(line.substring(blank + 1)));
            } catch (IllegalArgumentException e) {
                // as below
            }
        }
        throw new IOException("line " + number + " is not a key and a prefix");
    }

    /** Replaces the file; of more entries than fit the latest. */
    public void write(List<KnownPrefixes.Entry> entries) throws IOException {
        file.write(text(entries));
    }

    static String text(List<KnownPrefixes.Entry> entries) {
        StringBuilder text = new StringBuilder(FORMAT).append('\n');
        int first = Math.max(0, entries.size() - MAX_ENTRIES);
        for (KnownPrefixes.Entry entry : entries.subList(first, entries.size())) {
            text.append(entry.staticKey().hex()).append(' ').append(entry.prefix()).append('\n');
        }
        return text.toString();
    }
}
