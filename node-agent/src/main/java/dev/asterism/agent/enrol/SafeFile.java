package dev.asterism.agent.enrol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Puts files, new ones of mode 0600, in their place, whole, on the disk when a call returns. */
final class SafeFile {

    private static final String SUFFIX = ".new";
    private static final Duration ABANDONED = Duration.ofHours(1);

    private SafeFile() {}

    /**
     * In place of what may be there. Any number of processes may write the same file: each writes one of its own name
     * first, and the last to be renamed counts.
     */
    static void write(Path path, String text) throws IOException {
        write(path, text, null);
    }

    /**
     * In place of what is there, with its mode and, as far as this process may give files away, its owner and group:
     * whoever may read the file may read the new one.
     */
    static void rewrite(Path path, String text) throws IOException {
        write(path, text, Files.readAttributes(path, PosixFileAttributes.class));
    }

    private static void write(Path path, String text, @Nullable PosixFileAttributes as)
            throws IOException {
        Path fresh = writeFresh(path, text);
        boolean isMoved = false;
        try {
            if (as != null) {
                give(fresh, as);
            }
            move(fresh, path);
            isMoved = true;
        } finally {
            if (!isMoved) {
                Files.deleteIfExists(fresh);
            }
        }
    }

    private static void give(Path file, PosixFileAttributes as) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(
                        file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        try {
            view.setGroup(as.group());
            view.setOwner(as.owner());
        } catch (FileSystemException _) {
            // Only root may give files away: then the file stays ours, and its mode decides.
        }
        view.setPermissions(as.permissions());
    }

    /** False when there is one, which stays; of any number of processes one makes it. */
    static boolean create(Path path, String text) throws IOException {
        Path fresh = writeFresh(path, text);
        try {
            Files.createLink(path, fresh); // a rename would replace it
            syncNames(path);
            return true;
        } catch (FileAlreadyExistsException _) {
            return false;
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static Path writeFresh(Path path, String text) throws IOException {
        Path folder = folderOf(path);
        String prefix = "." + path.getFileName() + ".";
        removeAbandoned(folder, prefix);
        Path fresh =
                Files.createTempFile(
                        folder,
                        prefix,
                        SUFFIX,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        boolean isWritten = false;
        try (FileChannel out =
                FileChannel.open(fresh, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
            isWritten = true;
            return fresh;
        } finally {
            if (!isWritten) {
                Files.deleteIfExists(fresh);
            }
        }
    }

    /** Of writers that were killed; what is younger may be somebody's who is writing now. */
    private static void removeAbandoned(Path folder, String prefix) throws IOException {
        Instant oldest = Instant.now().minus(ABANDONED);
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(
                        folder,
                        file -> {
                            String name = String.valueOf(file.getFileName());
                            return name.startsWith(prefix) && name.endsWith(SUFFIX);
                        })) {
            for (Path file : files) {
                if (isOlder(file, oldest)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static boolean isOlder(Path file, Instant than) throws IOException {
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                    .toInstant()
                    .isBefore(than);
        } catch (NoSuchFileException _) {
            return false; // its writer has renamed it meanwhile
        }
    }

    private static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? file.toAbsolutePath() : folder;
    }

    static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncNames(to);
    }

    private static void syncNames(Path of) throws IOException {
        try (FileChannel names = FileChannel.open(folderOf(of), StandardOpenOption.READ)) {
            names.force(true);
        }
    }
}
