package dev.asterism.agent.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads regular text files of sane size. A path to a device, a disk image or a pipe can neither
 * fill the memory nor stop the reader indefinitely: a pipe without a writer already blocks the one
 * who opens it.
 */
public final class BoundedFile {

    /** A configuration with a blocklist of 50,000 entries fits, and so does its parse in the agent's heap. */
    static final int LIMIT_BYTES = 4 * 1024 * 1024;

    private static final int TYPE_BITS = 0xF000;

    private BoundedFile() {}

    /**
     * @throws IOException also when the file is no regular one, too long or neither UTF-8 nor UTF-16
     */
    public static String read(Path file) throws IOException {
        String kind = kind((Integer) Files.getAttribute(file, "unix:mode"));
        if (kind != null) {
            throw new IOException("it is " + kind + ", not a regular file");
        }
        // Not by the size: that of a file in /proc is 0.
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        }
    }

    /**
     * To its end, which is for the caller to close.
     *
     * @throws IOException also when it is too long or neither UTF-8 nor UTF-16
     */
    public static String read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(LIMIT_BYTES + 1);
        if (bytes.length > LIMIT_BYTES) {
            throw new IOException("it is longer than " + LIMIT_BYTES / 1024 + " KiB");
        }
        return charset(bytes).newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }

    /** UTF-8 but for files that begin with the mark of UTF-16, as some Windows editors write them. */
    private static Charset charset(byte[] bytes) {
        int mark = bytes.length < 2 ? 0 : (bytes[0] & 0xFF) << 8 | bytes[1] & 0xFF;
        return mark == 0xFEFF || mark == 0xFFFE ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
    }

    /** In words, null for a regular file (inode(7)). */
    private static @Nullable String kind(int mode) {
        return switch (mode & TYPE_BITS) {
            case 0x8000 -> null;
            case 0x4000 -> "a directory";
            case 0x1000 -> "a pipe";
            case 0xC000 -> "a socket";
            default -> "a device";
        };
    }

    /** Why, in words, without the path that the JDK's messages consist of. */
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemLoopException _ -> "its links form a loop";
            case FileSystemException system when system.getReason() != null -> system.getReason();
            case CharacterCodingException _ -> "not UTF-8";
            default -> String.valueOf(e.getMessage());
        };
    }
}
