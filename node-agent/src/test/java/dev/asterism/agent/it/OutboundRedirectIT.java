package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.asterism.agent.l7.OutboundRedirect;
import dev.asterism.agent.service.ServiceFailure;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.WireProtocol;
import dev.asterism.l7.transport.ConnAddresses;
import dev.asterism.l7.transport.EpollLoop;
import dev.asterism.overlay.net.Cidr;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The table of nftables against the kernel: a host with a device {@code neb0}, behind which another one answers, and a
 * filter of the real transport.
 */
@Execution(ExecutionMode.CONCURRENT)
@SuppressWarnings("NullAway.Init") // set before each test
class OutboundRedirectIT {

    private static final int FILTER = 4141;
    private static final int MARK = 0x6173;
    private static final int WEB = 80;
    private static final String PEER4 = "10.42.0.9";
    private static final String PEER6 = "fd42::9";
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final BlockingQueue<String> atFilter = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> atPeer = new LinkedBlockingQueue<>();
    private NetLab lab;
    private Host host;
    private EpollLoop loop;
    private IoEventLoop thread;

    @BeforeEach
    void build() {
        if (Shell.find("nft") == null) {
            System.err.println("SKIPPED: nft(8) is not installed");
            Assumptions.abort("nft(8) is not installed");
        }
        lab = new NetLab();
        host = lab.host("app", 1);
        Host peer = lab.host("peer", 2);
        host.ip("link add neb0 type veth peer name p0 netns " + peer.namespace() + "\n");
        host.ip("addr add 10.42.0.1/16 dev neb0\naddr add fd42::1/64 dev neb0 nodad\n");
        host.ip("link set neb0 up\n");
        peer.ip("addr add 10.42.0.9/16 dev p0\naddr add fd42::9/64 dev p0 nodad\n");
        peer.ip("link set p0 up\n");
        answer(peer, PEER4, WEB);
        answer(peer, PEER6, WEB);
        answer(peer, PEER4, 81);
        startFilter();
    }

    @AfterEach
    void close() {
        lab.close();
    }

