package dev.asterism.l7.transport;

import dev.asterism.l7.exchange.Workspace;
import dev.asterism.l7.front.FrontFactory;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http1.Http1Codec;
import dev.asterism.l7.http2.Http2Codec;
import dev.asterism.l7.pipe.PipeHandler;
import dev.asterism.l7.upstream.Endpoint;
import dev.asterism.l7.upstream.UpstreamProtocol;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

    public ProxyServer(int listen, InetSocketAddress to, UpstreamProtocol protocol, Spoken spoken)
            throws Exception {
        IoEventLoop netty = group.next();
        Listener listener =
                netty.submit(
                                () -> {
                                    EpollLoop loop = new EpollLoop(netty, faults::add);
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
                                                    ClientTimes.STANDARD);
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

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Port, server's port, {@code h1} or {@code h2} for the server, {@code detect} or {@code h2} for clients. */
    public static void main(String[] args) throws Exception {
        io.netty.util.internal.logging.InternalLoggerFactory.setDefaultFactory(
                io.netty.util.internal.logging.JdkLoggerFactory.INSTANCE);
        try (ProxyServer server =
                new ProxyServer(
                        Integer.parseInt(args[0]),
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), Integer.parseInt(args[1])),
                        args[2].equals("h2") ? UpstreamProtocol.HTTP_2 : UpstreamProtocol.HTTP_1,
                        args[3].equals("h2") ? Spoken.HTTP_2 : Spoken.DETECTED)) {
            System.out.println("listening on " + server.port());
            while (System.in.read() >= 0) {
                server.faults().forEach(Throwable::printStackTrace);
            }
            server.faults().forEach(Throwable::printStackTrace);
        }
    }
}
