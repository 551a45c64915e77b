package dev.asterism.l7.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.io.HeldMemory;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many uploads to a server that does not accept, so that all that is read has to be held: the sum is bounded, the more
 * clients there are the less is read of each, and none fails.
 */
@Timeout(300)
class SlowUploadsIT {

    private static final int UPLOADS = 200;
    private static final int BODY = 64 << 10;

    private static final long BOUND = HeldMemory.STANDARD_BYTES;

    private static final byte[] REQUEST = request();

    private final List<SocketChannel> clients = new ArrayList<>();
    private final List<ByteBuffer> rests = new ArrayList<>();
    private long mostHeld;

    private static byte[] request() {
        String head = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + BODY + "\r\n\r\n";
        return (head + "x".repeat(BODY)).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    @SuppressWarnings("try") // the server ends before its block does
    void twoHundredSlowUploadsStayWithinTheBuffers() throws Exception {
        DescriptorBudget plenty = DescriptorBudget.ofLimit(1 << 20, 0);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ProxyServer proxy =
                        new ProxyServer(
                                0,
                                server.getLocalSocketAddress(),
                                UpstreamProtocol.HTTP_1,
                                Spoken.HTTP,
                                new ProxyServer.Room(ClientTimes.STANDARD, plenty))) {
            open(proxy);
            pushUntilNothingMoves(proxy);
            System.out.printf("%d uploads: %d bytes held at most%n", UPLOADS, mostHeld);

            assertThat(mostHeld).as("all uploads have begun").isGreaterThan(BOUND / 2);
            assertThat(mostHeld).isLessThan(BOUND);
            for (SocketChannel client : clients) {
                assertThat(client.read(ByteBuffer.allocate(1))).as("none has failed").isZero();
            }
            // Now connections are refused, as soon as the kernel tries again, and all memory comes
            // back.
            server.close();
            while (proxy.counts().bufferedBytes() > 0) {
                readAll();
                pause();
            }
            assertThat(proxy.faults()).isEmpty();
        } finally {
            close();
        }
    }

    private void close() throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
    }

    /** So that answers of the proxy do not wait in it. */
    private void readAll() {
        ByteBuffer answer = ByteBuffer.allocate(1024);
        for (SocketChannel client : clients) {
            answer.clear();
            try {
                int _ = client.read(answer);
            } catch (IOException _) {
                // It is over already.
            }
        }
    }

    /** Leaves the processor to the proxy. */
    private static void pause() {
        LockSupport.parkNanos(1_000_000);
    }

    private void open(ProxyServer proxy) throws IOException {
        InetSocketAddress to =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port());
        for (int i = 0; i < UPLOADS; i++) {
            SocketChannel client = SocketChannel.open();
            client.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
            client.connect(to);
            client.configureBlocking(false);
            clients.add(client);
            rests.add(ByteBuffer.wrap(REQUEST));
            boolean _ = sends(i, proxy);
        }
    }

    /** Whether anything could be sent. */
    private boolean sends(int client, ProxyServer proxy) throws IOException {
        boolean moved =
                rests.get(client).hasRemaining()
                        && clients.get(client).write(rests.get(client)) > 0;
        mostHeld = Math.max(mostHeld, proxy.counts().bufferedBytes());
        return moved;
    }

    /** In so many rounds in a row no client could send a byte, and the proxy takes no more. */
    private void pushUntilNothingMoves(ProxyServer proxy) throws IOException {
        long held = -1;
        for (int still = 0; still < 50; still++) {
            for (int i = 0; i < UPLOADS; i++) {
                still = sends(i, proxy) ? 0 : still;
            }
            long now = proxy.counts().bufferedBytes();
            still = now == held ? still : 0;
            held = now;
            pause();
        }
    }
}
