package dev.asterism.cert.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A PostgreSQL of this machine's packages, with a database of its own in a folder that goes with it. */
final class PostgresServer implements AutoCloseable {

    private static final long POLL_NANOS = 10_000_000;

    private static final Path PACKAGES = Path.of("/usr/lib/postgresql");

    private final Path folder;
    private final Process process;
    private final int port;

    /** Skips the test, with the reason printed, where there is none. */
    PostgresServer() throws IOException, InterruptedException {
        Path programs = programs();
        folder = Files.createTempDirectory("asterism-postgresql-");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        own(folder);
        Path data = folder.resolve("data");
        run(
                programs.resolve("initdb").toString(),
                "-D",
                data.toString(),
                "-A",
                "trust",
                "-U",
                "asterism",
                "--no-sync");
        process =
                new ProcessBuilder(
                                asUser(
                                        programs.resolve("postgres").toString(),
                                        "-D",
                                        data.toString(),
                                        "-k",
                                        folder.toString(),
                                        "-c",
                                        "listen_addresses=127.0.0.1",
                                        "-c",
                                        "fsync=off",
                                        "-p",
                                        String.valueOf(port)))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        awaitReady();
    }

    private static Path programs() throws IOException {
        Optional<Path> newest = Optional.empty();
        if (Files.isDirectory(PACKAGES)) {
            try (Stream<Path> versions = Files.list(PACKAGES)) {
                newest =
                        versions.map(version -> version.resolve("bin"))
                                .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                                .max(Comparator.naturalOrder());
            }
        }
        if (newest.isEmpty()) {
            System.err.println("SKIPPED: the package postgresql is not installed");
            Assumptions.abort("the package postgresql is not installed");
        }
        return newest.orElseThrow();
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The server does not run as root. */
    private static List<String> asUser(String... command) {
        List<String> whole = new ArrayList<>();
        if (isRoot()) {
            whole.addAll(
                    List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        whole.addAll(List.of(command));
        return whole;
    }

    private static void own(Path folder) throws IOException {
        if (isRoot()) {
            Files.setOwner(
                    folder,
                    folder.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName("postgres"));
        }
    }

    private void run(String... command) throws IOException, InterruptedException {
        Process run =
                new ProcessBuilder(asUser(command))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (run.waitFor() != 0) {
            throw new IOException(command[0] + ": " + said);
        }
    }

    private void awaitReady() throws IOException {
        while (true) {
            try (Connection _ = connect()) {
                return;
            } catch (SQLException e) {
                if (!process.isAlive()) {
                    throw new IOException(Files.readString(folder.resolve("log")), e);
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=asterism";
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    @Override
    public void close() throws IOException {
        process.destroy(); // its children end with it
        process.onExit().join();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
