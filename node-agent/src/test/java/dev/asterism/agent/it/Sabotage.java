package dev.asterism.agent.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * Brings {@link LoopSaboteur} into an agent that runs.
 *
 * @param jar with that class alone, so that the JVM takes it for an agent of its own kind
 */
record Sabotage(Path jar) {

    static Sabotage into(Path folder) throws IOException {
        Path file = folder.resolve("saboteur.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes()
                .put(new Attributes.Name("Agent-Class"), LoopSaboteur.class.getName());
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            for (Class<?> each :
                    List.of(LoopSaboteur.class, LoopSaboteur.class.getDeclaredClasses()[0])) {
                String name = each.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(name));
                try (InputStream in =
                        LoopSaboteur.class.getClassLoader().getResourceAsStream(name)) {
                    jar.write(Objects.requireNonNull(in).readAllBytes());
                }
            }
        }
        return new Sabotage(file);
    }

    /** The verb of {@link LoopSaboteur}; has begun when this returns. */
    void does(Daemon agent, String what) {
        Shell.check(command(agent, what), "");
    }

    /** The same where the agent may have ended before it can answer. */
    void endsBy(Daemon agent, String what) {
        Shell.run(command(agent, what));
    }

    private List<String> command(Daemon agent, String what) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(agent.pid()),
                "JVMTI.agent_load",
                jar.toString(),
                what);
    }
}
