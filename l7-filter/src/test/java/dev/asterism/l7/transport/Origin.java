package dev.asterism.l7.transport;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The JDK's HTTP server: says what was asked, and sends bodies back. */
final class Origin implements AutoCloseable {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    Origin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", Origin::answer);
        server.start();
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            exchange.getResponseHeaders().add("x-method", exchange.getRequestMethod());
            if (path.startsWith("/status/")) {
                exchange.sendResponseHeaders(Integer.parseInt(path.substring(8)), -1);
            } else if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().add("content-length", "12345");
                exchange.sendResponseHeaders(200, -1);
            } else if (path.startsWith("/bytes/")) {
                bytes(exchange, Integer.parseInt(path.substring(7)));
            } else {
                // All of it first, as a client may read nothing before it has sent everything.
                // Length 0: in chunks.
                byte[] body = exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(200, 0);
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(body);
                }
            }
        }
    }

    private static void bytes(HttpExchange exchange, int count) throws IOException {
        exchange.sendResponseHeaders(200, count);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(pattern(count));
        }
    }

    /** Bytes that show where they belong. */
    static byte[] pattern(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8) * 7 + (i >> 16));
        }
        return bytes;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
