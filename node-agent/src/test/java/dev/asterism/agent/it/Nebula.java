package dev.asterism.agent.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A real Nebula of some version. */
final class Nebula implements Product {

    /** Debian's, from the PATH, or whatever NEBULA_BIN names a folder of. */
    static final Nebula OLD = old();

    /** A release of today, from the folder that NEBULA_1_11 names. */
    static final Nebula NEW = named("nebula-1.11.1", System.getenv("NEBULA_1_11"), "NEBULA_1_11");

    /** The first one whose tool makes version 2 unless told otherwise, from the folder that NEBULA_1_12 names. */
    static final Nebula NEWEST =
            named("nebula-1.12.0", System.getenv("NEBULA_1_12"), "NEBULA_1_12");

    /** Every Nebula that this suite has tests for, there or not. */
    static final List<Nebula> ALL = List.of(OLD, NEW);

    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private final String label;
    private final @Nullable Path program;
    private final @Nullable Path tool;
    private final String wanted;

    private Nebula(String label, @Nullable Path program, @Nullable Path tool, String wanted) {
        this.label = label;
        this.program = program;
        this.tool = tool;
        this.wanted = wanted;
    }

    private static Nebula old() {
        String folder = System.getenv("NEBULA_BIN");
        if (folder != null) {
            return named("nebula-bin", folder, "NEBULA_BIN");
        }
        return new Nebula(
                "nebula-1.6.1",
                Shell.find("nebula"),
                Shell.find("nebula-cert"),
                "no nebula and nebula-cert on the PATH; NEBULA_BIN may name a folder with both");
    }

    private static Nebula named(String label, @Nullable String folder, String variable) {
        String wanted =
                folder == null
                        ? "the environment variable " + variable + " names no folder with it"
                        : variable + "=" + folder + " holds no nebula and nebula-cert";
        return new Nebula(label, program(folder, "nebula"), program(folder, "nebula-cert"), wanted);
    }

    private static @Nullable Path program(@Nullable String folder, String name) {
        if (folder == null) {
            return null;
        }
        Path file = Path.of(folder, name).toAbsolutePath();
        return Files.isExecutable(file) ? file : null;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String toString() {
        return label;
    }

    boolean isHere() {
        return program != null && tool != null;
    }

    @Override
    public void require() {
        if (!isHere()) {
            String why = "no " + label + " here: " + wanted;
            if (TOLD.add(label)) {
                System.err.println("SKIPPED: everything with " + label + ": " + why);
            }
            Assumptions.abort(why);
        }
    }

    @Override
    public List<String> startCommand(Path config) {
        return List.of(path(program), "-config", config.toString());
    }

    @Override
    public String readyMark() {
        return "Nebula interface is active";
    }

    @Override
    public String ownConfig() {
        return "local_api:\n  control:\n    enabled: false\n";
    }

    @Override
    public void makeCa(Path folder) {
        List<String> command = toolCommand("ca");
        command.addAll(List.of("-name", "it", "-duration", "48h"));
        command.addAll(List.of("-out-crt", folder + "/ca.crt", "-out-key", folder + "/ca.key"));
        Shell.check(command, "");
    }

    @Override
    public void sign(Path folder, String name, String network, String groups) {
        List<String> command = toolCommand("sign");
        command.addAll(List.of("-ca-crt", folder + "/ca.crt", "-ca-key", folder + "/ca.key"));
        command.addAll(List.of("-name", name, "-groups", groups, "-ip", network));
        command.addAll(List.of("-out-crt", folder + "/" + name + ".crt"));
        command.addAll(List.of("-out-key", folder + "/" + name + ".key"));
        Shell.check(command, "");
    }

    @Override
    public void certTool(String arguments) {
        List<String> command = new ArrayList<>(List.of(path(tool)));
        command.addAll(List.of(arguments.split(" ")));
        Shell.check(command, "");
    }

    /** Whether it has certificates of version 2; not before 1.10. */
    boolean knowsVersions() {
        return Shell.run(List.of(path(tool), "sign", "-h")).output().contains("-version");
    }

    private List<String> toolCommand(String mode) {
        List<String> command = new ArrayList<>(List.of(path(tool), mode));
        if (knowsVersions()) {
            command.addAll(List.of("-version", "1"));
        }
        return command;
    }

    private static String path(@Nullable Path program) {
        if (program == null) {
            throw new IllegalStateException("not required before use");
        }
        return program.toString();
    }
}
