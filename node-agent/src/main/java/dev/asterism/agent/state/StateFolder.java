package dev.asterism.agent.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the agent keeps what it remembers: {@code asterism.state_dir}, else systemd's
 * StateDirectory, else {@value #USUAL} if there is one.
 */
public final class StateFolder {

    static final String USUAL = "/var/lib/asterism";

    private StateFolder() {}

    /**
     * Null when there is none: nothing is remembered then.
     *
     * @param configured empty when it is not
     * @param ofSystemd the variable STATE_DIRECTORY, in which several are separated by colons
     * @throws IOException when the configured folder cannot be made or written to
     */
    public static @Nullable Path find(String configured, @Nullable String ofSystemd)
            throws IOException {
        if (!configured.isEmpty()) {
            Path folder = Files.createDirectories(pathOf(configured));
            if (!Files.isWritable(folder)) {
                throw new IOException("it is not writable");
            }
            return folder;
        }
        Path folder =
                ofSystemd == null || ofSystemd.isEmpty()
                        ? Path.of(USUAL)
                        : pathOf(ofSystemd.split(":", 2)[0]);
        return Files.isDirectory(folder) && Files.isWritable(folder) ? folder : null;
    }

    private static Path pathOf(String text) throws IOException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IOException("not a path: " + e.getReason());
        }
    }
}
