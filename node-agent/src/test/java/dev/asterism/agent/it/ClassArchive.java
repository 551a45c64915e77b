package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where {@code bin/asterism} lets the JVM keep its archive of loaded classes, the tests make one for themselves. */
final class ClassArchive {

    static final Path FILE = make();

    private ClassArchive() {}

    private static Path make() {
        try {
            Path folder = Path.of("target", "it").toAbsolutePath();
            Files.createDirectories(folder);
            Path file = Files.createTempFile(folder, "classes", ".jsa");
            file.toFile().deleteOnExit();
            Files.delete(file);
            Path none = folder.resolve("no-such-config.yml");
            Shell.run(
                    List.of(
                            Ours.java(),
                            "-XX:+UseSerialGC",
                            "-XX:ArchiveClassesAtExit=" + file,
                            "-Xlog:cds=off",
                            "-Xlog:aot=off",
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-cp",
                            Ours.classPath(Path.of("target").toAbsolutePath()),
                            "dev.asterism.agent.cli.Asterism",
                            "-test",
                            "-config",
                            none.toString()));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
