package dev.asterism.l7.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.exchange.Workspace;
import dev.asterism.l7.front.FrontFactory;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.http2.Http2Codec;
import dev.asterism.l7.pipe.PipeHandler;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several loops, several listeners, TCP and paths, on real sockets. */
@Timeout(300)
class EpollLoopsIT {

    private static final byte[] GET =
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEPT =
            "GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir private Path folder;

    private final Queue<RuntimeException> faults = new ConcurrentLinkedQueue<>();
    private final EpollLoops loops = new EpollLoops(2, faults::add);
    private final Set<EpollLoop> used = ConcurrentHashMap.newKeySet();

    @AfterEach
    void stop() {
        loops.close();
        assertThat(faults).isEmpty();
    }

    private FrontFactory front(EpollLoop loop, Spoken spoken, PipeHandler pipes) {
        Workspace workspace = new Workspace(FieldNames.standard(), HttpLimits.STANDARD);
        return new FrontFactory(
                Http1Codec.of(workspace),
                new Http2Codec(workspace),
                (exchange, head) -> {
                    used.add(loop);
                    exchange.refuse(LocalAnswer.NO_ENDPOINT);
                },
                pipes,
                spoken,
                ClientTimes.STANDARD);
    }

    private EpollLoops.Listeners listen(SocketAddress at) throws IOException {
        return loops.listen(at, true, loop -> front(loop, Spoken.DETECTED, PipeHandler.NONE)::on);
    }

    private static SocketAddress addressOf(EpollLoops.Listeners listeners) {
        return Objects.requireNonNull(listeners.each().getFirst().address());
    }

