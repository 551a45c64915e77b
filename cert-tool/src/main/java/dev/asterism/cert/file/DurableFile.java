package dev.asterism.cert.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Writes files of mode 0600 that are there whole, old or new, whatever happens meanwhile: content goes to a file
 * beside the target, to the disk, and then under the target's name. The name itself is on the disk after {@link
 * #syncFolder}, which several files of one folder may share. Any thread; one writer per target.
 */
public final class DurableFile {

    private static final String PREFIX = ".asterism-cert";
    private static final String SUFFIX = ".tmp";

    private DurableFile() {}

    /** Replaces the file or makes it. */
    public static void replace(Path target, byte[] content) throws IOException {
        Path whole = written(target, content);
        try {
            Files.move(
                    whole,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    /** Makes the file; a {@link java.nio.file.FileAlreadyExistsException} when there is one. */
    public static void create(Path target, byte[] content) throws IOException {
        Path whole = written(target, content);
        try {
            // A hard link is the one way to name a whole file that fails when the name is taken.
            Files.createLink(target, whole);
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    private static Path written(Path target, byte[] content) throws IOException {
        Path folder = folderOf(target);
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        Path whole =
                Files.createTempFile(
                        folder,
                        PREFIX,
                        SUFFIX,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        boolean isWritten = false;
        try (FileChannel out = FileChannel.open(whole, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            out.force(true);
            isWritten = true;
            return whole;
        } finally {
            if (!isWritten) {
                Files.deleteIfExists(whole);
            }
        }
    }

    /** Puts the names of the folder's files on the disk. */
    public static void syncFolder(Path folder) throws IOException {
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            // Some file systems sync no folders; there is nothing else to call.
        }
    }

    /** The folder that a file is in. */
    public static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? file.toAbsolutePath() : folder;
    }

    /** Removes what a process left that was killed while it wrote; the folder must have no other writer. */
    public static void removeLeftovers(Path folder) throws IOException {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
            for (Path leftover : files) {
                Files.deleteIfExists(leftover);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
