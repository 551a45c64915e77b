package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where {@code bin/asterism} lets the JVM keep its archive of loaded classes, the tests make one of
 * their own, from one run of an agent: a hundred starts would otherwise cost minutes.
 */
final class ClassArchive {

    /** Not there when this user may not run an agent; the JVM does without. */
    static final Path FILE = make();

    private ClassArchive() {}

    private static Path make() {
        Path file = fresh();
        if (NetLab.mayBuild()) {
            try (NetLab lab = new NetLab()) {
                record(lab, file);
            }
        }
        return file;
    }

    private static Path fresh() {
        try {
            Path folder = Files.createTempDirectory("asterism-it-classes-");
            folder.toFile().deleteOnExit();
            Path file = folder.resolve("agent.jsa");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void record(NetLab lab, Path file) {
        Pki pki = Pki.madeBy(Ours.AGENT);
        Path config = lab.folder().resolve("config.yml");
        new NodeConfig(
                        pki.folder(),
                        pki.issue(Ours.AGENT, "node", "10.42.0.1", "red"),
                        "lighthouse: {am_lighthouse: true}\n",
                        "")
                .writeTo(config);
        Daemon agent =
                lab.own(
                        Daemon.start(
                                lab.host("x", 1)
                                        .commandLine(
                                                Ours.jvm(
                                                        Path.of("target").toAbsolutePath(),
                                                        "-XX:ArchiveClassesAtExit=" + file,
                                                        "run",
                                                        "--config",
                                                        config.toString())),
                                Map.of(),
                                lab.folder().resolve("log.txt")));
        agent.awaitLog(Ours.AGENT.readyMark());
        agent.signal("TERM");
        agent.awaitEnd();
    }
}
