package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** A copy of the files under version control, with the programs of this build in it, as its launchers find them. */
final class ScratchClone implements AutoCloseable {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private final Path parent;
    private final Path folder;

    /**
     * @param name of the folder
     */
    ScratchClone(String name) {
        if (Shell.run(List.of("git", "-C", ROOT.toString(), "rev-parse")).exit() != 0) {
            System.err.println("SKIPPED: a copy of the clone needs git(1) and a clone");
            Assumptions.abort("a copy of the clone needs git(1) and a clone");
        }
        try {
            parent = Files.createTempDirectory("asterism-it-clone-");
            folder = Files.createDirectory(parent.resolve(name));
            Files.createDirectory(parent.resolve("bin"));
            Files.writeString(parent.resolve("bin/sudo"), "#!/bin/sh\nexec \"$@\"\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Shell.check("chmod", "+x", parent.resolve("bin/sudo").toString());
        Shell.check(
                "sh",
                "-c",
                "cd \"$1\" && git ls-files -z | tar --null -T - -c | tar -x -C \"$2\"",
                "sh",
                ROOT.toString(),
                folder.toString());
        for (String module : List.of("node-agent", "cert-tool")) {
            Shell.check(
                    "sh",
                    "-c",
                    "mkdir \"$2/target\" && cp -a \"$1\"/target/*.jar \"$1\"/target/lib* \"$2/target\""
                            + " && rm -f \"$2\"/target/lib/*.aot* && touch \"$2/target/lib/.built\"",
                    "sh",
                    ROOT.resolve(module).toString(),
                    folder.resolve(module).toString());
        }
    }

    /** Start-up caches cost seconds of CPU each; an empty one is passed over. */
    ScratchClone withoutCaches() {
        Shell.check(
                "touch",
                folder.resolve("node-agent/target/lib/asterism.aot").toString(),
                folder.resolve("cert-tool/target/lib/asterism-cert.aot").toString());
        return this;
    }

    Path folder() {
        return folder;
    }

    /** Variables for a command in here; {@code sudo} is one that only runs what it is given. */
    Map<String, String> environment() {
        return Map.of(
                "JAVA25_BUILT",
                "yes",
                "JAVA_HOME",
                System.getProperty("java.home"),
                "PATH",
                parent.resolve("bin") + ":" + System.getenv("PATH"));
    }

    /** The command line that runs a shell's line in here. */
    List<String> shell(String line) {
        return new ArrayList<>(
                List.of("sh", "-c", "cd \"$1\" && eval \"$2\"", "sh", folder.toString(), line));
    }

    /**
     * The command line that runs a shell's line in here, on a machine of a laboratory. Each machine has a /run/asterism
     * of its own, as if it were more than a network namespace: its commands must not find the sockets of the others.
     */
    List<String> shellOn(Host host, String line) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "sh",
                                "-c",
                                "mkdir -p \"$1\" /run/asterism && mount --bind \"$1\" /run/asterism"
                                        + " && shift && exec \"$@\"",
                                "sh",
                                parent.resolve("run-" + host.namespace()).toString()));
        all.addAll(shell(line));
        return host.commandLine(all);
    }

    /** Runs a shell's line in here, in an environment that has only {@link #environment} and {@code more}. */
    Shell.Result run(String line, Map<String, String> more) {
        try {
            ProcessBuilder builder = new ProcessBuilder(shell(line)).redirectErrorStream(true);
            builder.environment().clear();
            builder.environment().putAll(environment());
            builder.environment().putAll(more);
            Process process = builder.start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Shell.Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        Shell.run(List.of("rm", "-rf", "--", parent.toString()));
    }
}
