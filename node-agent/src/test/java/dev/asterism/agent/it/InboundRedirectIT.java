package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.asterism.agent.l7.InboundRedirect;
import dev.asterism.l7.identity.Caller;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.FilterPorts.Entry;
import dev.asterism.overlay.firewall.FilterPorts.WhenDown;
import dev.asterism.overlay.packet.PacketOutcome;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Interception in the tunnel against the kernel: its TCP, its offloads, its sockets. */
@SuppressWarnings("NullAway.Init") // set before each test
class InboundRedirectIT {

    private static final String CLIENT = "10.42.0.1";
    private static final String SERVER = "10.42.0.2";
    private static final int WEB = 80;
    private static final int MEGABYTES = 24;
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private NetLab lab;
    private String clientAddress = CLIENT;
    private String serverAddress = SERVER;
    private InProcessAgent client;
    private InProcessAgent server;
    private ServerSocket application;
    private ServerSocket filter;
    private InboundRedirect redirect;
    private Thread heart;

    private void build(WhenDown whenDown, String tun) throws IOException {
        lab = new NetLab();
        client = agent(1, clientAddress, serverAddress, "web,red", tun);
        server = agent(2, serverAddress, clientAddress, "orders", tun);
        application = listen(WEB);
        filter = listen(0);
        redirect = new InboundRedirect(server.node(), whenDown, 1, "it");
        heart =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    while (!Thread.currentThread().isInterrupted()) {
                                        redirect.alive(0);
                                        Waits.watchFor(Duration.ofMillis(100));
                                    }
                                });
        redirect.serve(List.of(new Entry(WEB, filter.getLocalPort())));
    }

    private InProcessAgent agent(
            int number, String address, String peer, String groups, String tun) {
        boolean ipv6 = address.indexOf(':') >= 0;
        Pki one = Pki.madeBy(Ours.AGENT);
        VersionedPki two = VersionedPki.of(Ours.AGENT, "25519");
        String certificate =
                ipv6
                        ? two.issue("2", address + "/64", groups)
                        : one.issue(Ours.AGENT, "l7", address, groups);
        String known =
                "static_host_map:\n  '%s': ['10.91.%d.2:4242']\nlighthouse: {interval: 10}\n"
                        .formatted(peer, 3 - number);
        NodeConfig config =
                new NodeConfig(ipv6 ? two.folder() : one.folder(), certificate, known, "")
                        .tun(tun)
                        .rule("{port: any, proto: any, host: any}");
        return InProcessAgent.start(lab, lab.host("n" + number, number), config);
    }

    private ServerSocket listen(int port) {
        return lab.own(
                server.host()
                        .inside(
                                () ->
                                        new ServerSocket(
                                                port, 50, InetAddress.getByName(serverAddress))));
    }

    @BeforeEach
    void needsRights() {
        NetLab.requireRights();
    }

    @AfterEach
    void close() {
        if (heart != null) {
            heart.interrupt();
        }
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void thePeersConnectionComesToTheFilterWhoKnowsWhoItIs() throws IOException {
        comesToTheFilter("l7-" + CLIENT);
    }

    @Test
    void anIpv6ConnectionComesToTheFilterAsWell() throws IOException {
        clientAddress = "fd42::1";
        serverAddress = "fd42::2";
        comesToTheFilter("node-v2-fd42-1-64");
    }

    private void comesToTheFilter(String name) throws IOException {
        build(WhenDown.OPEN, "{dev: neb0, mtu: 1300}");
        try (Socket calling = connect(WEB)) {
            calling.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            try (Socket accepted = filter.accept()) {
                assertThat(accepted.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
                accepted.getOutputStream().write("there".getBytes(StandardCharsets.US_ASCII));

                Caller caller =
                        redirect.caller(
                                (InetSocketAddress) accepted.getLocalSocketAddress(),
                                WEB,
                                (InetSocketAddress) accepted.getRemoteSocketAddress());
                assertThat(caller.name()).startsWith(name);
                assertThat(caller.groups()).containsExactly("web", "red");
                assertThat(caller.address()).isEqualTo(clientAddress);
                assertThat(caller.fingerprint()).matches("[0-9a-f]{64}");
                assertThat(caller.network()).isEqualTo("it");
            }
            assertThat(calling.getInputStream().readNBytes(5)).asString().isEqualTo("there");
            assertThat(calling.getPort()).isEqualTo(WEB);
        }
    }

    /** With and without the kernel's offloads, so that whole, partial and super-packets' checksums are on the way. */
    @ParameterizedTest
    @ValueSource(
            strings = {"{dev: neb0, mtu: 1300}", "{dev: neb0, mtu: 1300, use_offloads: false}"})
    void largeBodiesArriveIntactBothWays(String tun) throws Exception {
        build(WhenDown.OPEN, tun);
        long wrong = client.host().tcpChecksumErrors() + server.host().tcpChecksumErrors();
        try (Socket calling = connect(WEB)) {
            FutureTask<byte[]> sent = started(() -> send(calling));
            Socket accepted = filter.accept();
            FutureTask<byte[]> answered = started(() -> send(accepted));
            FutureTask<byte[]> heard = started(() -> receive(calling));

            assertThat(receive(accepted)).isEqualTo(sent.get());
            assertThat(heard.get()).isEqualTo(answered.get());
            accepted.close();
        }
        assertThat(client.host().tcpChecksumErrors() + server.host().tcpChecksumErrors())
                .isEqualTo(wrong);
    }

    private static FutureTask<byte[]> started(Callable<byte[]> work) {
        FutureTask<byte[]> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private static byte[] send(Socket to) throws Exception {
        byte[] block = new byte[1 << 20];
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < MEGABYTES; i++) {
            random.nextBytes(block);
            digest.update(block);
            to.getOutputStream().write(block);
        }
        return digest.digest();
    }

    private static byte[] receive(Socket from) throws Exception {
        byte[] block = new byte[1 << 20];
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        DataInputStream in = new DataInputStream(from.getInputStream());
        for (int i = 0; i < MEGABYTES; i++) {
            in.readFully(block);
            digest.update(block);
        }
        return digest.digest();
    }

    @Test
    void liveConnectionsStayWithTheFilterAndNewOnesGoStraightOnceThePortIsTakenAway()
            throws IOException {
        build(WhenDown.OPEN, "{dev: neb0, mtu: 1300}");
        try (Socket old = connect(WEB);
                Socket atFilter = filter.accept()) {
            echo(old, atFilter, "before");

            redirect.serve(List.of());
            filter.close();

            echo(old, atFilter, "after");
            try (Socket fresh = connect(WEB);
                    Socket atApplication = application.accept()) {
                echo(fresh, atApplication, "straight");
            }
        }
    }

    /** To end it is no failure, so nobody is refused for it. */
    @ParameterizedTest
    @EnumSource
    void anEndedFilterIsStoodAsideOf(WhenDown whenDown) throws IOException {
        build(whenDown, "{dev: neb0, mtu: 1300}");
        try (Socket old = connect(WEB);
                Socket atFilter = filter.accept()) {
            redirect.close();
            filter.close();

            try (Socket fresh = connect(WEB);
                    Socket atApplication = application.accept()) {
                echo(fresh, atApplication, "straight");
            }
            echo(old, atFilter, "still there");
        }
    }

    @Test
    void aStalledFilterRefusesWhereItIsToFailClosed() throws IOException {
        build(WhenDown.CLOSED, "{dev: neb0, mtu: 1300}");
        try (Socket old = connect(WEB);
                Socket atFilter = filter.accept()) {
            heart.interrupt();
            Waits.until("connections are refused", PATIENCE, this::isRefused);

            echo(old, atFilter, "still there");
        }
        assertThat(inbound(PacketOutcome.FILTER_DOWN)).isPositive();
    }

    @Test
    void aStalledFilterIsPassedByWhereItIsToFailOpen() throws IOException {
        build(WhenDown.OPEN, "{dev: neb0, mtu: 1300}");
        try (Socket old = connect(WEB);
                Socket atFilter = filter.accept()) {
            heart.interrupt();
            Waits.until("connections go straight", PATIENCE, this::goesStraight);

            echo(old, atFilter, "still there");
        }
    }

    private boolean goesStraight() {
        try (Socket fresh = connect(WEB)) {
            application.setSoTimeout(300);
            try (Socket atApplication = application.accept()) {
                echo(fresh, atApplication, "straight");
                return true;
            }
        } catch (SocketTimeoutException _) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isRefused() {
        try (Socket _ = connect(WEB)) {
            return false;
        } catch (IllegalStateException e) {
            return e.getCause() instanceof ConnectException;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void nobodyComesToTheFilterByItsOwnPort() throws IOException {
        build(WhenDown.OPEN, "{dev: neb0, mtu: 1300}");
        connect(WEB).close();

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> connect(filter.getLocalPort()));

        assertThat(inbound(PacketOutcome.FILTER_PORT)).isPositive();
    }

    private long inbound(PacketOutcome outcome) {
        return server.node().stats().count(Direction.INBOUND, outcome);
    }

    private Socket connect(int port) {
        return client.host()
                .inside(
                        () -> {
                            Socket socket = new Socket();
                            socket.connect(new InetSocketAddress(serverAddress, port), 12_000);
                            socket.setSoTimeout((int) PATIENCE.toMillis());
                            return socket;
                        });
    }

    private static void echo(Socket from, Socket to, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        to.setSoTimeout((int) PATIENCE.toMillis());
        from.getOutputStream().write(bytes);
        byte[] there = to.getInputStream().readNBytes(bytes.length);
        to.getOutputStream().write(there);
        byte[] back = from.getInputStream().readNBytes(bytes.length);
        assertThat(Arrays.equals(back, bytes)).as(text).isTrue();
    }
}
