package dev.asterism.agent.cli;

import dev.asterism.agent.app.Agent;
import dev.asterism.overlay.config.UnknownKeys;
import java.nio.file.Path;

/** The program. Knows nothing of the command line library, so that a plain start does not load it. */
public final class Asterism {

    private Asterism() {}

    public static void main(String[] args) {
        // halt: shutdown hooks have nothing left to do, and loading their machinery takes time.
        Path plain = PlainStart.config(args);
        int code =
                plain != null
                        ? new Agent(plain, UnknownKeys.REFUSE, System.err).run()
                        : new CommandLineStart(System.out, System.err).run(args);
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().halt(code);
    }
}
