package dev.asterism.cert.cli;

import dev.asterism.overlay.text.ProductVersion;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/** Entry point: global flags, then the mode. */
public final class CertTool {

    static final String NAME = "asterism-cert";

    private final CliEnvironment world;

    CertTool(CliEnvironment world) {
        this.world = world;
    }

    public static void main(String[] args) {
        CliEnvironment world =
                new CliEnvironment(
                        Path.of(""),
                        System.in,
                        stream(FileDescriptor.out),
                        stream(FileDescriptor.err),
                        new LocalClock(),
                        bytes -> new SecureRandom().nextBytes(bytes),
                        new TerminalPassphrase());
        int exit = new CertTool(world).run(args);
        world.out().flush();
        world.err().flush();
        System.exit(exit);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Runs one call; 0 or 1 (spec certificates.md 7). */
    int run(String... args) {
        List<String> words = Arrays.asList(args);
        if (!words.isEmpty() && !words.getFirst().startsWith("-")) {
            return runMode(words);
        }
        GoFlags flags = new GoFlags();
        Flag.Switch version = flags.flag("version", "Prints the version");
        Flag.Switch help = flags.flag("help", "Prints this help message");
        int mode;
        try {
            mode = flags.parse(words);
        } catch (BadFlag e) {
            return refuse(String.valueOf(e.getMessage()), e.hint());
        }
        if (mode == GoFlags.HELP || help.isSet()) {
            UsageText.global(world.err());
            return 0;
        }
        if (version.isSet()) {
            world.out().print("Version: " + ProductVersion.get() + "\n");
            return 0;
        }
        return runMode(words.subList(mode, words.size()));
    }

    private int runMode(List<String> args) {
        if (args.isEmpty()) {
            return refuse("No mode was provided", "");
        }
        int nameWords = ModeTable.wordsOfName(args);
        String name = String.join(" ", args.subList(0, nameWords));
        Mode mode = ModeTable.create(name, world);
        if (mode != null) {
            return mode.execute(args.subList(nameWords, args.size()));
        }
        if (args.equals(List.of("training-run"))) {
            return CertTrainingRun.run();
        }
        return refuse("unknown mode: " + name, UsageText.nearestMode(name));
    }

    private int refuse(String message, String hint) {
        String help =
                "\"" + NAME + " -h\" shows the modes: " + String.join(", ", ModeTable.firstWords());
        world.err().print("Error: " + message + "\n");
        world.err().print("  " + (hint.isEmpty() ? help : hint + " " + help) + "\n");
        return 1;
    }
}
