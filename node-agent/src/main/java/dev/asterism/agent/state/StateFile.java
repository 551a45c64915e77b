package dev.asterism.agent.state;

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
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A bounded text file of the agent's own, which nobody else may read: a first line that names the
 * format, then a line for each entry. Replaced whole, so that a reader or a crash finds the old one
 * or the new one.
 *
 * @param format the first line
 * @param maxBytes of a file that is still read
 */
record StateFile(Path path, String format, int maxBytes) {

    /**
     * The content; null when there is no file.
     *
     * @throws IOException when it cannot be read
     */
    byte @Nullable [] read() throws IOException {
        if (!Files.exists(path)) {
            return null;
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException("it is not a regular file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(maxBytes + 1);
        } catch (NoSuchFileException gone) {
            return null;
        }
    }

    /**
     * The lines, the first one checked and included.
     *
     * @throws IOException when it is too long or another format
     */
    static List<String> lines(byte[] content, String format, int maxBytes) throws IOException {
        if (content.length > maxBytes) {
            throw new IOException("it is longer than " + maxBytes + " bytes");
        }
        List<String> lines = new String(content, StandardCharsets.US_ASCII).lines().toList();
        if (lines.isEmpty() || !lines.getFirst().equals(format)) {
            throw new IOException("its first line is not \"" + format + "\"");
        }
        return lines;
    }

    void write(String text) throws IOException {
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(fresh); // of a write that did not end, or a link that somebody laid
        try {
            fill(fresh, text);
            Files.move(
                    fresh,
                    path,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh); // on a full disk it would keep what room is left
        }
    }

    private static void fill(Path fresh, String text) throws IOException {
        try (FileChannel out =
                FileChannel.open(
                        fresh,
                        Set.of(
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.WRITE,
                                LinkOption.NOFOLLOW_LINKS),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }
}
