package dev.asterism.agent.app;

import java.io.IOException;
import java.nio.file.Path;

/** Writes one state file again and again, and warns the first time that this fails. One thread at a time. */
final class StateWrites {

    private final Path path;
    private boolean warned;

    /** Writes the file. */
    @FunctionalInterface
    interface Write {
        void run() throws IOException;
    }

    /**
     * @param path of the file
     */
    StateWrites(Path path) {
        this.path = path;
    }

    /** False: it could not be written. */
    boolean write(Write write) {
        try {
            write.run();
            return true;
        } catch (IOException e) {
            if (!warned) {
                warned = true;
                StateKeeper.warn("State file could not be written", path, e);
            }
            return false;
        }
    }
}
