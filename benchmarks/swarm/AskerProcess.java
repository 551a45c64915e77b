import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A process that runs {@link SwarmAsker}. */
final class AskerProcess implements AutoCloseable {

    private final Process process;
    private final Path log;
    private final Path latencies;

    /**
     * @param root of the source tree
     * @param about the numbers of the hosts to ask about
     */
    AskerProcess(Path root, SwarmMesh mesh, int port, int questions, List<Integer> about) throws IOException {
        log = mesh.folder().resolve("asker.log");
        latencies = mesh.folder().resolve("latencies");
        Path numbers = mesh.folder().resolve("numbers");
        Files.writeString(numbers, about.stream().map(String::valueOf).collect(Collectors.joining("\n")));
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        root.resolve("benchmarks/swarm/SwarmAsker.java").toString(),
                        mesh.folder().toString(),
                        Integer.toString(mesh.hosts()),
                        Integer.toString(SwarmMesh.ASKERS),
                        Integer.toString(port),
                        Integer.toString(questions),
                        numbers.toString(),
                        latencies.toString());
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    boolean hasEnded() {
        return !process.isAlive();
    }

    /** Milliseconds, sorted; a question that is not answered counts as one second. After the process has ended. */
    double[] latencies() throws IOException {
        if (process.exitValue() != 0) {
            throw new IllegalStateException("the hosts that ask: " + Files.readString(log));
        }
        return Files.readAllLines(latencies).stream().mapToDouble(Double::parseDouble).toArray();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
