package dev.asterism.agent.it;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A request of its own connection and what came of it, as bytes say it: nothing is repeated, followed or kept.
 *
 * @param status 0 when no answer came
 * @param head status line and fields, in lower case
 */
record HttpCall(int status, String head, String body) {

    private static final int PATIENCE_MILLIS = 10_000;

    /** To a port of the loopback device, or of the overlay. */
    static HttpCall send(
            Host from, String address, int port, String method, String host, String path) {
        return from.inside(() -> call(address, port, method, host, path));
    }

    /** So many GETs, each sent before any answer is read: by one thread, as many would not be as quick. */
    static List<HttpCall> atOnce(
            int count, Host from, String address, int port, String host, String path) {
        return from.inside(
                () -> {
                    List<Socket> sockets = new ArrayList<>();
                    try {
                        for (int i = 0; i < count; i++) {
                            sockets.add(asked(address, port, "GET", host, path));
                        }
                        List<HttpCall> answers = new ArrayList<>();
                        for (Socket socket : sockets) {
                            answers.add(parse(all(socket.getInputStream())));
                        }
                        return answers;
                    } finally {
                        for (Socket socket : sockets) {
                            socket.close();
                        }
                    }
                });
    }

    /** On a thread that is inside already. */
    static HttpCall call(String address, int port, String method, String host, String path) {
        try (Socket socket = asked(address, port, method, host, path)) {
            return parse(all(socket.getInputStream()));
        } catch (IOException e) {
            return new HttpCall(0, "", String.valueOf(e.getMessage()));
        }
    }

    private static Socket asked(String address, int port, String method, String host, String path)
            throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            String request =
                    "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                            .formatted(method, path, host);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static String all(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private static HttpCall parse(String answer) throws IOException {
        int end = answer.indexOf("\r\n\r\n");
        if (end < 0 || answer.length() < 12) {
            throw new IOException("no answer: " + answer);
        }
        String head = answer.substring(0, end).toLowerCase(Locale.ROOT);
        return new HttpCall(
                Integer.parseInt(answer.substring(9, 12)), head, answer.substring(end + 4));
    }

    /** A field's value, or "". */
    String field(String name) {
        return head.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }
}
