package dev.asterism.l7.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An application behind a Unix socket that accepts slowly: with a full backlog Linux answers EAGAIN. */
@Timeout(300)
class FullBacklogIT {

    private static final String POST =
            "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";

    @TempDir Path folder;

    private ServerSocketChannel server(UnixDomainSocketAddress at) throws Exception {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(at, 1);
    }

    /** Fills the backlog: Linux takes one connection more than it was asked to. */
    private static List<SocketChannel> fill(UnixDomainSocketAddress at) throws Exception {
        List<SocketChannel> waiting = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            waiting.add(SocketChannel.open(at));
        }
        return waiting;
    }

    private static ProxyServer proxy(UnixDomainSocketAddress to) throws Exception {
        return new ProxyServer(0, to, UpstreamProtocol.HTTP_1, Spoken.DETECTED);
    }

    private static void post(Socket client) throws Exception {
        client.getOutputStream().write(POST.getBytes(StandardCharsets.US_ASCII));
    }

    /** The proxy has a socket for the request and tries to connect it. */
    private static void awaitSocket(ProxyServer proxy) {
        while (proxy.counts().upstreams() == 0) {
            Thread.onSpinWait();
        }
    }

    /** The head of an answer. */
    private static String answer(Socket client) throws Exception {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = client.getInputStream().read();
            assertThat(next).as(head.toString()).isNotNegative();
            head.append((char) next);
        }
        return head.toString();
    }

    private static void close(List<SocketChannel> all) throws Exception {
        for (SocketChannel one : all) {
            one.close();
        }
    }

    @Test
    void aRequestWaitsForRoom() throws Exception {
        UnixDomainSocketAddress at = UnixDomainSocketAddress.of(folder.resolve("app.sock"));
        try (ServerSocketChannel server = server(at);
                ProxyServer proxy = proxy(at);
                Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            List<SocketChannel> waiting = fill(at);
            post(client);
            awaitSocket(proxy);
            server.accept().close();
            server.accept().close();
            try (SocketChannel mine = server.accept()) {
                ByteBuffer got = ByteBuffer.allocate(4096);
                while (!new String(got.array(), StandardCharsets.US_ASCII).contains("abc")) {
                    mine.read(got);
                }
                mine.write(
                        StandardCharsets.US_ASCII.encode(
                                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
                assertThat(answer(client)).startsWith("HTTP/1.1 200 ");
            }
            close(waiting);
            assertThat(proxy.faults()).isEmpty();
        }
    }

    /** The backlog is not what refuses any more. */
    @Test
    @SuppressWarnings("try") // the server ends before its block does
    void saysAnotherReasonWhenTheApplicationEndsMeanwhile() throws Exception {
        UnixDomainSocketAddress at = UnixDomainSocketAddress.of(folder.resolve("app.sock"));
        try (ServerSocketChannel server = server(at);
                ProxyServer proxy = proxy(at);
                Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            List<SocketChannel> waiting = fill(at);
            post(client);
            awaitSocket(proxy);
            server.close();

            assertThat(answer(client))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("x-mesh-reason: no_endpoint\r\n");
            close(waiting);
            assertThat(proxy.faults()).isEmpty();
        }
    }

    @Test
    void saysWhyWhenThereIsNone() throws Exception {
        UnixDomainSocketAddress at = UnixDomainSocketAddress.of(folder.resolve("app.sock"));
        try (ServerSocketChannel server = server(at);
                ProxyServer proxy = proxy(at);
                Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            List<SocketChannel> waiting = fill(at);
            post(client);

            assertThat(answer(client))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("x-mesh-reason: backlog\r\n");
            assertThat(proxy.counts().upstreams()).isZero();
            close(waiting);
            assertThat(server.isOpen()).isTrue();
            assertThat(proxy.faults()).isEmpty();
        }
    }
}
