package dev.asterism.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.agent.service.ServiceFailure;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The protocol over a real socket. */
class ControlSocketTest {

    private static final String VERSION = "{\"v\":1,\"do\":\"version\"}\n";
    private static final String IS_VERSION =
            "{\"v\":1,\"ok\":true,\"data\":{\"version\":\"1.2.3\"}}";
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir Path folder;

    private final FixedAgent agent = new FixedAgent();
    private final List<ControlSocket> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(ControlSocket::stop);
    }

    private Path path() {
        return folder.resolve("a.sock");
    }

    private void start(Duration patience) {
        ControlSocket socket =
                new ControlSocket(path(), new ControlSettings("", "", 0600), agent, patience);
        started.add(socket);
        socket.start();
    }

    @Test
    void answersOneLineForOneLineUntilTheClientCloses() throws IOException {
        start(LONG);
        try (SocketChannel client = connect()) {
            assertThat(ask(client, VERSION)).isEqualTo(IS_VERSION);
            assertThat(ask(client, VERSION + VERSION)).isEqualTo(IS_VERSION);
            assertThat(readLine(client)).isEqualTo(IS_VERSION);
        }
    }

    @Test
    void theFileHasTheModeOfTheConfiguration() throws IOException {
        start(LONG);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
    }

    @Test
    void saysWhatIsWrongWithARequestAndGoesOn() throws IOException {
        start(LONG);
        try (SocketChannel client = connect()) {
            assertThat(ask(client, "nonsense\n")).contains("bad_request", "not JSON");
            assertThat(ask(client, "[]\n")).contains("bad_request");
            assertThat(ask(client, "{\"v\":2,\"do\":\"version\"}\n"))
                    .contains("\\\"v\\\" must be 1");
            assertThat(ask(client, "{\"v\":1}\n")).contains("is missing");
            assertThat(ask(client, "{\"v\":1,\"do\":{}}\n")).contains("must be a text");
            assertThat(ask(client, "{\"v\":1,\"do\":\"dance\"}\n")).contains("no such verb: dance");
            assertThat(ask(client, "{\"v\":1,\"v\":1,\"do\":\"version\"}\n"))
                    .contains("bad_request");
            assertThat(ask(client, VERSION)).isEqualTo(IS_VERSION);
        }
    }

    @Test
    void aRequestCutAnywhereIsRefusedAndHarmsNothing() throws IOException {
        start(LONG);
        String whole = "{\"v\":1,\"do\":\"peers\",\"name\":\"b\"}";
        try (SocketChannel client = connect()) {
            for (int length = 1; length < whole.length(); length++) {
                assertThat(ask(client, whole.substring(0, length) + "\n")).contains("bad_request");
            }
        }
    }

    @Test
    void aRequestThatIsTooLongEndsTheConnection() throws IOException {
        start(LONG);
        try (SocketChannel client = connect()) {
            write(client, "x".repeat(Connection.MAX_REQUEST));
            assertThat(readLine(client)).contains("a request may have 65536 bytes");
            assertThat(readLine(client)).isNull();
        }
    }

    @Test
    void halfALineKeepsNobodyWaiting() throws IOException {
        start(LONG);
        try (SocketChannel silent = connect();
                SocketChannel other = connect()) {
            write(silent, "{\"v\":1,");
            assertThat(ask(other, VERSION)).isEqualTo(IS_VERSION);
        }
    }

    @Test
    void halfALineIsNotWaitedForWithoutLimit() throws IOException {
        start(Duration.ofMillis(50));
        try (SocketChannel silent = connect()) {
            write(silent, "{\"v\":1,");
            assertThat(readLine(silent)).isNull();
        }
    }

    @Test
    void aClientThatNeverReadsKeepsNobodyWaiting() throws IOException {
        start(LONG);
        try (SocketChannel deaf = deaf();
                SocketChannel other = connect()) {
            assertThat(ask(other, VERSION)).isEqualTo(IS_VERSION);
            assertThat(deaf.isOpen()).isTrue();
        }
    }

    @Test
    void aClientThatNeverReadsIsNotWaitedForWithoutLimit() throws IOException {
        start(Duration.ofMillis(200));
        try (SocketChannel deaf = deaf()) {
            deaf.configureBlocking(true);
            int answers = 0;
            while (readLine(deaf) != null) {
                answers++;
            }
            assertThat(answers).isPositive();
        }
    }

    /** One that has asked for more than fits into what it does not read. */
    private SocketChannel deaf() throws IOException {
        SocketChannel deaf = connect();
        deaf.configureBlocking(false);
        deaf.write(ByteBuffer.wrap("{\"v\":1,\"do\":\"peers\"}\n".repeat(3_000).getBytes(UTF_8)));
        return deaf;
    }

    @Test
    void oneOfAHundredConnectionsIsToldThatThereAreTooMany() throws IOException {
        start(LONG);
        List<SocketChannel> clients = new ArrayList<>();
        try {
            for (int i = 0; i < ControlSocket.MAX_CONNECTIONS; i++) {
                clients.add(connect());
                assertThat(ask(clients.getLast(), VERSION)).isEqualTo(IS_VERSION);
            }
            for (int i = ControlSocket.MAX_CONNECTIONS; i < 100; i++) {
                try (SocketChannel late = connect()) {
                    assertThat(readLine(late)).contains("\"busy\"", "16 clients");
                    assertThat(readLine(late)).isNull();
                }
            }
            assertThat(ask(clients.getFirst(), VERSION)).isEqualTo(IS_VERSION);
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    @Test
    void theFileOfADeadAgentIsReplaced() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path()));
        }
        assertThat(path()).exists();

        start(LONG);

        try (SocketChannel client = connect()) {
            assertThat(ask(client, VERSION)).isEqualTo(IS_VERSION);
        }
    }

    @Test
    void aLiveAgentKeepsItsSocket() throws IOException {
        start(LONG);

        assertThatThrownBy(() -> start(LONG))
                .isInstanceOf(ServiceFailure.class)
                .hasMessageContaining("another agent answers there");

        started.removeLast();
        try (SocketChannel client = connect()) {
            assertThat(ask(client, VERSION)).isEqualTo(IS_VERSION);
        }
    }

    @Test
    void anAgentThatHangsKeepsItsSocketAndHoldsUpNobody() throws IOException {
        try (ServerSocketChannel hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            hung.bind(UnixDomainSocketAddress.of(path()), 1);
            List<SocketChannel> waiting = FullQueue.fill(path());

            assertThatThrownBy(() -> start(LONG))
                    .isInstanceOf(ServiceFailure.class)
                    .hasMessageContaining("another agent answers there");

            started.clear();
            for (SocketChannel client : waiting) {
                client.close();
            }
        }
    }

    @Test
    void aGroupThatIsNotThereLeavesNothingBehind() {
        ControlSocket socket =
                new ControlSocket(
                        path(), new ControlSettings("", "no-such-group", 0600), agent, LONG);

        assertThatThrownBy(socket::start)
                .isInstanceOf(ServiceFailure.class)
                .hasMessageContaining("group no-such-group does not exist");

        assertThat(path()).doesNotExist();
    }

    @Test
    void whoMayOnlyReadCannotTakeEverySlot() {
        ConnectionSlots slots = new ConnectionSlots(3, 1);

        assertThat(slots.take(PeerAccess.Right.READ)).isTrue();
        assertThat(slots.take(PeerAccess.Right.NONE)).isTrue();
        assertThat(slots.take(PeerAccess.Right.READ)).isFalse();
        assertThat(slots.take(PeerAccess.Right.ALL)).isTrue();
        assertThat(slots.take(PeerAccess.Right.ALL)).isFalse();
        slots.giveBack(PeerAccess.Right.READ);
        assertThat(slots.take(PeerAccess.Right.ALL)).isTrue();
        assertThat(slots.take(PeerAccess.Right.READ)).isFalse();
        slots.giveBack(PeerAccess.Right.ALL);
        assertThat(slots.take(PeerAccess.Right.READ)).isTrue();
    }

    @Test
    void aFileThatIsNoSocketStays() throws IOException {
        Files.writeString(path(), "precious");

        assertThatThrownBy(() -> start(LONG))
                .isInstanceOf(ServiceFailure.class)
                .hasMessageContaining("no socket");

        assertThat(path()).hasContent("precious");
    }

    @Test
    void theFileGoesWithTheAgent() {
        start(LONG);
        started.removeLast().stop();
        assertThat(path()).doesNotExist();
    }

    @Test
    void rootAndTheOwnerMayDoAllAndTheGroupMayRead() {
        PeerAccess access = new PeerAccess(1000, 2000);

        assertThat(access.of(0, 0, -1)).isEqualTo(PeerAccess.Right.ALL);
        assertThat(access.of(1000, 1, -1)).isEqualTo(PeerAccess.Right.ALL);
        assertThat(access.of(1001, 2000, -1)).isEqualTo(PeerAccess.Right.READ);
        assertThat(access.of(1001, 1, -1)).isEqualTo(PeerAccess.Right.NONE);
    }

    @Test
    void aReloadIsToldWhoAskedForIt() throws IOException {
        start(LONG);
        try (SocketChannel client = connect()) {
            assertThat(ask(client, "{\"v\":1,\"do\":\"reload\"}\n")).contains("\"applied\":true");
        }
        ControlPeer by = Objects.requireNonNull(agent.reloadedBy);
        assertThat((long) by.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(by.uid()).isEqualTo((int) Files.getAttribute(path(), "unix:uid"));
    }

    @Test
    void whoMayOnlyReadChangesNothing() {
        ControlVerbs verbs = new ControlVerbs(agent);
        for (String change :
                List.of(
                        "\"do\":\"reload\"",
                        "\"do\":\"close\",\"peer\":\"10.42.0.2\"",
                        "\"do\":\"rehandshake\",\"peer\":\"10.42.0.2\"",
                        "\"do\":\"log-level\",\"level\":\"debug\"",
                        "\"do\":\"lighthouse\",\"query\":\"10.42.0.2\"")) {
            assertThat(answer(verbs, change)).contains("\"denied\"");
        }
        for (String question :
                List.of(
                        "status",
                        "peers",
                        "routes",
                        "lighthouse",
                        "drops",
                        "log-level",
                        "version")) {
            assertThat(answer(verbs, "\"do\":\"" + question + "\"")).contains("\"ok\":true");
        }
        assertThat(agent.done).isEmpty();
        assertThat(agent.agent().logLevel()).isEqualTo("info");
    }

    private static String answer(ControlVerbs verbs, String fields) {
        byte[] line = ("{\"v\":1," + fields + "}").getBytes(UTF_8);
        return new String(verbs.answer(line, line.length, new ControlPeer(1001, 1, false)), UTF_8);
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path()));
    }

    private static String ask(SocketChannel client, String request) throws IOException {
        write(client, request);
        return Objects.requireNonNull(readLine(client));
    }

    private static void write(SocketChannel client, String text) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(text.getBytes(UTF_8));
        while (out.hasRemaining()) {
            client.write(out);
        }
    }

    /** Null at the end. */
    private static @org.jspecify.annotations.Nullable String readLine(SocketChannel client)
            throws IOException {
        StringBuilder line = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (client.read(one.clear()) == 1) {
            if (one.get(0) == '\n') {
                return line.toString();
            }
            line.append((char) one.get(0));
        }
        return null;
    }
}
