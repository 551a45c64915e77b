package dev.asterism.l7.transport;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP/1 server that reads whole requests, trailers too (which the JDK's does not), and always answers the same. */
final class SmallOrigin implements AutoCloseable {

    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ServerSocket socket;

    SmallOrigin() throws IOException {
        socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                Socket accepted = socket.accept();
                threads.execute(() -> serve(accepted));
            }
        } catch (IOException _) {
            // The test is over.
        }
    }

    private static void serve(Socket accepted) {
        try (accepted) {
            InputStream in = new BufferedInputStream(accepted.getInputStream());
            String head = lines(in);
            while (!head.isEmpty()) {
                body(in, head);
                accepted.getOutputStream().write(ANSWER);
                head = lines(in);
            }
        } catch (IOException _) {
            // The proxy has let go of this request.
        }
    }

    private static void body(InputStream in, String head) throws IOException {
        if (head.contains("\r\ntransfer-encoding: chunked\r\n")) {
            int size = size(in);
            while (size > 0) {
                in.readNBytes(size + 2);
                size = size(in);
            }
            lines(in);
        }
        int at = head.indexOf("\r\ncontent-length: ");
        if (at >= 0) {
            int from = at + 18;
            in.readNBytes(Integer.parseInt(head.substring(from, head.indexOf("\r\n", from))));
        }
    }

    private static int size(InputStream in) throws IOException {
        String line = line(in);
        if (line.isEmpty()) {
            throw new EOFException("the proxy has let go of this request");
        }
        return Integer.parseInt(line, 16);
    }

    /** Lines with the empty one at the end, in lower case; nothing when the connection is at its end. */
    private static String lines(InputStream in) throws IOException {
        StringBuilder all = new StringBuilder();
        String line;
        do {
            line = line(in);
            all.append(line).append(line.isEmpty() ? "" : "\r\n");
        } while (!line.isEmpty());
        return all.toString().toLowerCase(Locale.ROOT);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        while (c >= 0 && c != '\n') {
            line.append(c == '\r' ? "" : Character.toString(c));
            c = in.read();
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}
