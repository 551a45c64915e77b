package dev.asterism.l7.soak;

import java.io.BufferedInputStream;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** An application that does at each path something else, some of it badly. */
final class SoakOrigin implements AutoCloseable {

    static final int BIG = 300_000;

    private static final long SLOW_NANOS = 60_000_000;
    private static final long LATE_NANOS = 600_000_000;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger asked = new AtomicInteger();
    private final ServerSocket socket;

    SoakOrigin() throws IOException {
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

    private void serve(Socket accepted) {
        try (accepted) {
            accepted.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(accepted.getInputStream());
            OutputStream out = accepted.getOutputStream();
            boolean goesOn = true;
            for (String head = head(in); goesOn && !head.isEmpty(); head = goesOn ? head(in) : "") {
                if (head.contains("\nupgrade: websocket\n")) {
                    echo(in, out);
                    return;
                }
                byte[] body = body(in, head);
                goesOn = answer(accepted, head, body);
            }
        } catch (IOException _) {
            // The filter has let go of it.
        }
    }

    private static void echo(InputStream in, OutputStream out) throws IOException {
        write(
                out,
                "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
        byte[] some = new byte[1000];
        for (int count = in.read(some); count > 0; count = in.read(some)) {
            out.write(some, 0, count);
        }
    }

    /** False: the connection ends. */
    private boolean answer(Socket to, String head, byte[] body) throws IOException {
        OutputStream out = to.getOutputStream();
        String path = head.split(" ", 3)[1];
        if (head.contains("\ncontent-type: application/grpc\n")) {
            write(out, "HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\n");
            write(out, "transfer-encoding: chunked\r\ntrailer: grpc-status\r\n\r\n");
            write(out, "5\r\n\0\0\0\0\0\r\n0\r\ngrpc-status: 0\r\n\r\n");
            return true;
        }
        switch (path) {
            case "/flaky" -> ok(out, asked.incrementAndGet() % 3 == 0 ? 503 : 200, body);
            case "/slow" -> {
                LockSupport.parkNanos(asked.incrementAndGet() % 4 == 0 ? SLOW_NANOS : 0);
                ok(out, 200, body);
            }
            case "/late" -> {
                LockSupport.parkNanos(LATE_NANOS);
                ok(out, 200, body);
            }
            case "/big" -> ok(out, 200, new byte[BIG]);
            case "/cut" -> {
                write(out, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegun");
                return false;
            }
            case "/reset" -> {
                to.setSoLinger(true, 0);
                return false;
            }
            default -> ok(out, 200, body);
        }
        return true;
    }

    private static void ok(OutputStream out, int status, byte[] body) throws IOException {
        write(out, "HTTP/1.1 %d X\r\ncontent-length: %d\r\n\r\n".formatted(status, body.length));
        out.write(body);
    }

    private static byte[] body(InputStream in, String head) throws IOException {
        int at = head.indexOf("\ncontent-length: ");
        if (at >= 0) {
            int length = Integer.parseInt(head.substring(at + 17, head.indexOf('\n', at + 1)));
            return in.readNBytes(length);
        }
        if (head.contains("\ntransfer-encoding: chunked\n")) {
            for (String size = line(in); !size.equals("0"); size = line(in)) {
                in.skipNBytes(Long.parseLong(size, 16) + 2);
            }
            head(in);
        }
        return new byte[0];
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
        for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}
