package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The agent where its parent, its reader or its operator does what should not matter. */
@Execution(ExecutionMode.CONCURRENT)
class ProcessFaultsIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final String NEW_RULE =
            "{port: %d, proto: any, host: any}".formatted(NodeConfig.BLUE_PORT);
    private static final String RELOADED = "Config reload complete";

    @Test
    void obeysSignalsThatItsParentIgnored() {
        try (NetLab lab = new NetLab()) {
            NamespaceNode node = alone(lab, new ThroughShell("trap '' HUP TERM INT"));
            node.start();
            node.awaitReady();

            node.daemon().signal("HUP");
            node.daemon().awaitLog(RELOADED);
            node.daemon().signal("TERM");

            assertThat(node.daemon().awaitEnd()).isZero();
            assertThat(node.daemon().log()).contains("Goodbye");
        }
    }

    @Test
    void passesOverUserSignals() {
        try (NetLab lab = new NetLab()) {
            NamespaceNode node = alone(lab, Ours.AGENT);
            node.start();
            node.awaitReady();

            node.daemon().signal("USR1");
            node.daemon().signal("USR2");
            node.daemon().signal("HUP");

            node.daemon().awaitLog(RELOADED);
            assertThat(node.daemon().isAlive()).isTrue();
        }
    }

    /** With what the launcher says to the shell first. */
    @Test
    void livesThroughSignalsOfItsFirstMoment() throws IOException {
        String trap =
                Files.readString(Path.of("../bin/asterism"))
                        .lines()
                        .filter(line -> line.startsWith("trap '' "))
                        .findFirst()
                        .orElseThrow();
        try (NetLab lab = new NetLab()) {
            NamespaceNode node = alone(lab, new ThroughShell(trap + "\necho trapped"));
            node.start();
            node.daemon().awaitLog("trapped");
            while (!node.daemon().log().contains(node.product().readyMark())) {
                node.daemon().signal("HUP");
                node.daemon().signal("USR1");
                node.daemon().signal("USR2");
            }

            node.daemon().awaitLog(RELOADED);
            node.daemon().signal("TERM");
            assertThat(node.daemon().awaitEnd()).isZero();
        }
    }

    @Test
    void goesOnWhenNobodyReadsItsOutput() throws IOException {
        Path folder = Files.createTempDirectory("asterism-it-pipe-");
        Path pipe = folder.resolve("out");
        Shell.check("mkfifo", pipe.toString());
        Product piped =
                new ThroughShell(
                        "cat %1$s & echo $! >%1$s.pid".formatted(pipe), ">" + pipe + " 2>&1");
        try (NamespaceMesh mesh =
                new NamespaceMesh(
                        NamespaceMesh.Plan.of(Ours.AGENT, Ours.AGENT, piped, Ours.AGENT))) {
            mesh.a().config().logging("{level: debug}");
            mesh.start();
            PairFlow first = mesh.flow();
            mesh.check(() -> first.awaitBothWays(SETTLE));
            first.close();
            String reader = Host.read(pipe + ".pid").strip();
            try {
                Shell.check("kill", "-STOP", reader);
                fill(pipe);

                mesh.a().config().rule(NEW_RULE);
                mesh.a().reload();
                PairFlow flow = mesh.flow();
                mesh.check(() -> flow.awaitBothWays(SETTLE));
                mesh.check(
                        () ->
                                Waits.until(
                                        "the new rule is in force",
                                        SETTLE,
                                        () ->
                                                Doors.isOpen(
                                                        mesh.b(), mesh.a(), NodeConfig.BLUE_PORT),
                                        () -> ""));
                flow.awaitBothWays(SETTLE);
                flow.close();
                mesh.a().daemon().signal("TERM");
                assertThat(mesh.a().daemon().awaitEnd()).isZero();
                mesh.b().daemon().awaitLog("Close tunnel received");
            } finally {
                Shell.run(List.of("kill", "-KILL", reader));
            }
        } finally {
            Shell.run(List.of("rm", "-r", folder.toString()));
        }
    }

    /** With the kernel's words, once for all tries. */
    @Test
    void saysWhyTheKernelTakesNoDatagram() {
        try (NetLab lab = new NetLab()) {
            NamespaceNode node =
                    alone(
                            lab,
                            Ours.AGENT,
                            """
                            static_host_map: {10.42.0.9: ['198.51.100.9:4242']}
                            lighthouse: {hosts: [10.42.0.9]}
                            """);
            node.host().ip("route del default\n");
            node.start();

            node.daemon()
                    .awaitLog(
                            "Kernel refused to send a datagram.*198\\.51\\.100\\.9.*Network is unreachable");
            node.daemon().awaitLog("Handshake timed out");
            assertThat(node.daemon().countInLog("msg=\"Kernel refused to send a datagram\""))
                    .isEqualTo(1);
        }
    }

    /** To the last byte that the kernel takes. */
    private static void fill(Path pipe) {
        for (int block : new int[] {4096, 1}) {
            Shell.Result result =
                    Shell.run(
                            List.of(
                                    "dd",
                                    "if=/dev/zero",
                                    "of=" + pipe,
                                    "bs=" + block,
                                    "count=" + (1 << 20),
                                    "oflag=nonblock"));
            assertThat(result.exit()).as(result.output()).isNotZero();
        }
    }

    private static NamespaceNode alone(NetLab lab, Product product) {
        return alone(lab, product, "lighthouse: {am_lighthouse: true}\n");
    }

    private static NamespaceNode alone(NetLab lab, Product product, String lighthouse) {
        Pki pki = Pki.madeBy(Ours.AGENT);
        NodeConfig config =
                new NodeConfig(
                                pki.folder(),
                                pki.issue(Ours.AGENT, "node", "10.42.0.1", "red"),
                                lighthouse,
                                "")
                        .tun("{disabled: true}");
        NamespaceNode node = new NamespaceNode(lab, lab.host("l", 1), product, "10.42.0.1", config);
        node.runsWithoutDevice();
        return node;
    }
}