    private void answer(Host at, String address, int port) {
        ServerSocket server =
                lab.own(
                        at.inside(
                                () -> new ServerSocket(port, 50, InetAddress.getByName(address))));
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            while (!server.isClosed()) {
                                try (Socket accepted = server.accept()) {
                                    atPeer.add(address + " " + accepted.getLocalPort());
                                } catch (IOException e) {
                                    return;
                                }
                            }
                        });
    }

    private void startFilter() {
        ThreadFactory inside =
                task ->
                        Thread.ofPlatform()
                                .daemon()
                                .unstarted(
                                        () -> {
                                            Kernel.enter(host.namespace());
                                            task.run();
                                        });
        var group = new MultiThreadIoEventLoopGroup(1, inside, EpollIoHandler.newFactory());
        lab.own(
                () -> {
                    Future<?> _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
                });
        thread = group.next();
        onLoop(
                () -> {
                    loop = new EpollLoop(thread, fault -> fault.printStackTrace());
                    loop.mark(MARK);
                    loop.listen(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), FILTER),
                            true,
                            this::accepted);
                    loop.listen(
                            new InetSocketAddress(InetAddress.ofLiteral("::1"), FILTER),
                            true,
                            this::accepted);
                    return true;
                });
    }

    private <T> void onLoop(Callable<T> work) {
        try {
            thread.submit(work).get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private WireProtocol accepted(Conn conn) {
        InetSocketAddress wanted = ConnAddresses.originalDestination(conn);
        InetSocketAddress from = ConnAddresses.remote(conn);
        atFilter.add(
                (wanted == null ? "nowhere" : text(wanted))
                        + " from "
                        + (from == null ? "nobody" : from.getAddress().getHostAddress()));
        return new Deaf();
    }

    private static String text(InetSocketAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress().getAddress()).getHostAddress()
                    + " "
                    + address.getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes everything and says nothing. */
    private static final class Deaf implements WireProtocol {

        @Override
        public int received(byte[] in, int from, int to) {
            return to;
        }

        @Override
        public void lost() {}
    }

    @ParameterizedTest
    @ValueSource(strings = {PEER4, PEER6})
    void anApplicationsConnectionComesToTheFilterWhichLearnsWhereItWasToGo(String peer) {
        try (OutboundRedirect redirect = open(Set.of(WEB))) {
            assertThat(redirect.isInForce()).isTrue();

            connect(peer, WEB);

            assertThat(next(atFilter)).startsWith(canonical(peer) + " 80 from ");
            assertThat(atPeer).isEmpty();
        }
    }

    @Test
    void otherPortsOtherDevicesAndTheFilterItselfGoStraight() {
        try (OutboundRedirect _ = open(Set.of(WEB))) {
            connect(PEER4, 81);
            assertThat(next(atPeer)).isEqualTo(PEER4 + " 81");

            onLoop(() -> loop.connect(new InetSocketAddress(PEER4, WEB)));
            assertThat(next(atPeer)).isEqualTo(PEER4 + " 80");

            connect("127.0.0.1", FILTER);
            assertThat(next(atFilter)).as("not redirected").startsWith("nowhere");
        }
    }

    @Test
    void portsChangeInOneStep() {
        try (OutboundRedirect redirect = open(Set.of(WEB))) {
            redirect.ports(List.of(81, 8080));
            connect(PEER4, WEB);
            assertThat(next(atPeer)).isEqualTo(PEER4 + " 80");
            connect(PEER4, 81);
            assertThat(next(atFilter)).startsWith(PEER4 + " 81");

            redirect.ports(Set.of());
            connect(PEER4, 81);
            assertThat(next(atPeer)).isEqualTo(PEER4 + " 81");
        }
    }

    @Test
    void nothingIsLeftAtTheEnd() {
        OutboundRedirect redirect = open(Set.of(WEB));
        assertThat(ruleset()).contains("mesh_l7_neb0");

        redirect.close();

        assertThat(ruleset()).isEmpty();
        connect(PEER4, WEB);
        assertThat(next(atPeer)).isEqualTo(PEER4 + " 80");
        assertThat(redirect.isInForce()).isFalse();
        assertThatExceptionOfType(ServiceFailure.class).isThrownBy(() -> redirect.ports(Set.of(1)));
    }

    /** What nobody can catch: the kernel cleans up. */
    @Test
    void theKernelRemovesTheTableOfAnAgentThatIsKilled() {
        Daemon agent =
                lab.own(
                        Daemon.start(
                                host.commandLine(
                                        List.of(
                                                Ours.java(),
                                                "-XX:TieredStopAtLevel=1",
                                                "-cp",
                                                System.getProperty("java.class.path", "")
                                                        .replace(File.pathSeparator, ":"),
                                                Holder.class.getName())),
                                Map.of(),
                                lab.folder().resolve("holder.txt")));
        agent.awaitLog("in force");
        assertThat(ruleset()).contains("mesh_l7_neb0");
        connect(PEER4, WEB);
        assertThat(next(atFilter)).startsWith(PEER4 + " 80");

        agent.kill();

        Waits.until("the table is gone", PATIENCE, () -> ruleset().isEmpty());
        connect(PEER4, WEB);
        assertThat(next(atPeer)).isEqualTo(PEER4 + " 80");
    }

    /** An agent that does nothing but redirect. */
    static final class Holder {

        private Holder() {}

        public static void main(String[] arguments) throws InterruptedException {
            OutboundRedirect redirect = OutboundRedirect.open(plan("neb0"), Set.of(WEB));
            System.out.println("in force: " + redirect.isInForce());
            Thread.currentThread().join();
        }
    }

    @Test
    void twoAgentsOfOneHostDoNotMeet() {
        try (OutboundRedirect _ = open(Set.of(WEB));
                OutboundRedirect other =
                        host.inside(() -> OutboundRedirect.open(plan("neb-1"), Set.of(WEB)))) {
            assertThat(ruleset()).contains("mesh_l7_neb0").contains("mesh_l7_neb_1");
            assertThat(other.isInForce()).isTrue();
        }
    }

    @Test
    void saysWhyWhenItCannot() {
        try (OutboundRedirect _ = open(Set.of(WEB))) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> open(Set.of(81)))
                    .withCauseInstanceOf(ServiceFailure.class)
                    .withMessageContaining("no outbound redirect: nft says");
            connect(PEER4, WEB);
            assertThat(next(atFilter)).as("the first one's stands").startsWith(PEER4 + " 80");
        }
    }

    private OutboundRedirect open(Set<Integer> ports) {
        return host.inside(() -> OutboundRedirect.open(plan("neb0"), ports));
    }

    private static OutboundRedirect.Plan plan(String device) {
        return new OutboundRedirect.Plan(
                device, List.of(Cidr.of("10.42.0.1/16"), Cidr.of("fd42::1/64")), FILTER, MARK);
    }

    private String ruleset() {
        return host.run("nft", "list", "ruleset").output();
    }

    private void connect(String to, int port) {
        host.inside(
                () -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(to, port), 5000);
                        socket.getOutputStream().write('x');
                        return true;
                    }
                });
    }

    private static String canonical(String address) {
        return text(new InetSocketAddress(address, 0)).split(" ", -1)[0];
    }

    private static String next(BlockingQueue<String> queue) {
        try {
            String event = queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return event == null ? "nothing came" : event;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
