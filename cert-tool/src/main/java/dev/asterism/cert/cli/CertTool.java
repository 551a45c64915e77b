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
import picocli.CommandLine;

/** Entry point: global flags by hand, then the mode. */
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

    /** Runs one call; 0 or 1 (spec certificates.md 7). */
    int run(String... args) {
        if (args.length == 0 || !args[0].startsWith("-") || args[0].equals("-")) {
            return runMode(Arrays.asList(args));
        }
        String flag = args[0].replaceFirst("^--?", "");
        return switch (flag) {
            case "h", "help" -> {
                UsageText.global(world.err());
                yield 0;
            }
            case "version", "version=true" -> {
                world.out().print("Version: " + VERSION + "\n");
                yield 0;
            }
            case "version=false", "" -> run(Arrays.copyOfRange(args, 1, args.length));
            default -> {
                world.err().print(GoFlags.unknownFlag(args[0]) + "\n");
                UsageText.global(world.err());
                yield 1;
            }
        };
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
        CommandLine command = GoFlags.commandLine(mode, world.err());
        return command.execute(args.subList(1, args.size()).toArray(String[]::new));
    }
}
