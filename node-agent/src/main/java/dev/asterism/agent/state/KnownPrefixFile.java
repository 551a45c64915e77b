package dev.asterism.agent.state;

import dev.asterism.overlay.handshake.KnownPrefixes;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@link KnownPrefixes} as a file: a first line that names the format, then a line of key in hex
 * and prefix for each entry, the latest last. Replaced whole, so that a reader or a crash finds the
 * old one or the new one.
 */
public final class KnownPrefixFile {

    static final int MAX_BYTES = 4 << 20;
    private static final int MAX_ENTRIES = 32_768;
    private static final int KEY_HEX_DIGITS = 64;
    private static final String FORMAT = "asterism known prefixes 1";

    private final Path file;

    /**
     * @param owner our public key: nodes of one machine share the folder
     */
    public KnownPrefixFile(Path folder, Bytes owner) {
        file = folder.resolve("known-prefixes-" + owner.hex().substring(0, 16));
    }

    public Path path() {
        return file;
    }

    /**
     * Empty when there is no file yet.
     *
     * @throws IOException when it cannot be read or is not what {@link #write} makes
     */
    public List<KnownPrefixes.Entry> read() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException("it is not a regular file");
        }
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException gone) {
            return List.of();
        }
        return parse(content);
    }

    static List<KnownPrefixes.Entry> parse(byte[] content) throws IOException {
        if (content.length > MAX_BYTES) {
            throw new IOException("it is longer than " + MAX_BYTES + " bytes");
        }
        List<String> lines = new String(content, StandardCharsets.US_ASCII).lines().toList();
        if (lines.isEmpty() || !lines.getFirst().equals(FORMAT)) {
            throw new IOException("its first line is not \"" + FORMAT + "\"");
        }
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
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh); // of a write that did not end, or a link that somebody laid
        try (FileChannel out =
                FileChannel.open(
                        fresh,
                        Set.of(
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text(entries));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
