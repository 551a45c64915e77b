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

    /** As the command line has it. */
    final String name() {
        return name;
    }

    /** In one line. */
    final String description() {
        return description;
    }

    final GoFlags flags() {
        return flags;
    }

    /** Sets the flags and runs; 0 or 1. */
    final int execute(List<String> args) {
        try {
            int end = flags.parse(args);
            if (end == GoFlags.HELP) {
                UsageText.of(name, description, flags, world.err());
                return 0;
            }
            runWith(args.subList(end, args.size()));
            return 0;
        } catch (BadFlag e) {
            complain(String.valueOf(e.getMessage()), e.hint());
        } catch (ToolException.No _) {
            return 1;
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

    /**
     * Runs with the words that no flag asked for; only some modes take any.
     */
    void runWith(List<String> words) throws ToolException, BadFlag {
        if (!words.isEmpty()) {
            throw new BadFlag(
                    "unexpected argument: " + words.getFirst(),
                    "every value belongs to a flag, as in -name VALUE");
        }
        run();
    }

    abstract void run() throws ToolException;

    static void refuseForNow(boolean given, String what) throws ToolException {
        if (given) {
            throw new ToolException(what + " is not supported yet");
        }
    }
}
