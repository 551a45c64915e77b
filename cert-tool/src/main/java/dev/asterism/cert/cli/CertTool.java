package dev.asterism.cert.cli;

import dev.asterism.overlay.text.NearestWord;
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
    private static final List<String> MODES = List.of("ca", "keygen", "sign", "print", "verify");

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
                        bytes -> new SecureRandom().nextBytes(bytes));
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
        GoFlags flags = new GoFlags();
        Flag.Switch version = flags.flag("version", "Prints the version");
        Flag.Switch help = flags.flag("help", "Prints this help message");
        List<String> words = Arrays.asList(args);
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
        Mode mode =
                switch (args.getFirst()) {
                    case "ca" -> new CaMode(world);
                    case "sign" -> new SignMode(world);
                    case "keygen" -> new KeygenMode(world);
                    case "print" -> new PrintMode(world);
                    case "verify" -> new VerifyMode(world);
                    default -> null;
                };
        if (mode != null) {
            return mode.execute(args.subList(1, args.size()));
        }
        if (args.equals(List.of("training-run"))) {
            return CertTrainingRun.run();
        }
        String nearest = NearestWord.of(args.getFirst(), MODES);
        return refuse(
                "unknown mode: " + args.getFirst(),
                nearest.isEmpty() ? "" : "did you mean " + nearest + "?");
    }

    private int refuse(String message, String hint) {
        String help = "\"" + NAME + " -h\" shows the modes: " + String.join(", ", MODES);
        world.err().print("Error: " + message + "\n");
        world.err().print("  " + (hint.isEmpty() ? help : hint + " " + help) + "\n");
        return 1;
    }
}
