package dev.asterism.agent.cli;

import dev.asterism.agent.app.Agent;
import dev.asterism.agent.client.ControlCommands;
import dev.asterism.agent.client.Screen;
import dev.asterism.agent.enrol.EnrolCommand;
import dev.asterism.agent.enrol.EnrolConsole;
import dev.asterism.agent.training.TrainingRun;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.text.ProductVersion;
import java.nio.file.Path;

/** The program. Knows nothing of the command line library, so that a plain start does not load it. */
public final class Asterism {

    private Asterism() {}

    public static void main(String[] args) {
        // halt: shutdown hooks have nothing left to do, and loading their machinery takes time.
        int code = Agent.FAILED;
        try {
            code = run(args);
        } catch (OutOfMemoryError e) {
            // That of the heap ends the JVM by itself; this one is of threads or native memory.
            System.err.println("asterism: out of memory: " + e.getMessage());
        } catch (Throwable unexpected) {
            // Lanes may be running: without the end below the process would go on with nobody to
            // stop it.
            System.err.println("asterism: internal error, please report it");
            unexpected.printStackTrace();
        }
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().halt(code);
    }

    /**
     * What the start-up cache is made from goes the plain way, too, so that it does not have what a
     * plain start does not need.
     */
    private static int run(String... args) {
        if (args.length > 0 && args[0].equals("training-run")) {
            boolean filter = args.length == 2 && args[1].equals("--l7");
            if (args.length == 1 || filter) {
                return TrainingRun.run(filter);
            }
        }
        if (ControlCommands.understands(args)) {
            return new ControlCommands(System.out, System.err, Screen.here(), ProductVersion.get())
                    .run(args);
        }
        if (EnrolCommand.understands(args)) {
            return new EnrolCommand(EnrolConsole.ofProcess()).run(args);
        }
        Path plain = FastPathArgs.config(args);
        return plain != null
                ? new Agent(plain, Strictness.REFUSE, System.err).run()
                : new AgentCommand(System.out, System.err).run(args);
    }
}
