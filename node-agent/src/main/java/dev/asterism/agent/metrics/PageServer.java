package dev.asterism.agent.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.asterism.overlay.net.Ip;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves pages that change nothing. Connections, threads, headers and times are bounded: a client that sends or reads
 * slowly loses its connection after {@link #MAX_SECONDS}, and delays no other client before that. A page is complete in
 * memory before its first byte is sent.
 */
public final class PageServer implements AutoCloseable {

    /** Each has a thread while its request is read or answered. */
    static final int MAX_CONNECTIONS = 16;

    static final int MAX_SECONDS = 5;

    private static final Page FOREIGN_HOST = Page.text(403, "Ask for 127.0.0.1 or localhost\n");
    private static final Logger LOG = LoggerFactory.getLogger("asterism");
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int THREAD_IDLE_SECONDS = 5;
    private static final int STACK_BYTES = 256 * 1024;

    private final Pages pages;
    private final boolean loopback;
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

    /** What there is to see. Any thread. */
    @FunctionalInterface
    public interface Pages {

        /** @param accept the field of the request; empty: there is none */
        Page page(String path, String accept) throws IOException;
    }

    /** An answer. It keeps the bytes that it is made of. */
    public static final class Page {

        private final int status;
        private final String type;
        private final byte[] body;

        /**
         * @param type of the content
         */
        Page(int status, String type, byte[] body) {
            this.status = status;
            this.type = type;
            this.body = body;
        }

        /** Of text, or of JSON. */
        public static Page of(int status, String type, String text) {
            return new Page(status, type, text.getBytes(StandardCharsets.UTF_8));
        }

        public int status() {
            return status;
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public static Page text(int status, String text) {
            return of(status, "text/plain; charset=utf-8", text);
        }
    }

    /**
     * Opens the socket and serves.
     *
     * @param name of its threads
     * @throws IOException when the address cannot be had
     */
    public PageServer(InetSocketAddress listen, String name, Pages pages) throws IOException {
        this.pages = pages;
        loopback = listen.getAddress() != null && listen.getAddress().isLoopbackAddress();
        server = HttpServer.create(listen, MAX_CONNECTIONS);
        threads =
                new ThreadPoolExecutor(
                        0,
                        MAX_CONNECTIONS,
                        THREAD_IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        work -> thread(work, name));
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(null, work, name, STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * At a loopback address only such names are answered, against DNS rebinding: a web page in a
     * browser of this machine whose own name resolves to that address must not read anything.
     *
     * @param host the field {@code Host}, with its port; empty: there is none
     */
    static boolean isOfThisMachine(String host) {
        int colon = host.endsWith("]") ? -1 : host.lastIndexOf(':');
        String name = colon < 0 ? host : host.substring(0, colon);
        boolean brackets = name.startsWith("[") && name.endsWith("]");
        Ip ip = Ip.parse(brackets ? name.substring(1, name.length() - 1) : name);
        return name.isEmpty() || name.equals("localhost") || ip != null;
    }

    /** With the real port when 0 was asked for. */
    InetSocketAddress address() {
        return server.getAddress();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Page page = page(exchange);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.getResponseHeaders().set("Content-Type", page.type);
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            // A length with HEAD makes the JDK's server write to standard error.
            exchange.sendResponseHeaders(page.status, head ? -1 : page.body.length);
            if (!head) {
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(page.body);
                }
            }
        }
    }

    private Page page(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        String host = exchange.getRequestHeaders().getFirst("Host");
        String accept = exchange.getRequestHeaders().getFirst("Accept");
        Page page;
        try {
            boolean foreign = loopback && !isOfThisMachine(host == null ? "" : host);
            page = foreign ? FOREIGN_HOST : page(path, accept);
        } catch (RuntimeException e) {
            LOG.atError()
                    .setMessage("A page could not be made")
                    .addKeyValue("path", path)
                    .addKeyValue("error", e.toString())
                    .log();
            return Page.text(500, "The page could not be made; the log has the reason\n");
        }
        if (page.status != 404 && !method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return Page.text(405, "Use GET\n");
        }
        return page;
    }

    private Page page(@Nullable String path, @Nullable String accept) throws IOException {
        return pages.page(path == null ? "" : path, accept == null ? "" : accept);
    }

    /** Ends at once, answers that are under way included. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
