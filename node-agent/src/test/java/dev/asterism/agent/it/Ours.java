package dev.asterism.agent.it;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The agent of this build, from the jars of the package phase. */
final class Ours implements Product {

    static final Ours AGENT = new Ours();

    private static final String MAIN = "dev.asterism.agent.cli.Asterism";
    private static final String CERT_TOOL = "dev.asterism.cert.cli.CertTool";

    private Ours() {}

    @Override
    public String label() {
        return "asterism";
    }

    @Override
    public String toString() {
        return label();
    }

    @Override
    public void require() {
        if (jars().isEmpty()) {
            throw new AssertionError("no jar in target: these tests run after the package phase");
        }
    }

    @Override
    public List<String> startCommand(Path config) {
        return command("run", "--config", config.toString());
    }

    static List<String> command(String... arguments) {
        return commandFrom(Path.of("target").toAbsolutePath(), arguments);
    }

    /**
     * As {@code bin/asterism} does it, but with one archive of classes for all tests.
     *
     * @param target folder with the jar and {@code lib}
     */
    static List<String> commandFrom(Path target, String... arguments) {
        return jvm(target, "-XX:SharedArchiveFile=" + ClassArchive.FILE, arguments);
    }

    /** The JVM as {@code bin/asterism} starts it, with one more option. */
    static List<String> jvm(Path target, String option, String... arguments) {
        List<String> command = new ArrayList<>(List.of(java(), option));
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-Xms8m",
                        "-Xmx64m",
                        "-Xss512k",
                        "-Xshare:auto",
                        "-Xlog:cds=off",
                        "-Xlog:aot=off",
                        "-Xlog:cds+dynamic=off",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        classPath(target),
                        MAIN));
        command.addAll(List.of(arguments));
        return command;
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String classPath(Path target) {
        return target.resolve(jars().getFirst().getFileName()) + ":" + target + "/lib/*";
    }

    /** The agent's jar. */
    static List<Path> jars() {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(f -> f.getFileName().toString().matches("node-agent-[0-9.]+\\.jar"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String readyMark() {
        return "Asterism interface is active";
    }

    @Override
    public String ownConfig() {
        return "";
    }

    @Override
    public void makeCa(Path folder) {
        certTool(
                "ca -version 1 -name it -duration 48h -out-crt %1$s/ca.crt -out-key %1$s/ca.key"
                        .formatted(folder));
    }

    @Override
    public void sign(Path folder, String name, String network, String groups) {
        certTool(
                ("sign -ca-crt %1$s/ca.crt -ca-key %1$s/ca.key -name %2$s -networks %3$s -groups %4$s"
                                + " -out-crt %1$s/%2$s.crt -out-key %1$s/%2$s.key")
                        .formatted(folder, name, network, groups));
    }

    /** A certificate that ends soon; in Go's notation, such as {@code 10s}. */
    void signFor(String duration, Path folder, String name, String network) {
        certTool(
                ("sign -ca-crt %1$s/ca.crt -ca-key %1$s/ca.key -name %2$s -networks %3$s -duration %4$s"
                                + " -out-crt %1$s/%2$s.crt -out-key %1$s/%2$s.key")
                        .formatted(folder, name, network, duration));
    }

    void signRouting(Path folder, String name, String network, String behind) {
        certTool(
                ("sign -ca-crt %1$s/ca.crt -ca-key %1$s/ca.key -name %2$s -networks %3$s -unsafe-networks %4$s"
                                + " -out-crt %1$s/%2$s.crt -out-key %1$s/%2$s.key")
                        .formatted(folder, name, network, behind));
    }

    @Override
    public void certTool(String arguments) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-cp");
        command.add(System.getProperty("java.class.path", "").replace(File.pathSeparator, ":"));
        command.add(CERT_TOOL);
        command.addAll(List.of(arguments.split(" ")));
        Shell.check(command, "");
    }
}
