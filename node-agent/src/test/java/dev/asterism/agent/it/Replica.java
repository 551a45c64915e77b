package dev.asterism.agent.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** An application behind a node: on the node's loopback address, with the faults that it is told to have. */
final class Replica implements AutoCloseable {

    static final int PORT = 9090;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String name;
    private final int failPercent;
    private final long slowNanos;
    private final SplittableRandom random = new SplittableRandom(1);
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();

    private Replica(HttpServer server, String name, int failPercent, long slowMillis) {
        this.server = server;
        this.name = name;
        this.failPercent = failPercent;
        this.slowNanos = slowMillis * 1_000_000;
    }

    static Replica start(NetLab lab, NamespaceNode node, int failPercent, long slowMillis) {
        HttpServer server =
                node.host()
                        .inside(
                                () ->
                                        HttpServer.create(
                                                new InetSocketAddress(
                                                        InetAddress.ofLiteral("127.0.0.1"), PORT),
                                                512));
        Replica replica = new Replica(server, node.overlay(), failPercent, slowMillis);
        server.setExecutor(replica.threads);
        server.createContext("/", replica::answer);
        server.start();
        return lab.own(replica);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.incrementAndGet();
            if (slowNanos > 0) {
                LockSupport.parkNanos(slowNanos);
            }
            boolean fails = fails();
            failures.addAndGet(fails ? 1 : 0);
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("x-replica", name);
            String peer =
                    String.join(
                            ",",
                            exchange.getRequestHeaders()
                                    .getOrDefault("X-mesh-peer-name", List.of("")));
            byte[] body = ("from " + name + " to " + peer).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(fails ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private boolean fails() {
        synchronized (random) {
            return random.nextInt(100) < failPercent;
        }
    }

    int requests() {
        return requests.get();
    }

    int failures() {
        return failures.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
