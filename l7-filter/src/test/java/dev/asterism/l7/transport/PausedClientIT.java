package dev.asterism.l7.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that is not read for now, as it has sent many requests behind one that is not answered, and that goes. */
@Timeout(300)
class PausedClientIT {

    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final int REQUESTS = 3_000;
    private static final int MORE_THAN_IS_READ = 64 << 10;

    @Test
    @SuppressWarnings("try") // the client ends before its block does
    void itsBuffersAndItsServersConnectionEndWithIt() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                ProxyServer proxy =
                        new ProxyServer(
                                0,
                                server.getLocalSocketAddress(),
                                UpstreamProtocol.HTTP_1,
                                Spoken.HTTP);
                SocketChannel client = SocketChannel.open()) {
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()));
            ByteBuffer requests =
                    ByteBuffer.wrap(GET.repeat(REQUESTS).getBytes(StandardCharsets.US_ASCII));
            while (requests.hasRemaining()) {
                client.write(requests); // what is not read fits into the kernel's buffer
            }
            while (proxy.counts().bufferedBytes() < MORE_THAN_IS_READ) {
                pause();
            }
            assertThat(proxy.counts().upstreams()).isEqualTo(1);

            client.close();

            while (proxy.counts().clients() + proxy.counts().upstreams() > 0
                    || proxy.counts().bufferedBytes() > 0) {
                pause();
            }
            assertThat(proxy.faults()).isEmpty();
        }
    }

    private static void pause() {
        LockSupport.parkNanos(1_000_000);
    }
}
