package dev.asterism.l7.transport;

import dev.asterism.l7.exchange.Workspace;
import dev.asterism.l7.front.FrontFactory;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.http2.Http2Codec;
import dev.asterism.l7.io.HeldMemory;
import dev.asterism.l7.io.LoopCounts;
import dev.asterism.l7.pipe.PipeHandler;
import dev.asterism.l7.upstream.Endpoint;
import dev.asterism.l7.upstream.UpstreamProtocol;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** One loop on real sockets that passes everything to one server; also a program, for h2spec and measurements. */
public final class ProxyServer implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Queue<RuntimeException> faults = new ConcurrentLinkedQueue<>();
    private final int port;
    private final EpollLoop loop;

    /** How long clients may take, and how many sockets may be open. */
    record Room(ClientTimes times, DescriptorBudget descriptors) {

        static final Room STANDARD = new Room(ClientTimes.STANDARD, DescriptorBudget.UNLIMITED);
    }

    public ProxyServer(int listen, SocketAddress to, UpstreamProtocol protocol, Spoken spoken)
            throws Exception {
        this(listen, to, protocol, spoken, Room.STANDARD);
    }

    ProxyServer(int listen, SocketAddress to, UpstreamProtocol protocol, Spoken spoken, Room room)
            throws Exception {
        IoEventLoop netty = group.next();
        loop =
                netty.submit(
                                () ->
                                        new EpollLoop(
                                                netty,
                                                faults::add,
                                                room.descriptors(),
                                                1,
                                                new ListeningAddresses()))
                        .get();
        Listener listener =
                netty.submit(
                                () -> {
                                    var workspace =
                                            new Workspace(
                                                    FieldNames.standard(), HttpLimits.STANDARD);
                                    Http1Codec http1 = Http1Codec.of(workspace);
                                    Http2Codec http2 = new Http2Codec(workspace);
                                    var endpoint = new Endpoint(to, protocol, loop, http1, http2);
                                    var fronts =
                                            new FrontFactory(
                                                    http1,
                                                    http2,
                                                    endpoint::send,
                                                    PipeHandler.NONE,
                                                    spoken,
                                                    room.times());
                                    return loop.listen(
                                            new InetSocketAddress(
                                                    InetAddress.getLoopbackAddress(), listen),
                                            true,
                                            fronts::on);
                                })
                        .get();
        port = Objects.requireNonNull(listener.address()).getPort();
    }

    public int port() {
        return port;
    }

    /** Faults of ours so far. */
    public Queue<RuntimeException> faults() {
        return faults;
    }

    LoopCounts counts() {
        return loop.batch().counts();
    }

    /** To be touched on the loop's thread only. */
    HeldMemory memory() {
        return loop.batch().memory();
    }

    /** Calls it on the loop's thread. */
    void run(Runnable call) {
        loop.execute(call);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /**
     * Port, server's port, {@code h1} or {@code h2} for the server, {@code detect} or {@code h2} for clients; seconds
     * that clients may be idle, and {@code bounded} when descriptors are to last. For each line that it reads it
     * prints what it holds.
     */
    public static void main(String[] args) throws Exception {
        io.netty.util.internal.logging.InternalLoggerFactory.setDefaultFactory(
                io.netty.util.internal.logging.JdkLoggerFactory.INSTANCE);
        try (ProxyServer server =
                new ProxyServer(
                        Integer.parseInt(args[0]),
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), Integer.parseInt(args[1])),
                        args[2].equals("h2") ? UpstreamProtocol.HTTP_2 : UpstreamProtocol.HTTP_1,
                        args[3].equals("h2") ? Spoken.HTTP_2 : Spoken.DETECTED,
                        room(args))) {
            System.out.println("listening on " + server.port());
            for (int c = System.in.read(); c >= 0; c = System.in.read()) {
                server.faults().forEach(Throwable::printStackTrace);
                if (c == '\n') {
                    System.out.println(server.holds());
                }
            }
            server.faults().forEach(Throwable::printStackTrace);
        }
    }

    private static Room room(String[] args) {
        if (args.length < 6) {
            return Room.STANDARD;
        }
        ClientTimes usual = ClientTimes.STANDARD;
        long idle = TimeUnit.SECONDS.toNanos(Integer.parseInt(args[4]));
        DescriptorBudget descriptors =
                args[5].equals("bounded")
                        ? DescriptorBudget.ofProcess()
                        : DescriptorBudget.UNLIMITED;
        return new Room(
                new ClientTimes(idle, usual.head(), idle, usual.stream(), usual.pipe()),
                descriptors);
    }

    private String holds() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        StringBuilder text = new StringBuilder();
        text.append("heap ").append(runtime.totalMemory() - runtime.freeMemory());
        text.append(" clients ").append(counts().clients());
        text.append(" upstreams ").append(counts().upstreams());
        text.append(" buffered ").append(counts().bufferedBytes());
        for (LoopCounts.Refusal why : LoopCounts.Refusal.values()) {
            text.append(" refused-").append(why.word()).append(' ').append(counts().refusals(why));
        }
        return text.toString();
    }
}
