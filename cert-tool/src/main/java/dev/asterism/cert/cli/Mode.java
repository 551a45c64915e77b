package dev.asterism.cert.cli;

import java.util.List;

/** One mode of the tool with its flags. */
abstract class Mode {

    protected final CliEnvironment world;
    protected final FilePort files;
    protected final GoFlags flags = new GoFlags();
    private final String name;
    private final String description;

    Mode(CliEnvironment world, String name, String description) {
        this.world = world;
        this.files = new FilePort(world);
        this.name = name;
        this.description = description;
    }

    /** Sets the flags and runs; 0 or 1. */
    final int execute(List<String> args) {
        try {
            int end = flags.parse(args);
            if (end == GoFlags.HELP) {
                UsageText.of(name, description, flags, world.err());
                return 0;
            }
            if (end < args.size()) {
                throw new BadFlag(
                        "unexpected argument: " + args.get(end),
                        "every value belongs to a flag, as in -name VALUE");
            }
            run();
            return 0;
        } catch (BadFlag e) {
            complain(String.valueOf(e.getMessage()), e.hint());
        } catch (ToolException.Usage e) {
            complain(String.valueOf(e.getMessage()), "");
        } catch (ToolException e) {
            world.err().print("Error: " + e.getMessage() + "\n");
        }
        return 1;
    }

    /** What is wrong, and one line that helps. The usage would push the message off the screen. */
    private void complain(String message, String hint) {
        String help = "\"" + CertTool.NAME + " " + name + " -h\" lists the flags";
        world.err().print("Error: " + message + "\n");
        world.err().print("  " + (hint.isEmpty() ? help : hint + " " + help) + "\n");
    }

    abstract void run() throws ToolException;

    static void refuseForNow(boolean given, String what) throws ToolException {
        if (given) {
            throw new ToolException(what + " is not supported yet");
        }
    }
}
