package dev.asterism.cert.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** One mode of the tool; its annotated fields are its flags. */
abstract class Mode {

    protected final Surroundings world;
    protected final FilePort files;

    Mode(Surroundings world) {
        this.world = world;
        this.files = new FilePort(world);
    }

    /** Sets the flags and runs; 0 or 1. */
    final int execute(List<String> args) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(this);
        try {
            if (GoFlags.parse(spec, args) == GoFlags.HELP) {
                UsageText.of(spec, world.err());
            } else {
                run();
            }
            return 0;
        } catch (GoFlags.BadFlag e) {
            world.err().print(e.getMessage() + "\nError: " + e.getMessage() + "\n");
        } catch (ToolException e) {
            world.err().print("Error: " + e.getMessage() + "\n");
            if (e instanceof ToolException.Usage) {
                UsageText.of(spec, world.err());
            }
        }
        return 1;
    }

    abstract void run() throws ToolException;

    static void refuseForNow(boolean given, String what) throws ToolException {
        if (given) {
            throw new ToolException(what + " is not supported yet");
        }
    }
}
