package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Many TCP connections at once inside the overlay, each with bytes of its own that the receiver knows. */
final class Crowd {

    private static final int BLOCK = 32 * 1024;
    private static final long MAX_SECONDS = 120;

    private Crowd() {}

    /** Returns how many connections brought all their bytes, right to the last. */
    static long intact(NamespaceNode from, NamespaceNode to, int connections, int blocksEach) {
        // The server ends first, so that nobody waits for it when a claim fails.
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ServerSocketChannel server = Ports.tcpServer(to, NodeConfig.OPEN_PORT)) {
            List<Future<Boolean>> received = new ArrayList<>();
            List<Future<Boolean>> sent = new ArrayList<>();
            for (SocketChannel client : clients(from, connections)) {
                int number = sent.size();
                received.add(threads.submit(() -> receive(server.accept(), blocksEach)));
                sent.add(threads.submit(() -> send(client, to.overlay(), number, blocksEach)));
            }
            for (Future<Boolean> one : sent) {
                one.get(MAX_SECONDS, TimeUnit.SECONDS);
            }
            long intact = 0;
            for (Future<Boolean> one : received) {
                intact += one.get(MAX_SECONDS, TimeUnit.SECONDS) ? 1 : 0;
            }
            return intact;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(connections + " connections to " + to.overlay() + ": " + e, e);
        }
    }

    private static List<SocketChannel> clients(NamespaceNode from, int count) {
        return from.host()
                .inside(
                        () -> {
                            List<SocketChannel> made = new ArrayList<>();
                            for (int i = 0; i < count; i++) {
                                made.add(SocketChannel.open(StandardProtocolFamily.INET));
                            }
                            return made;
                        });
    }

    private static boolean send(SocketChannel client, String to, int number, int blocks)
            throws IOException {
        try (client) {
            client.connect(new InetSocketAddress(to, NodeConfig.OPEN_PORT));
            write(client, ByteBuffer.allocate(4).putInt(0, number));
            for (int i = 0; i < blocks; i++) {
                write(client, ByteBuffer.wrap(block(number, i)));
            }
            return true;
        }
    }

    private static void write(SocketChannel client, ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            client.write(data);
        }
    }

    private static boolean receive(SocketChannel channel, int blocks) throws IOException {
        try (channel) {
            int number = ByteBuffer.wrap(read(channel, 4)).getInt();
            for (int i = 0; i < blocks; i++) {
                if (!Arrays.equals(read(channel, BLOCK), block(number, i))) {
                    return false;
                }
            }
            return channel.read(ByteBuffer.allocate(1)) < 0;
        }
    }

    private static byte[] read(SocketChannel channel, int length) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(length);
        while (data.hasRemaining() && channel.read(data) >= 0) {}
        return data.array();
    }

    private static byte[] block(int number, int index) {
        byte[] bytes = new byte[BLOCK];
        new SplittableRandom((long) number << 32 | index).nextBytes(bytes);
        return bytes;
    }
}