    private static String get(SocketAddress at) throws IOException {
        try (SocketChannel channel = SocketChannel.open(at)) {
            channel.write(ByteBuffer.wrap(GET));
            return new String(
                    Channels.newInputStream(channel).readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void spreadsOnePortOverItsLoops() throws Exception {
        EpollLoops.Listeners listeners = listen(ANY_PORT);
        assertThat(listeners.each())
                .extracting(Listener::address)
                .containsOnly((InetSocketAddress) addressOf(listeners));
        for (int i = 0; i < 1000 && used.size() < 2; i++) {
            assertThat(get(addressOf(listeners))).startsWith("HTTP/1.1 503 ");
        }
        assertThat(used).hasSize(2);
    }

    /** A request that its client takes back at once costs the server nothing. */
    @Test
    void aConnectionThatIsDroppedAtOnceNeverReachesTheServer() throws Exception {
        EpollLoop loop = loops.loops().getFirst();
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            SocketAddress at = server.getLocalSocketAddress();
            loop.execute(
                    () -> {
                        loop.connect(at).drop();
                        loop.connect(at);
                    });
            server.accept().close();
            server.setSoTimeout(200);

            assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    /** Else the kernel would go on to give it connections, and who is connected to it would wait for ever. */
    @Test
    void aLoopThatAnErrorEndsClosesItsSockets() throws Exception {
        SocketAddress at = addressOf(listen(ANY_PORT));
        Set<SocketChannel> open = new HashSet<>();
        try {
            while (used.size() < 2 && open.size() < 1000) {
                SocketChannel channel = SocketChannel.open(at);
                open.add(channel);
                channel.write(ByteBuffer.wrap(KEPT));
                channel.read(ByteBuffer.allocate(1000));
            }
            EpollLoop first = loops.loops().getFirst();
            first.netty().register(new Deadly()).get().submit(EpollIoOps.EPOLLOUT);
            assertThat(first.netty().terminationFuture().await(20, TimeUnit.SECONDS)).isTrue();

            assertThat(first.hasEnded()).isTrue();
            assertThat(first.end()).isInstanceOf(InternalError.class);
            assertThat(first.batch().counts().clients()).isZero();
            first.execute(() -> used.add(first));
            used.clear();
            for (int i = 0; i < 50; i++) {
                assertThat(get(at)).startsWith("HTTP/1.1 503 ");
            }
            assertThat(used).containsExactly(loops.loops().getLast());
        } finally {
            for (SocketChannel each : open) {
                each.close();
            }
        }
    }

    /** Netty forgets the sockets of a loop that is in a task when it is told to end. */
    @Test
    void aLoopThatEndsWithinATaskClosesItsSockets() throws Exception {
        EpollLoops busy = new EpollLoops(1, faults::add);
        EpollLoop loop = busy.loops().getFirst();
        EpollLoops.Listeners listeners =
                busy.listen(
                        ANY_PORT, true, each -> front(each, Spoken.DETECTED, PipeHandler.NONE)::on);
        try (SocketChannel client = SocketChannel.open(addressOf(listeners))) {
            client.write(ByteBuffer.wrap(KEPT));
            assertThat(client.read(ByteBuffer.allocate(1000))).isPositive();
            CountDownLatch within = new CountDownLatch(1);
            loop.execute(
                    () -> {
                        within.countDown();
                        while (!loop.hasEnded()) {
                            Thread.onSpinWait();
                        }
                    });
            within.await();
            busy.close();

            assertThat(loop.batch().counts().clients()).isZero();
            assertThat(client.read(ByteBuffer.allocate(1000))).isEqualTo(-1);
        }
    }

    /** Ready at once, and then an error. */
    private static final class Deadly implements EpollIoHandle {

        private final FileDescriptor event = Native.newEventFd();

        @Override
        public FileDescriptor fd() {
            return event;
        }

        @Override
        public void handle(IoRegistration registration, IoEvent ready) {
            throw new InternalError("by the test");
        }

        @Override
        public void close() throws IOException {
            event.close();
        }
    }

    @Test
    void servesSeveralListenersAndAPath() throws Exception {
        Path path = folder.resolve("l7.sock");
        EpollLoops.Listeners one = listen(ANY_PORT);
        EpollLoops.Listeners two = listen(ANY_PORT);
        EpollLoops.Listeners three = listen(UnixDomainSocketAddress.of(path));
        assertThat(addressOf(one)).isNotEqualTo(addressOf(two));
        assertThat(three.each().getFirst().address()).isNull();
        for (int i = 0; i < 50; i++) {
            assertThat(get(addressOf(one))).startsWith("HTTP/1.1 503 ");
            assertThat(get(addressOf(two))).startsWith("HTTP/1.1 503 ");
            assertThat(get(UnixDomainSocketAddress.of(path))).startsWith("HTTP/1.1 503 ");
        }
        three.close();
        await();
        assertThat(path).doesNotExist();
        assertThat(get(addressOf(one))).startsWith("HTTP/1.1 503 ");
    }

    /** All loops have done what they were told before. */
    private void await() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(loops.loops().size());
        loops.execute(loop -> done.countDown());
        done.await();
    }

    @Test
    void replacesASocketThatWasLeftBehindButNotOneInUseOrAFile() throws Exception {
        Path left = folder.resolve("left");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(left));
        }
        assertThat(left).exists();
        listen(UnixDomainSocketAddress.of(left));
        assertThat(get(UnixDomainSocketAddress.of(left))).startsWith("HTTP/1.1 503 ");

        Path file = Files.writeString(folder.resolve("file"), "mine");
        assertThat(failure(file)).isNotNull();
        assertThat(failure(left)).isNotNull();
        assertThat(file).hasContent("mine");
        assertThat(get(UnixDomainSocketAddress.of(left))).startsWith("HTTP/1.1 503 ");
    }

    private @Nullable IOException failure(Path path) {
        try {
            listen(UnixDomainSocketAddress.of(path));
            return null;
        } catch (IOException expected) {
            return expected;
        }
    }

    @Test
    void knowsBothEndsOfAConnection() throws Exception {
        AtomicReference<String> ends = new AtomicReference<>("");
        CountDownLatch known = new CountDownLatch(1);
        EpollLoops.Listeners listeners =
                loops.listen(
                        ANY_PORT,
                        true,
                        loop ->
                                conn -> {
                                    ends.set(conn.peer() + " " + conn.local());
                                    known.countDown();
                                    return front(loop, Spoken.HTTP, PipeHandler.NONE).on(conn);
                                });
        try (SocketChannel channel = SocketChannel.open(addressOf(listeners))) {
            channel.write(ByteBuffer.wrap(GET));
            known.await();
            assertThat(ends.get())
                    .isEqualTo(channel.getLocalAddress() + " " + channel.getRemoteAddress());
        }
    }

    /** The server speaks first, both directions end by themselves, and a stalled reader stops the other side. */
    @Test
    void pipesTcpWithHalfCloses() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            InetSocketAddress to = (InetSocketAddress) server.getLocalSocketAddress();
            EpollLoops.Listeners listeners =
                    loops.listen(
                            ANY_PORT,
                            false,
                            loop ->
                                    front(loop, Spoken.TCP, pipe -> pipe.connect(loop.connect(to)))
                                            ::on);
            InetSocketAddress front = (InetSocketAddress) addressOf(listeners);
            for (int i = 0; i < 20; i++) {
                try (Socket client = new Socket(front.getAddress(), front.getPort());
                        Socket accepted = server.accept()) {
                    accepted.getOutputStream().write("220\r\n".getBytes(StandardCharsets.US_ASCII));
                    assertThat(client.getInputStream().readNBytes(5)).hasSize(5);
                    carriesToItsEnd(client, accepted);
                    carriesToItsEnd(accepted, client);
                }
            }
        }
    }

    private static void carriesToItsEnd(Socket from, Socket to) throws Exception {
        byte[] much = Origin.pattern(5_000_000);
        Thread writer =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        from.getOutputStream().write(much);
                                        from.shutdownOutput();
                                    } catch (IOException failure) {
                                        throw new java.io.UncheckedIOException(failure);
                                    }
                                });
        byte[] came = to.getInputStream().readAllBytes();
        assertThat(came.length).isEqualTo(much.length);
        assertThat(java.util.Arrays.mismatch(came, much)).isEqualTo(-1);
        writer.join();
    }

    @Test
    void refusesAnUnresolvedAddress() throws Exception {
        EpollLoop loop = loops.loops().getFirst();
        CountDownLatch ended = new CountDownLatch(1);
        PipeHandler pipes =
                new PipeHandler() {
                    @Override
                    public void handle(dev.asterism.l7.pipe.TcpPipe pipe) {
                        pipe.connect(loop.connect(InetSocketAddress.createUnresolved("x.mesh", 1)));
                    }

                    @Override
                    public void ended(
                            dev.asterism.l7.pipe.TcpPipe pipe, dev.asterism.l7.pipe.PipeEnd how) {
                        ended.countDown();
                    }
                };
        AtomicReference<Listener> listener = new AtomicReference<>();
        CountDownLatch open = new CountDownLatch(1);
        loop.execute(
                () -> {
                    try {
                        listener.set(
                                loop.listen(ANY_PORT, false, front(loop, Spoken.TCP, pipes)::on));
                    } catch (IOException failure) {
                        throw new java.io.UncheckedIOException(failure);
                    }
                    open.countDown();
                });
        open.await();
        InetSocketAddress front = Objects.requireNonNull(listener.get().address());
        try (Socket client = new Socket(front.getAddress(), front.getPort())) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        ended.await();
    }
}
