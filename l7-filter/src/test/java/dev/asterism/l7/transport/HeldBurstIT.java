package dev.asterism.l7.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http.ClientTimes;
import dev.asterism.l7.io.Batch;
import dev.asterism.l7.io.HeldMemory;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bound of the buffers holds within one batch of events, before those that give way have given anything back. */
@Timeout(300)
class HeldBurstIT {

    private static final int CLIENTS = 3000;
    private static final long BOUND = HeldMemory.STANDARD_BYTES;

    @Test
    void manyHeadsThatComeWhileTheLoopIsBusy() throws Exception {
        List<SocketChannel> clients = new ArrayList<>();
        try (ProxyServer proxy =
                new ProxyServer(
                        0,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                        UpstreamProtocol.HTTP_1,
                        Spoken.HTTP,
                        new ProxyServer.Room(
                                ClientTimes.STANDARD, DescriptorBudget.ofLimit(1 << 20, 0)))) {
            InetSocketAddress to =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port());
            for (int i = 0; i < CLIENTS; i++) {
                SocketChannel client = SocketChannel.open(to);
                clients.add(client);
                write(client, "GET / HTTP/1.1\r\nHost: h\r\nx: ");
            }
            while (proxy.counts().clients() < CLIENTS) {
                Thread.onSpinWait();
            }
            CountDownLatch sent = new CountDownLatch(1);
            long[] most = new long[2];
            proxy.run(
                    () -> {
                        HeldMemory memory = proxy.memory();
                        memory.onGivingWay(
                                () -> {
                                    most[0] = Math.max(most[0], memory.held());
                                    most[1]++;
                                });
                        try {
                            sent.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            String more = "a".repeat(20_000);
            for (SocketChannel client : clients) {
                write(client, more);
            }
            sent.countDown();
            CountDownLatch seen = new CountDownLatch(1);
            while (proxy.counts().clients() > CLIENTS * 2 / 3) {
                Thread.onSpinWait();
            }
            proxy.run(seen::countDown);
            seen.await();

            System.out.printf("%d gave way, %d bytes held at most%n", most[1], most[0]);
            assertThat(most[0]).isBetween(BOUND, BOUND + 2 * Batch.READ_BYTES);
            assertThat(proxy.faults()).isEmpty();
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    private static void write(SocketChannel client, String text) throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }
}
