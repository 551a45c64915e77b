package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent as a citizen of its machine: signals, service manager, logs, rights. */
@Execution(ExecutionMode.CONCURRENT)
class ProcessIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final String NOBODY = "65534";

    static Stream<Product> peers() {
        return Stream.concat(Stream.of(Ours.AGENT), Nebula.ALL.stream());
    }

    @ParameterizedTest
    @MethodSource("peers")
    void tellsPeersThatItStopsAndEndsWithZero(Product peer) {
        peer.require();
        try (NamespaceMesh mesh =
                new NamespaceMesh(NamespaceMesh.Plan.of(peer, Ours.AGENT, Ours.AGENT, peer))) {
            mesh.b().config().logging("{level: debug}");
            mesh.start();
            PairFlow flow = mesh.flow();
            mesh.check(() -> flow.awaitBothWays(SETTLE));
            flow.close();

            mesh.a().daemon().signal("TERM");

            assertThat(mesh.a().daemon().awaitEnd()).isZero();
            assertThat(mesh.a().daemon().log()).contains("Goodbye");
            mesh.b().daemon().awaitLog("Close tunnel received|Tunnel removed: closed by the peer");
        }
    }

    @Test
    void tellsTheServiceManagerThatItIsReady() {
        try (NetLab lab = new NetLab()) {
            NamespaceNode node = alone(lab, "{disabled: true}");
            node.runsWithoutDevice();
            Path control = lab.folder().resolve("control");
            node.config().section("asterism: {control: {path: " + control + "}}");
            Path socket = lab.folder().resolve("notify");
            int fd = Kernel.bindUnixDatagram(socket, 20);
            try {
                node.start(Map.of("NOTIFY_SOCKET", socket.toString()));
                assertThat(Kernel.receive(fd)).isEqualTo("READY=1");
                assertThat(control).as("verbs are answered by then").exists();
                node.daemon().signal("TERM");
                assertThat(Kernel.receive(fd)).isEqualTo("STOPPING=1");
                assertThat(node.daemon().awaitEnd()).isZero();
            } finally {
                Kernel.close(fd);
            }
        }
    }

    @Test
    void writesOneJsonObjectPerLineWhenAskedTo() throws IOException {
        try (NetLab lab = new NetLab()) {
            NamespaceNode node = alone(lab, "{dev: neb0}");
            node.config().logging("{level: debug, format: json}");
            node.start();
            node.awaitReady();

            ObjectMapper json = new ObjectMapper();
            List<String> lines = node.daemon().log().lines().toList();
            assertThat(lines).isNotEmpty();
            for (String line : lines) {
                JsonNode object = json.readTree(line);
                assertThat(object.has("time") && object.has("level") && object.has("msg"))
                        .as(line)
                        .isTrue();
            }
        }
    }

    @Test
    void writesPlainTextOtherwise() {
        try (NetLab lab = new NetLab()) {
            NamespaceNode node = alone(lab, "{dev: neb0}");
            node.start();
            node.awaitReady();

            assertThat(node.daemon().log().lines())
                    .allMatch(line -> line.matches("time=\\S+ level=[A-Z]+ msg=.*"));
        }
    }

    private static NamespaceNode alone(NetLab lab, String tun) {
        Pki pki = Pki.madeBy(Ours.AGENT);
        NodeConfig config =
                new NodeConfig(
                                pki.folder(),
                                pki.issue(Ours.AGENT, "node", "10.42.0.1", "red"),
                                "lighthouse: {am_lighthouse: true}\n",
                                "")
                        .tun(tun);
        return new NamespaceNode(lab, lab.host("l", 1), Ours.AGENT, "10.42.0.1", config);
    }

    @ParameterizedTest
    @MethodSource("peers")
    void isALighthouseWithoutDeviceAndWithoutRights(Product peer) throws IOException {
        peer.require();
        NamespaceMesh.Plan plan = NamespaceMesh.Plan.of(peer, new Unprivileged(), Ours.AGENT, peer);
        try (NamespaceMesh mesh = new NamespaceMesh(plan)) {
            mesh.lighthouse().config().tun("{disabled: true}");
            mesh.lighthouse().runsWithoutDevice();
            mesh.start();

            PairFlow flow = mesh.flow();
            mesh.check(() -> flow.awaitBothWays(SETTLE));
            mesh.check(() -> Ping.once(mesh.b(), mesh.lighthouse().overlay(), 20));
            mesh.check(() -> Ping.once(mesh.a(), mesh.lighthouse().overlay(), 20));
            assertThat(mesh.lighthouse().daemon().status("Uid")).contains(NOBODY);
            assertThat(mesh.lighthouse().daemon().status("CapEff")).matches("0+");
        }
    }

    /** The agent as user nobody, with copies of what that user may not be able to read where it is. */
    private static final class Unprivileged implements Product {

        private final Path copy;

        Unprivileged() throws IOException {
            copy = Files.createTempDirectory("asterism-it-nobody-");
            Shell.check(
                    "cp", "-r", Ours.jars().getFirst().toString(), "target/lib", copy.toString());
            Shell.check("chmod", "-R", "a+rX", copy.toString());
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(() -> Shell.run(List.of("rm", "-r", copy.toString()))));
        }

        @Override
        public String label() {
            return "asterism-as-nobody";
        }

        @Override
        public void require() {
            Ours.AGENT.require();
            if (Shell.find("setpriv") == null) {
                System.err.println("SKIPPED: giving up rights needs setpriv(1)");
                Assumptions.abort("giving up rights needs setpriv(1)");
            }
        }

        @Override
        public List<String> startCommand(Path config) {
            return Stream.concat(
                            Stream.of(
                                    "setpriv",
                                    "--reuid=" + NOBODY,
                                    "--regid=" + NOBODY,
                                    "--clear-groups",
                                    "--inh-caps=-all",
                                    "--no-new-privs",
                                    "--"),
                            Ours.commandFrom(copy, "run", "--config", config.toString()).stream())
                    .toList();
        }

        @Override
        public String readyMark() {
            return Ours.AGENT.readyMark();
        }

        @Override
        public String ownConfig() {
            return "";
        }

        @Override
        public void makeCa(Path folder) {
            Ours.AGENT.makeCa(folder);
        }

        @Override
        public void sign(Path folder, String name, String network, String groups) {
            Ours.AGENT.sign(folder, name, network, groups);
            // Not all of the folder: other tests' keys are in it, and a key that everybody can read
            // makes a warning.
            for (String readable : List.of(name + ".key", name + ".crt", "ca.crt")) {
                Shell.check("chmod", "a+r", folder.resolve(readable).toString());
            }
            Shell.check("chmod", "a+x", folder.toString());
        }
    }
}
