package dev.asterism.agent.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.asterism.agent.control.ControlPeer;
import dev.asterism.agent.control.ControlSettings;
import dev.asterism.agent.control.ControlSocket;
import dev.asterism.agent.control.ControlVerbs;
import dev.asterism.agent.control.FixedAgent;
import dev.asterism.agent.control.FullQueue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Verbs against an agent that always answers the same. */
class ControlCommandsTest {

    @TempDir Path folder;

    private final FixedAgent agent = new FixedAgent();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private ControlSocket socket;
    private Screen screen = new Screen(false, false, Screen.USUAL_WIDTH);

    @BeforeEach
    void start() {
        socket =
                new ControlSocket(
                        folder.resolve("a.sock"), new ControlSettings("", "", 0600), agent);
        socket.start();
    }

    @AfterEach
    void stop() {
        socket.stop();
    }

    private int run(String line) {
        return command(line + " --socket " + folder.resolve("a.sock"));
    }

    private int command(String line) {
        return commands(screen).run(line.split(" "));
    }

    private ControlCommands commands(Screen to) {
        return new ControlCommands(
                new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), to, "9.9.9");
    }

    private String out() {
        return out.toString(UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "peers",
                "peers a-peer-with-a-name-that-is-longer-than-names-are",
                "routes",
                "lighthouse",
                "drops",
                "reload",
                "why 10.42.0.2 self:22",
                "why --last 10.42.0.2 self:22"
            })
    void textForPeopleFitsTheScreen(String line) {
        agent.remembers = true;
        for (int width : new int[] {40, 60, 64, 80, 96, 100, 140}) {
            for (boolean awkward : new boolean[] {false, true}) {
                agent.awkward = awkward;
                screen = new Screen(false, false, width);
                out.reset();

                run(line);

                assertThat(out().lines())
                        .as("%d columns, awkward %s", width, awkward)
                        .isNotEmpty()
                        .allMatch(text -> text.length() <= width);
                assertThat(out()).doesNotContain("\033");
            }
        }
    }

    @Test
    void nothingIsLostWhereALineIsBroken() {
        agent.awkward = true;
        run("drops");

        assertThat(out().replaceAll("\\s+", " "))
                .contains("/etc/asterism/conf.d/config.yml:12 (icmp any)")
                .contains("[fd42:1111:2222:3333:4444:5555:6666:7772]:50000 -> [fd42:");
    }

    @Test
    void statusNamesTheNodeItsCertificateAndItsLighthouses() {
        assertThat(run("status")).isZero();

        assertThat(out())
                .contains("node         here\n")
                .contains("10.42.0.1/16")
                .contains("CA my mesh")
                .contains("10.42.0.9 connected, 10.42.0.8 not connected")
                .contains("1 peers, 2 tunnels, 1 unconfirmed, 1 handshakes pending")
                .contains("7 of 65536 tracked")
                .contains("pid 42, up 3h, log level info")
                .contains("last reload  never");
    }

    @Test
    void peersHaveARowEachAndHandshakesSayWhy() {
        assertThat(run("peers")).isZero();

        assertThat(out().lines().toList().get(0))
                .matches(
                        "NAME +ADDRESS +DIRECT PATH +RTT +LOSS +IN/s +OUT/s +SEEN +SINCE +AGE +GROUPS");
        assertThat(out().lines().toList().get(1))
                .matches(
                        "a-peer-with-.*…  10\\.42\\.0\\.2  192\\.0\\.2\\.17:4242 +12\\.3ms +1\\.0%"
                                + " +123kB +900B +2s +5m +1h +servers,eu");
        assertThat(out())
                .contains(
                        "no tunnel to 10.42.0.7: no underlay address known (attempt 3 of 10, 900ms)");
    }

    @Test
    void saysWhatIsRevokedAndWhomThatRefused() {
        agent.revokes();
        assertThat(run("status")).isZero();
        assertThat(out()).contains("bundle 1.7 of my mesh, 3 certificates", "next one is overdue");
        assertThat(out())
                .contains(
                        "no bundle of other mesh, though 10.42.0.1 offers one",
                        "bundle 1.4 waits for its CA",
                        "bundle 1.2 of ninth mesh waits: too many other CAs have bundles");
        assertThat(run("peers laptop")).isZero();
        assertThat(out()).contains("laptop (10.42.0.99) was refused by bundle 1.7 8s ago: ");
    }

    @Test
    void onePeerIsShownWhole() {
        assertThat(run("peers 10.42.0.2")).isZero();

        assertThat(out())
                .contains("a-peer-with-a-name-that-is-longer-than-names-are\n")
                .contains("  path         direct 192.0.2.17:4242 for 5m\n")
                .contains("  round trip   12.3ms, measured 7s ago\n")
                .contains("  loss         1.0% (10 of the peer's packets)\n")
                .contains("  in           123kB/s, 990 packets, 1.2MB, last 2s ago\n")
                .contains("  out          900B/s, 500 packets, 100kB, last never\n")
                .contains("  handshake    1h ago, begun here\n");
        out.reset();
        agent.rough = true;
        run("peers 10.42.0.2");
        assertThat(out()).contains("round trip   ~12.3ms, with the work of the handshake, 7s ago");
    }

    @Test
    void routesSayByWhom() {
        assertThat(run("routes")).isZero();
        assertThat(out())
                .containsPattern("172\\.16\\.0\\.0/12 +10\\.42\\.0\\.2 \\(b\\) +1400 +5 +no");
    }

    @Test
    void dropsNameRuleFileAndLine() {
        assertThat(run("drops")).isZero();
        assertThat(out())
                .contains("in   b  10.42.0.2:50000 -> 10.42.0.1:22  tcp")
                .contains("config.yml:12");
    }

    @Test
    void whySaysWhichPartFailed() {
        assertThat(run("why 10.42.0.2 self:22")).isEqualTo(ExitCode.NO);
        assertThat(out())
                .contains("10.42.0.2 -> 10.42.0.1 port 22 tcp, inbound")
                .contains("refused: no matching rule in firewall table")
                .contains("firewall.inbound rule #0  config.yml:12")
                .contains("port 443 does not include 22");
    }

    @Test
    void whySaysWhatBecameOfTheLastRealPacket() {
        assertThat(run("why --last 10.42.0.2 self:22")).isEqualTo(ExitCode.NO);
        assertThat(err.toString(UTF_8)).contains("is remembered");

        agent.remembers = true;
        assertThat(run("why --last 10.42.0.2 self:22")).isEqualTo(ExitCode.NO);
        assertThat(out())
                .contains(
                        "last packet  10.42.0.2 port 50000 -> 10.42.0.1 port 22 tcp, inbound, 9s ago")
                .contains("verdict      refused: no matching rule in firewall table")
                .contains("rules then   no rule matched; checked 1: config.yml:10 (icmp any)")
                .contains("now          refused")
                .contains("config.yml:12");
        agent.admits = true;
        assertThat(run("why --last 10.42.0.2 self/icmp")).isZero();
        assertThat(run("why --last 10.42.0.2 self")).isZero();
        assertThat(agent.done).containsExactly("last 22/0", "last 22/0", "last 0/1", "last 0/0");
    }

    /** Which ICMP it is depends on the address that the name stands for. */
    @Test
    void whyTakesIcmpAsThatOfTheFamily() {
        agent.remembers = true;
        agent.admits = true;
        agent.awkward = true;

        assertThat(run("why --last fd42::2 fd42::1/icmp")).isZero();
        assertThat(run("why --last fd42::2 " + agent.peerName + "/icmp")).isZero();
        assertThat(run("why --last fd42::2 [fd42::1]:443")).isZero();

        assertThat(agent.done).containsExactly("last 0/58", "last 0/58", "last 443/0");
    }

    @Test
    void whyNamesTheRuleThatAdmits() {
        agent.admits = true;

        assertThat(run("why 10.42.0.2 self:22")).isZero();

        assertThat(out()).contains("verdict      admitted").contains("config.yml:12");
    }

    @Test
    void reloadSaysWhatChangedAndWhatNeedsARestart() {
        assertThat(run("reload")).isZero();
        assertThat(out())
                .isEqualTo(
                        "applied, changed: firewall.inbound\nrestart required for: listen.port\n");
    }

    @Test
    void aRefusedReloadNamesFileAndLine() {
        agent.reloadApplies = false;

        assertThat(run("reload")).isEqualTo(ExitCode.NO);

        assertThat(out()).contains("config.yml:7:3").contains("the old configuration stays");
    }

    @Test
    void tunnelsAreClosedAndMadeAnewByNameOrAddress() {
        assertThat(run("tunnels close 10.42.0.2")).isZero();
        assertThat(run("tunnels rehandshake a-peer-with-a-name-that-is-longer-than-names-are"))
                .isZero();
        assertThat(agent.done).containsExactly("close 10.42.0.2", "rehandshake 10.42.0.2");
    }

    @Test
    void pingShowsPathRoundTripAndMtu() {
        assertThat(run("ping 10.42.0.2")).isZero();

        assertThat(out())
                .contains("direct 192.0.2.17:4242")
                .contains("round trip 12.3")
                .contains("MTU 1220, larger packets do not get there");
        assertThat(agent.done).containsExactly("probe 10.42.0.2");
    }

    @Test
    void pingUntilDirectEndsWithTheFirstDirectAnswer() {
        assertThat(run("ping --until-direct 10.42.0.2")).isZero();
        assertThat(agent.done).hasSize(1);
    }

    @Test
    void pingOfASilentPeerIsANo() {
        agent.answersProbes = false;

        assertThat(run("ping 10.42.0.2")).isEqualTo(ExitCode.NO);

        assertThat(out()).contains("no answer");
    }

    @Test
    void untilDirectBelongsToPing() {
        assertThat(run("peers --until-direct")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void lighthouseQueryAsksAndShowsWhoSaidIt() {
        assertThat(run("lighthouse query 10.42.0.2")).isZero();
        assertThat(agent.done).containsExactly("query 10.42.0.2");
        assertThat(out()).contains("from         10.42.0.9  192.0.2.17:4242");
    }

    @Test
    void theLogLevelIsShownAndSet() {
        assertThat(run("log-level debug")).isZero();
        assertThat(run("log-level")).isZero();
        assertThat(out()).isEqualTo("debug\ndebug\n");
    }

    @Test
    void versionIsThatOfBothPrograms() {
        assertThat(run("version")).isZero();
        assertThat(out()).isEqualTo("Version: 9.9.9\nagent 1.2.3\n");
    }

    @Test
    void jsonIsTheAnswerAsItCame() {
        run("peers --json");
        byte[] request = "{\"v\":1,\"do\":\"peers\"}".getBytes(UTF_8);
        assertThat(out())
                .isEqualTo(
                        new String(
                                        new ControlVerbs(agent)
                                                .answer(
                                                        request,
                                                        request.length,
                                                        new ControlPeer(0, 1, true)),
                                        UTF_8)
                                + "\n");
    }

    @Test
    void coloursAreForTerminals() {
        screen = Screen.of(true, null, null);
        run("status");
        assertThat(out()).contains("\033[32mconnected\033[0m");
        out.reset();
        run("status --no-color");
        assertThat(out()).contains("connected").doesNotContain("\033");
    }

    @ParameterizedTest
    @CsvSource({
        "tunnels close 10.42.0.3, 1",
        "peers nobody, 1",
        "why 10.42.0.2 nobody, 1",
        "peers a b, 2",
        "tunnels, 2",
        "tunnels open b, 2",
        "why 10.42.0.2, 2",
        "why 10.42.0.2 self:99999, 2",
        "why 10.42.0.2 self:1/dance, 2",
        "log-level loud, 2",
        "status --dance, 2",
        "lighthouse ask, 2",
        "peers --last, 2"
    })
    void everyFailureHasItsExitStatusAndALine(String line, int code) {
        assertThat(run(line)).isEqualTo(code);
        assertThat(err.toString(UTF_8)).startsWith("asterism: ").endsWith("\n").hasLineCount(1);
    }

    @Test
    void whereNobodyAnswersTheStatusIsThree() {
        assertThat(command("status --socket " + folder.resolve("none.sock")))
                .isEqualTo(ExitCode.NOT_RUNNING);
        assertThat(err.toString(UTF_8)).contains("is the agent running");
    }

    @Test
    void anAgentThatNeverAnswersIsLeftInTime() throws IOException {
        Path path = folder.resolve("mute.sock");
        try (ServerSocketChannel mute = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            mute.bind(UnixDomainSocketAddress.of(path));
            int code =
                    assertTimeoutPreemptively(
                            Duration.ofMinutes(1), () -> command("status --socket " + path));
            assertThat(code).isEqualTo(ExitCode.TIMEOUT);
        }
    }

    @Test
    void anAgentThatTakesNoConnectionIsLeftInTime() throws IOException {
        Path path = folder.resolve("full.sock");
        try (ServerSocketChannel full = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            full.bind(UnixDomainSocketAddress.of(path), 1);
            List<SocketChannel> waiting = FullQueue.fill(path);

            assertThatThrownBy(() -> AgentSocket.open(path, Duration.ofMillis(50)))
                    .isInstanceOfSatisfying(
                            ClientFailure.class,
                            e -> assertThat(e.exitCode()).isEqualTo(ExitCode.TIMEOUT));

            for (SocketChannel client : waiting) {
                client.close();
            }
        }
    }

    @Test
    void aFullAgentIsBusyAndNotAbsent() throws IOException {
        List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            clients.add(SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("a.sock"))));
        }

        assertThat(run("status")).isEqualTo(ExitCode.TIMEOUT);
        assertThat(err.toString(UTF_8)).contains("16 clients are connected already");

        for (SocketChannel client : clients) {
            client.close();
        }
    }

    @Test
    void namesOfPeersDoNotSteerTheTerminal() {
        agent.peerName = "ev\033]0;x\007\nFAKE\u202e";

        run("peers");

        assertThat(out())
                .contains("ev\\u001b]0;x")
                .doesNotContain("\033", "\007", "\nFAKE", "\u202e");
        out.reset();
        run("peers --json");
        assertThat(out().lines()).hasSize(1);
        assertThat(out()).doesNotContain("\033", "\007");
    }

    @Test
    void tcpAndUdpNeedAPort() {
        assertThat(run("why 10.42.0.2 self/tcp")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(UTF_8)).contains("write self:PORT/tcp");
    }

    @Test
    void helpListsEveryVerb() {
        assertThat(command("status --help")).isZero();
        VerbLine.VERBS.keySet().forEach(verb -> assertThat(out()).contains(verb));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1, 0, 1",
        "10.0.0.1:80, 10.0.0.1, 80, 6",
        "10.0.0.1:53/udp, 10.0.0.1, 53, 17",
        "10.0.0.1:53/UDP, 10.0.0.1, 53, 17",
        "10.0.0.1/47, 10.0.0.1, 0, 47",
        "fd00::1, fd00::1, 0, 58",
        "[fd00::1]:80, fd00::1, 80, 6",
        "web:443/tcp, web, 443, 6"
    })
    void readsTheTargetOfAPacket(String text, String host, int port, int protocol) {
        assertThat(PacketTarget.parse(text, false))
                .isEqualTo(new PacketTarget(host, port, protocol));
    }
}
