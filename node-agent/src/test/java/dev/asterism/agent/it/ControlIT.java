package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Every verb as a user types it, against two agents in namespaces and a lighthouse, which is a
 * Nebula where there is one; and every exit status of docs/control.md. Beside other classes, and
 * one after the other with their agents.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
@ResourceLock("ControlIT")
class ControlIT {

    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final int COLUMNS = 100;
    private static final int CLOSED_PORT = 9999;
    private static final String NOBODY = "65534";
    private static final String CLEAR = "\033[H\033[2J";

    private final Path folder = temporaryFolder();
    private final ObjectMapper json = new ObjectMapper();
    private NamespaceMesh mesh;

    private static Path temporaryFolder() {
        try {
            Path made = Files.createTempDirectory("asterism-it-control-");
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
            return made;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeAll
    void start() {
        Product lighthouse = Nebula.OLD.isHere() ? Nebula.OLD : Ours.AGENT;
        mesh =
                new NamespaceMesh(
                        NamespaceMesh.Plan.of(Ours.AGENT, lighthouse, Ours.AGENT, Ours.AGENT));
        for (NamespaceNode node : List.of(mesh.a(), mesh.b())) {
            node.config()
                    .section(
                            "asterism: {control: {path: %s, group: nogroup}}"
                                    .formatted(socket(node)));
        }
        mesh.start();
        Ping.once(mesh.a(), mesh.b().overlay(), 20);
    }

    @AfterAll
    void stop() {
        mesh.close();
        Shell.run(List.of("rm", "-r", folder.toString()));
    }

    private Path socket(NamespaceNode node) {
        return folder.resolve(node.host().namespace() + ".sock");
    }

    private Shell.Result a(String line) {
        return ask(mesh.a(), line);
    }

    private Shell.Result ask(NamespaceNode node, String line) {
        return Shell.run(command(node, line));
    }

    private List<String> command(NamespaceNode node, String line) {
        return Ours.command((line + " --socket " + socket(node)).split(" "));
    }

    /** The answer for people, with the exit status given; also asks for JSON, which must have the same. */
    private String text(int exit, String line) {
        Shell.Result result = a(line);
        assertThat(result.exit()).as(line + "\n" + result.output()).isEqualTo(exit);
        assertThat(result.output().lines())
                .as(line)
                .isNotEmpty()
                .allMatch(text -> text.length() <= COLUMNS);
        assertThat(result.output()).as(line).doesNotContain("\033", "null");
        return result.output();
    }

    private JsonNode data(String line) {
        Shell.Result result = a(line + " --json");
        assertThat(result.output().lines()).as(line).hasSize(1);
        JsonNode answer = parse(result.output());
        assertThat(answer.get("v").asInt()).isEqualTo(1);
        assertThat(answer.get("ok").asBoolean()).as(result.output()).isTrue();
        return answer.get("data");
    }

    private JsonNode parse(String line) {
        try {
            return json.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    private String peer() {
        return mesh.b().overlay();
    }

    @Test
    void statusTellsOfTheNodeAndItsLighthouse() {
        assertThat(text(0, "status"))
                .contains("10.42.0.10/24", "10.42.0.1 connected", "valid for", "last reload")
                .containsPattern("cipher +.*AES-256-GCM");
        assertThat(data("status").at("/node/lighthouses/0/connected").asBoolean()).isTrue();
    }

    @Test
    void peersHaveTheirRoundTripLossAndRate() {
        assertThat(text(0, "peers"))
                .containsPattern("NAME +ADDRESS +DIRECT PATH +RTT +LOSS +IN/s")
                .containsPattern(
                        Pattern.quote(peer()) + " +10\\.91\\.20\\.\\d+:4242 +~?[0-9.]+ms +0\\.0%");
        String peers = text(0, "peers " + peer());
        assertThat(peers)
                .contains("direct 10.91.20.", "groups       red")
                .containsPattern("round trip +~?[0-9.]+ms, .* ago");
        // b answers the lighthouse's call with a handshake of its own, so that either may have
        // begun.
        String theirs = ask(mesh.b(), "peers " + mesh.a().overlay()).output();
        boolean begunHere = peers.contains("begun here");
        assertThat(begunHere ? theirs : peers).contains("begun by the peer");
        assertThat(begunHere ? peers : theirs).contains("begun here");
        JsonNode tunnel = data("peers " + peer()).at("/peers/0");
        assertThat(tunnel.get("rtt_us").asLong()).isBetween(1L, 10_000_000L);
        assertThat(tunnel.get("packets_lost").asLong()).isZero();
        assertThat(tunnel.get("bytes_in").asLong()).isPositive();
    }

    /** It answered the handshake, so it has measured nothing until packets go to and fro. */
    @Test
    void theEndThatAnsweredMeasuresWhilePacketsGoToAndFro() throws IOException {
        Process pings = pinging(peer());
        try {
            Waits.until(
                    "b has measured",
                    SETTLE,
                    () ->
                            parse(ask(mesh.b(), "peers " + mesh.a().overlay() + " --json").output())
                                    .at("/data/peers/0/rtt_by")
                                    .asText()
                                    .equals("test"),
                    () -> ask(mesh.b(), "peers").output());
            Waits.until(
                    "b has a rate",
                    SETTLE,
                    () ->
                            parse(ask(mesh.b(), "peers " + mesh.a().overlay() + " --json").output())
                                            .at("/data/peers/0/bytes_in_per_second")
                                            .asLong()
                                    > 0);
        } finally {
            pings.destroy();
        }
    }

    /** While packets are sent to it: a handshake that no packet waits for is forgotten. */
    @Test
    void aPeerWithoutATunnelSaysWhy() throws IOException {
        Process pings = pinging("10.42.0.77");
        try {
            Waits.until(
                    "the list says why",
                    SETTLE,
                    () ->
                            text(0, "peers")
                                    .contains("no tunnel to 10.42.0.77: no underlay address known"),
                    () -> text(0, "peers"));
            Waits.until(
                    "the peer says why",
                    SETTLE,
                    () ->
                            parse(a("peers 10.42.0.77 --json").output())
                                    .at("/data/handshakes/0/reason")
                                    .asText()
                                    .contains("no underlay address"),
                    () -> a("peers 10.42.0.77").output());
        } finally {
            pings.destroy();
        }
    }

    private Process pinging(String address) throws IOException {
        return new ProcessBuilder(
                        mesh.a().host().commandLine(List.of("ping", "-i", "0.5", "-q", address)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void routesAndLighthouseAndVersionAndLevel() {
        assertThat(text(0, "routes")).containsPattern("10\\.42\\.0\\.0/24 +overlay .*yes");
        assertThat(data("routes").at("/routes/0/installed").asBoolean()).isTrue();
        assertThat(text(0, "lighthouse")).contains(peer(), "tried", "from  ");
        assertThat(data("lighthouse").get("hosts")).isNotEmpty();
        assertThat(text(0, "lighthouse query " + peer())).contains("10.91.20.");
        assertThat(data("lighthouse query " + peer()).get("hosts")).hasSize(1);
        assertThat(text(0, "version")).contains("Version: ", "agent ");
        assertThat(data("version").get("version").asText()).isNotEmpty();
        assertThat(text(0, "log-level debug")).isEqualTo("debug\n");
        assertThat(data("log-level info").get("level").asText()).isEqualTo("info");
        assertThat(text(0, "log-level")).isEqualTo("info\n");
    }

    @Test
    void aRefusedPacketIsFoundWithItsRuleByFileAndLine() {
        String where = mesh.a().configFile() + ":";
        Waits.until(
                "a has refused a packet",
                SETTLE,
                () -> {
                    knockOnAClosedPort();
                    return a("drops").output().contains(":" + CLOSED_PORT);
                });

        assertThat(text(0, "drops").replaceAll("\n +", " "))
                .contains(" -> 10.42.0.10:9999  udp", "no rule matched", where);
        assertThat(data("drops").at("/drops/0/rules").asText()).contains(where);
        String last = text(1, "why --last " + peer() + " self:9999/udp");
        assertThat(last.replaceAll("\n +", " "))
                .containsPattern("last packet +10\\.42\\.0\\.20 port \\d+ -> .* port 9999 udp")
                .contains("refused: no matching rule", "rules then", where);
        assertThat(data("why --last " + peer() + " self:9999").at("/last/admitted").asBoolean())
                .isFalse();
    }

    private void knockOnAClosedPort() {
        mesh.b()
                .host()
                .inside(
                        () -> {
                            try (DatagramSocket from = new DatagramSocket()) {
                                byte[] text = "knock".getBytes(StandardCharsets.US_ASCII);
                                from.send(
                                        new DatagramPacket(
                                                text,
                                                text.length,
                                                InetAddress.getByName(mesh.a().overlay()),
                                                CLOSED_PORT));
                                return true;
                            }
                        });
    }

    @Test
    void whyJudgesWhatNobodySentAndTellsWhatBecameOfARealPacket() {
        Ping.once(mesh.b(), mesh.a().overlay(), 20);

        assertThat(text(0, "why self " + peer() + ":22")).contains("admitted", "config.yml:");
        assertThat(text(1, "why " + peer() + " self:22/tcp")).contains("refused", "closest");
        assertThat(data("why " + peer() + " self").get("admitted").asBoolean()).isTrue();
        assertThat(text(0, "why --last " + peer() + " self/icmp").replaceAll("\n +", " "))
                .contains("last flow", "icmp, inbound", "admitted", "config.yml:");
        assertThat(data("why --last " + peer() + " self/icmp").at("/last/admitted").asBoolean())
                .isTrue();
        assertThat(text(1, "why --last 10.42.0.99 self")).contains("is remembered");
    }

    @Test
    void aReloadIsLoggedWithWhoAskedForIt() {
        assertThat(text(0, "reload")).startsWith("applied, changed: none");
        assertThat(data("reload").get("applied").asBoolean()).isTrue();

        mesh.a()
                .daemon()
                .awaitLog("Asked by the control socket, reloading config\"? uid=0 pid=\\d+");
        assertThat(mesh.a().daemon().log()).doesNotContain("Caught HUP");
    }

    @Test
    void tunnelsAreMadeAnewAndClosed() {
        assertThat(text(0, "tunnels rehandshake " + peer())).contains("started");
        assertThat(data("tunnels rehandshake " + peer()).get("started").asText()).isEqualTo(peer());
        assertThat(text(0, "tunnels close " + peer())).contains("closed ");
        Ping.once(mesh.a(), peer(), 20);
        assertThat(data("tunnels close " + peer()).get("closed").asInt()).isPositive();
        Ping.once(mesh.a(), peer(), 20);
    }

    @Test
    void everyExitStatusIsSeen() throws IOException {
        assertThat(a("status").exit()).isZero();
        assertThat(a("peers nobody").exit()).isEqualTo(1);
        assertThat(a("tunnels close 10.42.0.99").exit()).isEqualTo(1);
        assertThat(a("peers nobody --json").exit()).isEqualTo(1);
        assertThat(a("status now").exit()).isEqualTo(2);
        assertThat(a("log-level loud").exit()).isEqualTo(2);
        assertThat(Shell.run(Ours.command("status", "--socket", folder + "/none.sock")).exit())
                .isEqualTo(3);
        Path config = mesh.a().configFile();
        assertThat(Shell.run(Ours.command("status", "--config", config.toString())).exit())
                .isZero();
    }

    /** Last, as test packets are lost meanwhile, which others see. */
    @Test
    @Order(Integer.MAX_VALUE)
    void anAgentThatHangsGivesFive() {
        mesh.a().daemon().signal("STOP");
        try {
            Shell.Result result = a("status");
            assertThat(result.exit()).as(result.output()).isEqualTo(5);
            assertThat(result.output()).contains("did not answer in time");
        } finally {
            mesh.a().daemon().signal("CONT");
        }
        assertThat(a("status").exit()).isZero();
    }

    @Test
    void whoMayOnlyReadIsRefusedAChangeAndOthersEverything() throws IOException {
        String reader = "--regid=" + NOBODY;
        assertThat(unprivileged(reader, "status").exit()).isZero();
        for (String change :
                List.of("reload", "tunnels close 10.42.0.20", "log-level debug", "reload --json")) {
            Shell.Result refused = unprivileged(reader, change);
            assertThat(refused.exit()).as(change + refused.output()).isEqualTo(4);
        }
        Shell.Result stranger = unprivileged("--regid=60000", "status");
        assertThat(stranger.exit()).as(stranger.output()).isEqualTo(4);
        assertThat(stranger.output()).contains("no permission");
    }

    private Shell.Result unprivileged(String group, String line) throws IOException {
        if (Shell.find("setpriv") == null) {
            System.err.println("SKIPPED: giving up rights needs setpriv(1)");
            Assumptions.abort("giving up rights needs setpriv(1)");
        }
        Path copy = folder.resolve("program");
        if (!Files.exists(copy)) {
            Files.createDirectory(copy);
            Shell.check(
                    "cp", "-r", Ours.jars().getFirst().toString(), "target/lib", copy.toString());
            Shell.check("chmod", "-R", "a+rX", copy.toString());
        }
        List<String> command =
                new ArrayList<>(
                        List.of("setpriv", "--reuid=" + NOBODY, group, "--clear-groups", "--"));
        command.addAll(Ours.commandFrom(copy, (line + " --socket " + socket(mesh.a())).split(" ")));
        return Shell.run(command);
    }

    @Test
    void aTerminalGetsColoursAndAWatchEndsOnControlC() throws Exception {
        if (Shell.find("script") == null) {
            System.err.println("SKIPPED: a terminal needs script(1)");
            Assumptions.abort("a terminal needs script(1)");
        }
        Path screen = folder.resolve("screen");
        String line = String.join(" ", command(mesh.a(), "status -w"));
        // Who starts this JVM in the background may have it ignore what Control-C sends, and all
        // its children with it.
        Process watch =
                new ProcessBuilder(
                                "env", "--default-signal=INT", "script", "-qefc", line, "/dev/null")
                        .redirectErrorStream(true)
                        .redirectOutput(screen.toFile())
                        .start();
        try {
            Waits.until(
                    "the watch has refreshed",
                    SETTLE,
                    () -> Host.read(screen.toString()).split(Pattern.quote(CLEAR)).length > 3);
            assertThat(Host.read(screen.toString())).contains("\033[32mconnected\033[0m");
            watch.getOutputStream().write(3);
            watch.getOutputStream().flush();

            Waits.until("the watch has ended", SETTLE, () -> !watch.isAlive());
            assertThat(watch.exitValue()).isEqualTo(130);
        } finally {
            watch.destroyForcibly();
        }
    }

    @Test
    void aWatchIntoAPipeHasNoEscapesAndEndsWithItsReader() throws IOException {
        String line = String.join(" ", command(mesh.a(), "peers -w"));
        Shell.Result result = Shell.run(List.of("sh", "-c", line + " | head -n 6"));
        assertThat(result.exit()).isZero();
        assertThat(result.output()).doesNotContain("\033");
        assertThat(result.output().lines().filter(text -> text.startsWith("NAME")))
                .hasSizeGreaterThan(1);
    }
}
