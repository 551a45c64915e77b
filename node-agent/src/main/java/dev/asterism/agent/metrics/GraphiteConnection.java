package dev.asterism.agent.metrics;

import dev.asterism.overlay.config.OverlayConfig.StatsProtocol;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Sends one report to Graphite, by a connection of its own or by datagrams. Waits for the receiver
 * up to a limit, never longer.
 */
final class GraphiteConnection {

    /** Fits every path's MTU. */
    static final int MAX_DATAGRAM_BYTES = 1200;

    private final HostAddr host;
    private final StatsProtocol protocol;
    private final long patienceNanos;

    /**
     * @param patience for connecting and writing together
     */
    GraphiteConnection(HostAddr host, StatsProtocol protocol, Duration patience) {
        this.host = host;
        this.protocol = protocol;
        patienceNanos = patience.toNanos();
    }

    /**
     * @throws IOException when the receiver is not there or does not take all of it in time
     */
    void send(List<String> lines) throws IOException {
        InetSocketAddress to = new InetSocketAddress(address(), host.port());
        if (protocol.isDatagrams()) {
            sendDatagrams(to, lines);
        } else {
            write(to, ByteBuffer.wrap(bytes(String.join("", lines))));
        }
    }

    private InetAddress address() throws UnknownHostException {
        for (InetAddress address : InetAddress.getAllByName(host.host())) {
            if (protocol.family().includes(Ip.ofBytes(address.getAddress()))) {
                return address;
            }
        }
        throw new UnknownHostException(host.host() + " has no address for " + word(protocol));
    }

    private static String word(StatsProtocol protocol) {
        return protocol.name().toLowerCase(Locale.ROOT);
    }

    private void write(InetSocketAddress to, ByteBuffer report) throws IOException {
        long deadline = System.nanoTime() + patienceNanos;
        try (SocketChannel channel = SocketChannel.open();
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            boolean connected = channel.connect(to);
            SelectionKey key =
                    channel.register(
                            selector, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT);
            while (report.hasRemaining()) {
                long left = deadline - System.nanoTime();
                if (left <= 0 || Thread.currentThread().isInterrupted()) {
                    throw new SocketTimeoutException(
                            "the receiver did not take the report in time");
                }
                selector.select(Math.max(1, left / 1_000_000));
                selector.selectedKeys().clear();
                if (!connected && channel.finishConnect()) {
                    connected = true;
                    key.interestOps(SelectionKey.OP_WRITE);
                }
                if (connected) {
                    channel.write(report);
                }
            }
        }
    }

    private static void sendDatagrams(InetSocketAddress to, List<String> lines) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            for (String datagram : packed(lines)) {
                channel.send(ByteBuffer.wrap(bytes(datagram)), to);
            }
        }
    }

    /** Whole lines, as many as fit into each datagram. */
    static List<String> packed(List<String> lines) {
        List<String> datagrams = new ArrayList<>();
        StringBuilder datagram = new StringBuilder();
        for (String line : lines) {
            if (!datagram.isEmpty() && datagram.length() + line.length() > MAX_DATAGRAM_BYTES) {
                datagrams.add(datagram.toString());
                datagram.setLength(0);
            }
            datagram.append(line);
        }
        if (!datagram.isEmpty()) {
            datagrams.add(datagram.toString());
        }
        return datagrams;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
