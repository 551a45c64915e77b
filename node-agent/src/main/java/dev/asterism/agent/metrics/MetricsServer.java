package dev.asterism.agent.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one path. Connections, threads, headers and times are bounded: who sends or reads slowly
 * loses its connection after {@link #MAX_SECONDS}, and holds up nobody before that. A scrape is
 * complete in memory before its first byte is sent.
 */
final class MetricsServer implements AutoCloseable {

    /** Each has a thread while its request is read or answered. */
    static final int MAX_CONNECTIONS = 16;

    static final int MAX_SECONDS = 5;

    private static final Logger LOG = LoggerFactory.getLogger("asterism");
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int THREAD_IDLE_SECONDS = 5;
    private static final int STACK_BYTES = 256 * 1024;

    private final String path;
    private final Exposition exposition;
    private final ThreadPoolExecutor threads;
    private final HttpServer server;

    static {
        // The JDK's server reads these once, when its first class is loaded.
        Map.of(
                        "sun.net.httpserver.maxReqTime", MAX_SECONDS,
                        "sun.net.httpserver.maxRspTime", MAX_SECONDS,
                        "sun.net.httpserver.idleInterval", 2 * MAX_SECONDS,
                        "sun.net.httpserver.maxReqHeaders", 64,
                        "sun.net.httpserver.maxReqHeaderSize", MAX_HEADER_BYTES,
                        "sun.net.httpserver.drainAmount", MAX_HEADER_BYTES,
                        "jdk.httpserver.maxConnections", MAX_CONNECTIONS)
                .forEach((name, value) -> System.setProperty(name, String.valueOf(value)));
    }

    /**
     * Opens the socket and serves.
     *
     * @throws IOException when the address cannot be had
     */
    MetricsServer(InetSocketAddress listen, String path, Exposition exposition) throws IOException {
        this.path = path;
        this.exposition = exposition;
        server = HttpServer.create(listen, MAX_CONNECTIONS);
        threads =
                new ThreadPoolExecutor(
                        0,
                        MAX_CONNECTIONS,
                        THREAD_IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        MetricsServer::thread);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(null, work, "metrics", STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    /** With the real port when 0 was asked for. */
    InetSocketAddress address() {
        return server.getAddress();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(path)) {
                send(exchange, 404, "Not found: metrics are at " + path + "\n");
            } else if (!isHead(exchange) && !exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                send(exchange, 405, "Use GET\n");
            } else {
                scrape(exchange);
            }
        }
    }

    private void scrape(HttpExchange exchange) throws IOException {
        byte[] body;
        try {
            body = exposition.scrape();
        } catch (RuntimeException e) {
            LOG.atError()
                    .setMessage("Metrics could not be read")
                    .addKeyValue("error", e.toString())
                    .log();
            send(exchange, 500, "The metrics could not be read; the log has the reason\n");
            return;
        }
        if (body == null) {
            send(exchange, 503, "The node is too busy to tell its metrics\n");
            return;
        }
        send(exchange, 200, Exposition.CONTENT_TYPE, body);
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        send(exchange, status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        // A length with HEAD makes the JDK's server write to standard error.
        exchange.sendResponseHeaders(status, isHead(exchange) ? -1 : body.length);
        if (!isHead(exchange)) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    private static boolean isHead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("HEAD");
    }

    /** Ends at once, scrapes that are under way included. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
