package dev.asterism.agent.it;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * An application that costs whoever stands in front of it memory and sockets: a body under {@link #SINK} it never
 * reads. Every other request it answers at once. One request for each connection.
 */
final class GreedyApplication implements AutoCloseable {

    static final String SINK = "/sink";

    private static final int BACKLOG = 4096;
    private static final byte[] SMALL =
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok"
                    .getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket listening;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private GreedyApplication(ServerSocket listening) {
        this.listening = listening;
    }

    static GreedyApplication start(NetLab lab, NamespaceNode node, int port) {
        ServerSocket socket = node.host().inside(() -> bound(port));
        GreedyApplication application = lab.own(new GreedyApplication(socket));
        Thread.ofPlatform().daemon().start(application::accept);
        return application;
    }

    private static ServerSocket bound(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.bind(new InetSocketAddress(port), BACKLOG);
        return socket;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            if (head(new BufferedInputStream(socket.getInputStream())).startsWith("POST " + SINK)) {
                over.await();
            } else {
                socket.getOutputStream().write(SMALL);
            }
        } catch (IOException | InterruptedException _) {
            // The filter has ended it.
        } finally {
            open.remove(socket);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            text.append((char) next);
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        over.countDown();
        listening.close();
        for (Socket each : open) {
            each.close();
        }
    }
}
