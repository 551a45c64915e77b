package dev.asterism.l7.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ten thousand clients that say nothing, from several addresses, or as many as this process may open. */
@Timeout(300)
class IdleConnectionsIT {

    private static final int MOST = 10_000;
    private static final int ADDRESSES = 8;

    /** All are there in a few seconds, and none may end before. */
    private static final int IDLE_SECONDS = 25;

    /** Files of this process that are no clients. */
    private static final int OTHERS = 600;

    /** Of the heap, for one that has had a request and waits for the next. */
    private static final int BYTES_EACH = 1024;

    private static final byte[] GET =
            "GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @Test
    void tenThousandIdleClientsCostLittleAndEndInTime() throws Exception {
        int count = Math.min(MOST, room());
        List<Socket> clients = new ArrayList<>();
        try (SmallOrigin origin = new SmallOrigin();
                ProxyProcess proxy =
                        new ProxyProcess(
                                0,
                                "0",
                                Integer.toString(origin.address().getPort()),
                                "h1",
                                "detect",
                                Integer.toString(IDLE_SECONDS),
                                "bounded")) {
            // What the first requests load is not the connections'.
            for (int i = 0; i < 100; i++) {
                clients.add(asked(proxy, i));
            }
            long before = proxy.holds("heap");
            while (clients.size() < count) {
                clients.add(asked(proxy, clients.size()));
            }
            long each = (proxy.holds("heap") - before) / (count - 100);
            System.out.printf("%d idle clients, %d bytes of heap each%n", count, each);

            assertThat(proxy.holds("clients")).isEqualTo(count);
            assertThat(each).isLessThan(BYTES_EACH);
            assertThat(proxy.holds("buffered")).isZero();
            for (int i = 0; i < count; i += count / 100) {
                ask(clients.get(i));
            }
            for (Socket client : clients) {
                assertThat(client.getInputStream().read())
                        .as("closed by its idle time")
                        .isEqualTo(-1);
            }
            assertThat(proxy.holds("clients")).isZero();
            assertThat(proxy.end()).isEmpty();
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private static int room() {
        return DescriptorBudget.ofProcess().most() - OTHERS;
    }

    /** A client that has had one answer. */
    private static Socket asked(ProxyProcess proxy, int number) throws IOException {
        Socket client = new Socket();
        byte[] from = {127, 0, 0, (byte) (2 + number % ADDRESSES)};
        client.bind(new InetSocketAddress(InetAddress.getByAddress(from), 0));
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()));
        ask(client);
        return client;
    }

    private static void ask(Socket client) throws IOException {
        client.getOutputStream().write(GET);
        byte[] answer = new byte[256];
        int length = 0;
        String text = "";
        while (!text.endsWith("hello\n")) {
            int read = client.getInputStream().read(answer, length, answer.length - length);
            assertThat(read).as(text).isPositive();
            length += read;
            text = new String(answer, 0, length, StandardCharsets.US_ASCII);
        }
        assertThat(text).startsWith("HTTP/1.1 200 ");
    }
}
