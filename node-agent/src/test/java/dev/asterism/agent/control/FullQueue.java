package dev.asterism.agent.control;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Clients that wait for a listener that accepts nobody. */
public final class FullQueue {

    private FullQueue() {}

    /** Connects until the kernel takes no more; the caller closes them. */
    public static List<SocketChannel> fill(Path path) throws IOException {
        List<SocketChannel> waiting = new ArrayList<>();
        while (true) {
            SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
            client.configureBlocking(false);
            try {
                client.connect(UnixDomainSocketAddress.of(path));
                waiting.add(client);
            } catch (SocketException e) {
                client.close();
                return waiting;
            }
        }
    }
}
