package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;

/** Asks which UDP ports of a node its firewall opens to another node. */
final class Doors {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LATER_AT_MOST = Duration.ofMillis(500);

    private Doors() {}

    /**
     * Whether a packet to the port arrives. What says no is a packet to the open port that was sent
     * later through the same tunnel and did arrive, and half a second: of two lanes the later packet's
     * may be the quicker one.
     */
    static boolean isOpen(NamespaceNode from, NamespaceNode to, int port) {
        try (DatagramChannel asked = Ports.udp(to, port);
                DatagramChannel open = Ports.udp(to, NodeConfig.WITNESS_PORT);
                DatagramChannel sender = Ports.udpAnywhere(from)) {
            asked.configureBlocking(false);
            open.configureBlocking(false);
            boolean[] came = new boolean[1];
            Waits.until(
                    "a packet to the open port",
                    PATIENCE,
                    () -> {
                        send(sender, to, port);
                        send(sender, to, NodeConfig.WITNESS_PORT);
                        boolean witnessed =
                                Waits.happensWithin(Duration.ofMillis(300), () -> received(open));
                        came[0] |= Waits.happensWithin(LATER_AT_MOST, () -> received(asked));
                        return witnessed;
                    });
            return came[0];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(DatagramChannel channel, NamespaceNode to, int port) {
        try {
            channel.send(
                    ByteBuffer.wrap(new byte[] {1}), new InetSocketAddress(to.overlay(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean received(DatagramChannel channel) {
        try {
            return channel.receive(ByteBuffer.allocate(100)) != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
