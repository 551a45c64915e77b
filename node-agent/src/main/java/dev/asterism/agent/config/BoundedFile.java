package dev.asterism.agent.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads text files of sane size, so that a path to a device or a disk image cannot fill the memory. */
final class BoundedFile {

    static final int LIMIT_BYTES = 32 * 1024 * 1024;

    private BoundedFile() {}

    /**
     * @throws IOException also when the file is too long or not UTF-8
     */
    static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LIMIT_BYTES + 1);
            if (bytes.length > LIMIT_BYTES) {
                throw new IOException("longer than " + LIMIT_BYTES + " bytes");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        }
    }

    /** Why, in words, without the path that the JDK's messages consist of. */
    static String reason(IOException e) {
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
