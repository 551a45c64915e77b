package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the agent remembers over its restarts, and what it does with a file or a service manager that are of no use. */
@Execution(ExecutionMode.CONCURRENT)
class StateIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);

    /** It writes once a minute. */
    private static final Duration NEXT_WRITE = Duration.ofSeconds(90);

    private static final Duration END = Duration.ofSeconds(20);

    private static final String FORMAT = "asterism known prefixes 1\n";

    /** Of somebody who is not here: it stays in the file if the file was read, and only then. */
    private static final String STRANGER = "ab".repeat(32) + " 203.0.113.0";

    private static final String UNUSABLE = "State file is unusable";
    private static final String PREFIX_OF_B = " 10.91.20.0";

    @Test
    void addsWhatItLearnsToWhatItReads() throws IOException {
        try (NamespaceMesh mesh = remembering()) {
            Path file = stateFile(folder(mesh), mesh.a().overlay());
            runUntilItKnows(mesh);
            stop(mesh.a());
            assertThat(read(file)).startsWith(FORMAT).contains(PREFIX_OF_B + "\n");

            Files.writeString(file, FORMAT + STRANGER + "\n");
            Files.writeString(file.resolveSibling(file.getFileName() + ".new"), "half of a");
            mesh.a().start();
            mesh.a().awaitReady();
            flow(mesh);
            stop(mesh.a());

            assertThat(read(file))
                    .startsWith(FORMAT)
                    .contains(STRANGER + "\n", PREFIX_OF_B + "\n")
                    .endsWith("\n");
            assertThat(mesh.a().daemon().log()).doesNotContain(UNUSABLE);
            try (Stream<Path> left = Files.list(file.getParent())) {
                assertThat(left)
                        .extracting(kept -> kept.getFileName().toString())
                        .containsExactlyInAnyOrder(
                                file.getFileName().toString(),
                                file.getFileName()
                                        .toString()
                                        .replace("known-prefixes", "peer-addresses"));
            }
        }
    }

    @Test
    void hasItStillWhenItWasKilled() {
        try (NamespaceMesh mesh = remembering()) {
            Path file = stateFile(folder(mesh), mesh.a().overlay());
            runUntilItKnows(mesh);
            Waits.until("a first write", NEXT_WRITE, () -> Files.exists(file));
            mesh.a().kill();
            String kept = read(file);
            assertThat(kept).startsWith(FORMAT).contains(PREFIX_OF_B + "\n").endsWith("\n");

            NodeConfig.write(file, kept + STRANGER + "\n");
            mesh.a().start();
            mesh.a().awaitReady();
            flow(mesh);
            stop(mesh.a());

            assertThat(mesh.a().daemon().log()).doesNotContain(UNUSABLE);
            assertThat(read(file)).contains(PREFIX_OF_B + "\n", STRANGER + "\n");
        }
    }

    @Test
    void replacesAFileThatItCannotUse() {
        try (NamespaceMesh mesh = remembering()) {
            Path file = stateFile(folder(mesh), mesh.a().overlay());
            NodeConfig.write(file, FORMAT + STRANGER.substring(0, 40));

            runUntilItKnows(mesh);
            stop(mesh.a());

            assertThat(mesh.a().daemon().countInLog(UNUSABLE)).isEqualTo(1);
            assertThat(read(file)).startsWith(FORMAT).contains(PREFIX_OF_B + "\n").endsWith("\n");
        }
    }

    /** What stands where the state file should. */
    enum Unusable {
        EMPTY {
            @Override
            void make(Path file) throws IOException {
                Files.createFile(file);
            }
        },
        TRUNCATED {
            @Override
            void make(Path file) throws IOException {
                Files.writeString(file, FORMAT + STRANGER + "\n" + STRANGER.substring(0, 40));
            }
        },
        NOISE {
            @Override
            void make(Path file) throws IOException {
                byte[] noise = new byte[70_000];
                for (int i = 0; i < noise.length; i++) {
                    noise[i] = (byte) (i * 31 + i / 7);
                }
                Files.write(file, noise);
            }
        },
        FOLDER {
            @Override
            void make(Path file) throws IOException {
                Files.createDirectories(file);
            }
        },
        PIPE {
            @Override
            void make(Path file) {
                Shell.check("mkfifo", file.toString());
            }
        };

        abstract void make(Path file) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void startsBesideAFileThatItCannotUseAndSaysSoOnce(Unusable what) throws IOException {
        try (NetLab lab = new NetLab()) {
            NamespaceNode node = alone(lab);
            Path file = stateFile(lab.folder(), node.overlay());
            what.make(file);

            node.start();
            node.awaitReady();
            stop(node);

            assertThat(node.daemon().log().lines().filter(line -> line.contains(UNUSABLE)))
                    .singleElement()
                    .asString()
                    .contains("level=WARN", file.toString());
        }
    }

    /** A pipe that nobody reads as state file, and a service manager whose socket takes nothing. */
    @Test
    void endsSoonWhateverItCannotWriteTo() throws IOException {
        try (NetLab lab = new NetLab()) {
            NamespaceNode node = alone(lab);
            Unusable.PIPE.make(stateFile(lab.folder(), node.overlay()));
            Path socket = lab.folder().resolve("notify");
            int manager = Kernel.bindUnixDatagram(socket, 1);
            try {
                assertThat(Kernel.fillUnixDatagram(socket)).isPositive();
                node.start(Map.of("NOTIFY_SOCKET", socket.toString()));
                node.awaitReady();

                node.daemon().signal("TERM");

                Waits.until(
                        "the end", END, () -> !node.daemon().isAlive(), () -> node.daemon().log());
                assertThat(node.daemon().awaitEnd()).isZero();
            } finally {
                Kernel.close(manager);
            }
            assertThat(node.daemon().log()).contains("Goodbye");
            assertThat(node.daemon().countInLog("sd_notify failed")).isPositive();
        }
    }

    /** Three agents, of which {@code a} has a folder for its state. */
    private static NamespaceMesh remembering() {
        NamespaceMesh mesh =
                new NamespaceMesh(
                        NamespaceMesh.Plan.of(Ours.AGENT, Ours.AGENT, Ours.AGENT, Ours.AGENT));
        Path folder = folder(mesh);
        try {
            Files.createDirectory(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        mesh.a().config().section("asterism: {state_dir: '" + folder + "'}");
        return mesh;
    }

    private static Path folder(NamespaceMesh mesh) {
        return mesh.lab().folder().resolve("state");
    }

    private static void runUntilItKnows(NamespaceMesh mesh) {
        mesh.start();
        flow(mesh);
    }

    private static void flow(NamespaceMesh mesh) {
        PairFlow flow = mesh.flow();
        mesh.check(() -> flow.awaitBothWays(SETTLE));
        // Packets flow before the control plane has heard that the peer has proven itself.
        mesh.a()
                .daemon()
                .awaitLog("Handshake message received.*" + Pattern.quote(mesh.b().overlay()));
        flow.close();
    }

    private static void stop(NamespaceNode node) {
        node.daemon().signal("TERM");
        assertThat(node.daemon().awaitEnd()).isZero();
    }

    private static NamespaceNode alone(NetLab lab) {
        Pki pki = Pki.madeBy(Ours.AGENT);
        NodeConfig config =
                new NodeConfig(
                                pki.folder(),
                                certificate("10.42.0.1"),
                                "lighthouse: {am_lighthouse: true}\n",
                                "")
                        .tun("{disabled: true}")
                        .section("asterism: {state_dir: '" + lab.folder() + "'}");
        NamespaceNode node =
                new NamespaceNode(lab, lab.host("l", 1), Ours.AGENT, "10.42.0.1", config);
        node.runsWithoutDevice();
        return node;
    }

    /** As {@link NamespaceMesh} names it. */
    private static String certificate(String overlay) {
        return Pki.madeBy(Ours.AGENT).issue(Ours.AGENT, "node", overlay, "red");
    }

    private static Path stateFile(Path folder, String overlay) {
        Path pem = Pki.madeBy(Ours.AGENT).folder().resolve(certificate(overlay) + ".crt");
        try {
            String key = CertificatePem.readFirst(read(pem)).publicKey().hex();
            return folder.resolve("known-prefixes-" + key.substring(0, 16));
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) {
        return Host.read(file.toString());
    }
}
