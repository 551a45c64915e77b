package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** One TCP connection inside the overlay that offers {@value #BYTES_PER_SECOND} bytes per second until it is closed. */
final class PacedTcp implements AutoCloseable {

    static final int BYTES_PER_SECOND = 1_000_000;

    private static final int BLOCK = 2_000;
    private static final long INTERVAL_NANOS = 1_000_000_000L * BLOCK / BYTES_PER_SECOND;

    /** After a pause the pace is kept from here on, so that the rest is not sent as one burst. */
    private static final long MOST_BEHIND_NANOS = 50_000_000;

    private final SocketChannel client;
    private final SocketChannel server;
    private final AtomicLong received = new AtomicLong();

    private PacedTcp(SocketChannel client, SocketChannel server) {
        this.client = client;
        this.server = server;
        Thread.ofPlatform().name("paced TCP, receiver").daemon().start(this::receive);
        Thread.ofPlatform().name("paced TCP, sender").daemon().start(this::send);
    }

    static PacedTcp start(NamespaceNode from, NamespaceNode to) {
        try (ServerSocketChannel listener = Ports.tcpServer(to, NodeConfig.OPEN_PORT)) {
            SocketChannel client =
                    from.host().inside(() -> SocketChannel.open(StandardProtocolFamily.INET));
            client.connect(new InetSocketAddress(to.overlay(), NodeConfig.OPEN_PORT));
            return new PacedTcp(client, listener.accept());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long received() {
        return received.get();
    }

    /** Bytes that arrive in so much time from now on. */
    long receivedIn(Duration time) {
        long before = received();
        Waits.watchFor(time);
        return received() - before;
    }

    private void send() {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        long due = System.nanoTime();
        try {
            while (true) {
                block.rewind();
                while (block.hasRemaining()) {
                    client.write(block);
                }
                due = Math.max(due + INTERVAL_NANOS, System.nanoTime() - MOST_BEHIND_NANOS);
                LockSupport.parkNanos(due - System.nanoTime());
            }
        } catch (IOException e) {
            // Closed: the claim has been checked, or is about to fail for want of bytes.
        }
    }

    private void receive() {
        ByteBuffer data = ByteBuffer.allocateDirect(64 * 1024);
        try {
            while (server.read(data) >= 0) {
                received.addAndGet(data.position());
                data.clear();
            }
        } catch (IOException e) {
            // As in send().
        }
    }

    @Override
    public void close() {
        try (client;
                server) {
            // Both are closed, whatever the first one throws.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
