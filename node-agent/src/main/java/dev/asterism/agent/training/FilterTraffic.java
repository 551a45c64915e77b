package dev.asterism.agent.training;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What the {@link TrainingRun} plays with the L7 filter: an application, and a caller of it by a
 * listener on the loopback interface, in HTTP/1.1 and HTTP/2. Also the section of the configuration
 * that goes with it.
 */
final class FilterTraffic implements AutoCloseable {

    private static final int REQUESTS = 200;
    private static final int PATIENCE_MILLIS = 5000;
    private static final byte[] ANSWER = ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

    /** Preface, empty SETTINGS, and HEADERS of stream 1: GET http://orders/a, fields without Huffman. */
    private static final byte[] HTTP2_REQUEST =
            HexFormat.of()
                    .parseHex(
                            "505249202a20485454502f322e300d0a0d0a534d0d0a0d0a000000040000000000"
                                    + "00000e0105000000018286"
                                    + "04022f6101066f7264657273");

    private final ServerSocket application =
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int listener;

    FilterTraffic() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener = probe.getLocalPort();
        }
        Thread.ofPlatform().daemon().start(this::serve);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The section {@code l7}: with one of each kind of rule, as what reads and judges them is to be loaded, too. */
    String section() {
        return """
        l7:
          enabled: true
          on_failure: closed
          threads: 1
          listen: ["127.0.0.1:%d"]
          intercept: {inbound: off, outbound: off}
          log: {access: ""}
          serve:
            offered: {port: 80, to: "127.0.0.1:%2$d", allow: [{from: "group:a & !group:b"}], limit: {per_peer: 50/s}}
          services:
            orders:
              hosts: [orders]
              port: 8080
              protocol: http1
              pool: {static: ["127.0.0.1:%2$d"]}
              retry: {on: [connect, refused, reset, 503], times: 1}
              routes:
                - {match: {path: /never}, respond: {code: 404, body: ""}}
                - {match: {prefix: /, header: {x-team: "~[ab]+"}}}
                - {match: {prefix: /}}
        """
                .formatted(listener, application.getLocalPort());
    }

    private void serve() {
        while (!application.isClosed()) {
            try {
                Socket client = application.accept();
                Thread.ofPlatform().daemon().start(() -> answer(client));
            } catch (IOException e) {
                return; // the end of the run
            }
        }
    }

    private static void answer(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            byte[] buffer = new byte[4096];
            while (in.read(buffer) > 0) {
                client.getOutputStream().write(ANSWER);
            }
        } catch (IOException e) {
            // The filter has closed it.
        }
    }

    /** Returns whether both protocols were answered. */
    boolean play() {
        try {
            return playHttp1() && playHttp2();
        } catch (IOException e) {
            return false;
        }
    }

    private boolean playHttp1() throws IOException {
        try (Socket socket = connect()) {
            byte[] request =
                    ascii(
                            "GET /a?b=c HTTP/1.1\r\nHost: orders\r\nAccept: */*\r\nX-Team: a\r\n\r\n");
            byte[] buffer = new byte[4096];
            for (int i = 0; i < REQUESTS; i++) {
                socket.getOutputStream().write(request);
                int n = socket.getInputStream().read(buffer);
                if (n < 0
                        || !new String(buffer, 0, n, StandardCharsets.US_ASCII).contains(" 200 ")) {
                    return false;
                }
            }
            return true;
        }
    }

    private boolean playHttp2() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(HTTP2_REQUEST);
            StringBuilder seen = new StringBuilder();
            byte[] buffer = new byte[4096];
            // The body, after SETTINGS, its acknowledgement and the header fields.
            while (seen.indexOf("ok") < 0) {
                int n = socket.getInputStream().read(buffer);
                if (n < 0) {
                    return false;
                }
                seen.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            }
            return true;
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), listener), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    @Override
    public void close() throws IOException {
        application.close();
    }
}
