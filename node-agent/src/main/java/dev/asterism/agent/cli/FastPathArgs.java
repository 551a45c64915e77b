package dev.asterism.agent.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Recognises the two command lines that start a node, {@code run --config PATH} and Nebula's {@code
 * -config PATH}, without the command line library. Its classes have an old format that the JVM can
 * neither archive nor verify quickly: they cost 100 ms of every start, as much as all the rest
 * before the socket is open. Anything else goes its usual way.
 */
final class FastPathArgs {

    private FastPathArgs() {}

    /** The config path, or null if the arguments are anything else. */
    static @Nullable Path config(String... args) {
        int at = args.length == 3 && args[0].equals("run") ? 1 : 0;
        boolean plain =
                args.length == at + 2
                        && (args[at].equals("-config") || args[at].equals("--config"))
                        && !args[at + 1].startsWith("-");
        try {
            return plain ? Path.of(args[at + 1]) : null;
        } catch (InvalidPathException _) {
            return null; // for the one that can say so
        }
    }
}
