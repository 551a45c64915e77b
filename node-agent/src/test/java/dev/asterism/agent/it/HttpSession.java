package dev.asterism.agent.it;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A client that keeps its connection as long as that lives, and says of each request what came of it. Bodies have a
 * length, as those of {@link Replica} do. Of one thread, which is inside the namespace already.
 */
final class HttpSession implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;

    private final InetSocketAddress address;
    private final String host;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    HttpSession(String address, int port, String host) {
        this.address = new InetSocketAddress(address, port);
        this.host = host;
    }

    /**
     * @param fields more lines, each with its line end
     */
    HttpCall ask(String method, String path, String fields) {
        String request =
                "%s %s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: 0\r\n\r\n"
                        .formatted(method, path, host, fields);
        try {
            return exchange(request.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            close();
            return new HttpCall(0, "", String.valueOf(e.getMessage()));
        }
    }

    private HttpCall exchange(byte[] request) throws IOException {
        Socket connected = socket;
        InputStream from = in;
        if (connected == null || from == null) {
            connected = new Socket();
            socket = connected;
            connected.connect(address, PATIENCE_MILLIS);
            connected.setSoTimeout(PATIENCE_MILLIS);
            connected.setTcpNoDelay(true);
            from = new BufferedInputStream(connected.getInputStream());
            in = from;
        }
        connected.getOutputStream().write(request);
        HttpCall head = new HttpCall(0, head(from), "");
        byte[] body = from.readNBytes(Integer.parseInt("0" + head.field("content-length")));
        if (head.field("connection").equals("close")) {
            close();
        }
        return new HttpCall(
                Integer.parseInt(head.head().substring(9, 12)),
                head.head(),
                new String(body, StandardCharsets.ISO_8859_1));
    }

    private static String head(InputStream from) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int next = from.read();
            if (next < 0) {
                throw new EOFException("the connection ended after: " + head);
            }
            head.append((char) next);
        }
        return head.toString().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            socket = null;
            in = null;
        }
    }
}
