package dev.asterism.cert.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Entry point: global flags, then the mode. */
public final class CertTool {

    static final String NAME = "asterism-cert";
    private static final String VERSION = "0.1.0";

    private final Surroundings world;

    CertTool(Surroundings world) {
        this.world = world;
    }

    public static void main(String[] args) {
        Surroundings world =
                new Surroundings(
                        Path.of(""),
                        System.in,
                        stream(FileDescriptor.out),
                        stream(FileDescriptor.err),
                        Clock.system(ZoneId.systemDefault()),
                        new SecureRandom()::nextBytes);
        int exit = new CertTool(world).run(args);
        world.out().flush();
        world.err().flush();
        System.exit(exit);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Flags before the mode. */
    @Command(name = NAME)
    private static final class GlobalFlags {

        @Option(names = "-version", description = "Prints the version")
        private boolean version;

        @Option(
                names = {"-h", "-help"},
                description = "Prints this help message")
        private boolean help;
    }

    /** Runs one call; 0 or 1 (spec certificates.md 7). */
    int run(String... args) {
        GlobalFlags flags = new GlobalFlags();
        List<String> words = Arrays.asList(args);
        int mode;
        try {
            mode = GoFlags.parse(CommandSpec.forAnnotatedObject(flags), words);
        } catch (GoFlags.BadFlag e) {
            world.err().print(e.getMessage() + "\n");
            UsageText.global(world.err());
            return 1;
        }
        if (flags.help) {
            UsageText.global(world.err());
            return 0;
        }
        if (flags.version) {
            world.out().print("Version: " + VERSION + "\n");
            return 0;
        }
        return runMode(words.subList(mode, words.size()));
    }

    private int runMode(List<String> args) {
        if (args.isEmpty()) {
            world.err().print("Error: No mode was provided\n\n");
            UsageText.global(world.err());
            return 1;
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
        if (mode == null) {
            world.err().print("Error: unknown mode: " + args.getFirst() + "\n");
            return 1;
        }
        return mode.execute(args.subList(1, args.size()));
    }
}
