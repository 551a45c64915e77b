package dev.asterism.l7.floods;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * The application behind the filter. Honest at most paths; {@code /big} is a megabyte, and the rest does what a
 * malicious server does: {@code /slow-head} and {@code /slow-body} come a byte at a time, {@code /silent} never,
 * {@code /surplus} sends a second answer, {@code /endless} fields without end, {@code /bad} no HTTP.
 */
final class FloodOrigin implements AutoCloseable {

    static final String GOOD = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhonest";

    private static final byte[] BIG = new byte[1 << 20];
    private static final byte[] FIELDS = bytes("x: y\r\n".repeat(1000));
    private static final long STEP_NANOS = 50_000_000;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ServerSocket socket;

    FloodOrigin() throws IOException {
        socket = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    int port() {
        return socket.getLocalPort();
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
            accepted.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(accepted.getInputStream());
            String head = head(in);
            while (!head.isEmpty()) {
                skipBody(in, head);
                answer(head.split(" ")[1], accepted.getOutputStream());
                head = head(in);
            }
        } catch (IOException _) {
            // The filter has let go of this request.
        }
    }

    private static void answer(String path, OutputStream out) throws IOException {
        switch (path) {
            case "/big" -> {
                out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: " + BIG.length + "\r\n\r\n"));
                out.write(BIG);
            }
            case "/slow-head" -> slowly(GOOD, out);
            case "/slow-body" -> {
                out.write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"));
                slowly("x".repeat(100_000), out);
            }
            case "/silent" -> LockSupport.parkNanos(60_000_000_000L);
            case "/surplus" -> out.write(bytes(GOOD + GOOD.replace("honest", "poison")));
            case "/endless" -> {
                out.write(bytes("HTTP/1.1 200 OK\r\n"));
                while (true) {
                    out.write(FIELDS);
                }
            }
            case "/bad" -> out.write(bytes("no HTTP at all\r\n\r\n"));
            default -> out.write(bytes(GOOD));
        }
    }

    private static void slowly(String text, OutputStream out) throws IOException {
        for (byte each : bytes(text)) {
            out.write(each);
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    private static void skipBody(InputStream in, String head) throws IOException {
        int at = head.indexOf("\ncontent-length: ");
        if (at >= 0) {
            in.skipNBytes(Long.parseLong(head.substring(at + 17, head.indexOf('\n', at + 1))));
        } else if (head.contains("\ntransfer-encoding: chunked\n")) {
            String size = line(in);
            while (!size.equals("0")) {
                in.skipNBytes(Long.parseLong(size, 16) + 2);
                size = line(in);
            }
            head(in);
        }
    }

    /** In lower case, each line behind a line feed; empty at the end. */
    private static String head(InputStream in) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            all.append(line.toLowerCase(Locale.ROOT)).append('\n');
        }
        return all.toString();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}
