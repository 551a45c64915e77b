package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.CertificatePem;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A fresh host: a token, a certificate, the mesh, and the next certificate while packets flow. */
@Execution(ExecutionMode.CONCURRENT)
class EnrolmentIT {

    private static final String CERT_TOOL = "dev.asterism.cert.cli.CertTool";
    private static final String SERVER = "10.91.1.2:4280";
    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final Duration LIFE = Duration.ofSeconds(60);

    @Test
    void enrolsJoinsAndRenewsWithNothingLost() throws Exception {
        NamespaceMesh.Plan plan =
                NamespaceMesh.Plan.of(Ours.AGENT, Ours.AGENT, Ours.AGENT, Ours.AGENT);
        try (NamespaceMesh mesh = new NamespaceMesh(plan)) {
            Path pki = Pki.madeBy(Ours.AGENT).folder();
            Path folder = mesh.lab().folder();
            Daemon server = serve(mesh, pki, folder);
            server.awaitLog("serving on");
            Path host = folder.resolve("fresh");
            enrol(mesh, invited(pki, folder), host);
            Instant end = end(host);
            mesh.a()
                    .config()
                    .certificate(host.resolve("host.crt").toString())
                    .key(host.resolve("host.key").toString());

            mesh.start();
            PairFlow first = mesh.flow();
            mesh.check(() -> first.awaitBothWays(SETTLE));
            first.close();
            PairFlow flow = mesh.flow();
            Waits.until(
                    "the renewal, at two thirds of the life",
                    LIFE,
                    () -> mesh.a().daemon().log().contains("Certificate was renewed"));
            mesh.a().daemon().awaitLog("Config reload complete");
            Waits.watchFor(Duration.between(Instant.now(), end).plusSeconds(2));
            assertThat(end(host)).isAfter(end);
            flow.awaitBothWays(SETTLE);

            mesh.check(
                    () -> {
                        long lost = flow.lostAtEnd();
                        assertThat(lost)
                                .as("lost packets (%s)", flow)
                                .isLessThanOrEqualTo(mesh.kernelDrops());
                        // The tunnel before it may still be there at its end, or not: it carries
                        // nothing.
                        String renewed =
                                mesh.a()
                                        .daemon()
                                        .lastInLog("Certificate was renewed.*fingerprint=(\\w+)");
                        Daemon peer = mesh.b().daemon();
                        assertThat(peer.countInLog("Handshake message received.*" + renewed))
                                .as("b has seen the new certificate: %s", peer.log())
                                .isPositive();
                        assertThat(peer.countInLog("not accepted any more.*" + renewed)).isZero();
                    });
            flow.close();
        }
    }

    private static Instant end(Path host) throws Exception {
        return CertificatePem.readFirst(Files.readString(host.resolve("host.crt"))).notAfter();
    }

    private static Daemon serve(NamespaceMesh mesh, Path pki, Path folder) {
        List<String> command =
                certTool(
                        "serve",
                        "-ca-crt",
                        pki.resolve("ca.crt").toString(),
                        "-ca-key",
                        pki.resolve("ca.key").toString(),
                        "-dir",
                        folder.resolve("enrolment").toString(),
                        "-listen",
                        SERVER,
                        "-url",
                        "https://" + SERVER);
        return mesh.lab()
                .own(
                        Daemon.start(
                                mesh.lighthouse().host().commandLine(command),
                                Map.of(),
                                folder.resolve("serve.txt")));
    }

    private static String invited(Path pki, Path folder) throws Exception {
        Path token = folder.resolve("token");
        Shell.check(
                certTool(
                        "invite",
                        "-name",
                        "fresh",
                        "-networks",
                        "10.42.0.10/24",
                        "-groups",
                        "red",
                        "-duration",
                        LIFE.toSeconds() + "s",
                        "-ca-crt",
                        pki.resolve("ca.crt").toString(),
                        "-dir",
                        folder.resolve("enrolment").toString(),
                        "-out-token",
                        token.toString()),
                "");
        return Files.readString(token);
    }

    private static void enrol(NamespaceMesh mesh, String token, Path into) {
        Shell.Result result =
                Shell.run(
                        mesh.a()
                                .host()
                                .commandLine(Ours.command("enroll", "-", "--out", into.toString())),
                        token);
        assertThat(result.exit()).as(result.output()).isZero();
    }

    private static List<String> certTool(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Ours.java());
        command.add("-XX:TieredStopAtLevel=1");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(System.getProperty("java.class.path", "").replace(File.pathSeparator, ":"));
        command.add(CERT_TOOL);
        command.addAll(List.of(arguments));
        return command;
    }
}
