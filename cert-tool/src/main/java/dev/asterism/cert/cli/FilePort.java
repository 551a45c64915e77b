package dev.asterism.cert.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Files of the user. {@code -} is stdin or stdout, which one flag of a call may claim each. A new file
 * has mode 0600 and appears whole or not at all; an existing one is never touched.
 */
final class FilePort {

    private static final String STREAM = "-";

    /** Of what is read; a bundle of ten thousand certificates fits. */
    private static final int LIMIT_BYTES = 4 * 1024 * 1024;

    private final CliEnvironment world;

    FilePort(CliEnvironment world) {
        this.world = world;
    }

    /** A flag that names a path, without its dash. */
    record PathFlag(String name, String path) {}

    static boolean isStream(String path) {
        return path.equals(STREAM);
    }

    static void claimStdin(PathFlag... inputs) throws ToolException {
        claim("input may read from stdin", inputs);
    }

    static void claimStdout(PathFlag... outputs) throws ToolException {
        claim("output may write to stdout", outputs);
    }

    private static void claim(String what, PathFlag... flags) throws ToolException {
        List<String> claimants =
                List.of(flags).stream()
                        .filter(flag -> isStream(flag.path()))
                        .map(PathFlag::name)
                        .toList();
        if (claimants.size() > 1) {
            throw new ToolException(
                    "-%s and -%s both set to \"-\", only one %s"
                            .formatted(claimants.get(0), claimants.get(1), what));
        }
    }

    /**
     * @param prefix of the message, with its separator
     */
    String read(String prefix, String path) throws ToolException {
        if (isStream(path)) {
            return text(prefix, path, world.in());
        }
        Path file = resolved(path);
        refuseUnreadable(prefix, path, file);
        try (InputStream in = Files.newInputStream(file)) {
            return text(prefix, path, in);
        } catch (IOException e) {
            throw new ToolException(prefix + "open " + path + ": " + reason(e));
        }
    }

    private static String text(String prefix, String path, InputStream in) throws ToolException {
        try {
            byte[] content = in.readNBytes(LIMIT_BYTES + 1);
            if (content.length > LIMIT_BYTES) {
                throw new ToolException(
                        prefix + "read " + path + ": longer than " + LIMIT_BYTES / 1024 + " KiB");
            }
            return new String(content, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ToolException(prefix + "read " + path + ": " + reason(e));
        }
    }

    /**
     * A pipe without a writer blocks the one who opens it, and a device never ends. Those that the
     * caller opened, stdin and process substitution among them, are its own affair.
     */
    private void refuseUnreadable(String prefix, String path, Path file) throws ToolException {
        if (Files.isDirectory(file)) {
            throw new ToolException(prefix + "read " + path + ": is a directory");
        }
        if (isSpecial(path) && !isOpenAlready(file)) {
            throw new ToolException(
                    prefix + "open " + path + ": is a device or a pipe, not a regular file");
        }
    }

    private static boolean isOpenAlready(Path file) {
        return file.equals(Path.of("/dev/stdin"))
                || file.startsWith("/dev/fd")
                || file.startsWith("/proc/self/fd");
    }

    void refuseExisting(String what, String path) throws ToolException {
        if (!isStream(path) && Files.exists(resolved(path), LinkOption.NOFOLLOW_LINKS)) {
            throw new ToolException("refusing to overwrite existing " + what + ": " + path);
        }
    }

    /** As {@link #refuseExisting}, but devices and pipes may be written to. */
    void refuseExistingFile(String what, String path) throws ToolException {
        if (!isSpecial(path)) {
            refuseExisting(what, path);
        }
    }

    private boolean isSpecial(String path) throws ToolException {
        Path file = resolved(path);
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    void write(PathFlag flag, byte[] content) throws ToolException {
        try {
            if (isStream(flag.path())) {
                world.out().write(content);
                world.out().flush();
            } else if (isSpecial(flag.path())) {
                Files.write(resolved(flag.path()), content);
            } else {
                writeNew(resolved(flag.path()), content);
            }
        } catch (IOException e) {
            throw new ToolException(
                    "error while writing "
                            + flag.name()
                            + ": open "
                            + flag.path()
                            + ": "
                            + reason(e));
        }
    }

    void write(PathFlag flag, String content) throws ToolException {
        write(flag, content.getBytes(StandardCharsets.UTF_8));
    }

    /** A hard link is the one way to name a whole file that fails when the name is taken. */
    private static void writeNew(Path target, byte[] content) throws IOException {
        Path directory = target.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new NoSuchFileException(target.toString());
        }
        Path whole =
                Files.createTempFile(
                        directory,
                        ".asterism-cert",
                        ".tmp",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try {
            Files.write(whole, content);
            try {
                Files.createLink(target, whole);
            } catch (UnsupportedOperationException _) {
                Files.move(whole, target);
            }
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    /** The file that a flag names. */
    Path resolved(String path) throws ToolException {
        try {
            return world.directory().resolve(path);
        } catch (InvalidPathException e) {
            throw new ToolException("cannot use the path " + path + ": " + e.getReason());
        }
    }

    /** The file that the system's error names, if it names one, and its words. */
    static String fileAndReason(IOException e) {
        String file = e instanceof FileSystemException other ? other.getFile() : null;
        return file == null ? reason(e) : file + ": " + reason(e);
    }

    /** In the words of the system's error, without the path. */
    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "file exists";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
