package dev.asterism.agent.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * An application behind a node: on the node's loopback address, with the faults that it is told to have. It keeps the
 * id of every order that it has executed, and answers {@link #STREAM} until the connection ends.
 */
final class Replica implements AutoCloseable {

    static final int PORT = 9090;

    /** Field of a request with its id. */
    static final String ORDER = "x-order";

    static final String STREAM = "/orders/stream";

    /** Answers with the request's body. */
    static final String ECHO = "/orders/echo";

    /** Answers after three seconds. */
    static final String LATE = "/late";

    /** Answers once {@link #letGo} has been called. */
    static final String HELD = "/held";

    /** Answers whether it is well; is not counted. */
    static final String HEALTH = "/healthz";

    private static final long PACE_NANOS = 5_000_000;
    private static final long LATE_NANOS = 3_000_000_000L;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String name;
    private volatile int failPercent;
    private final long slowNanos;
    private final SplittableRandom random = new SplittableRandom(1);
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final Queue<String> orders = new ConcurrentLinkedQueue<>();
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicLong lastStreamEnded = new AtomicLong();
    private final CountDownLatch letGo = new CountDownLatch(1);
    private volatile boolean unwell;

    private Replica(HttpServer server, String name, int failPercent, long slowMillis) {
        this.server = server;
        this.name = name;
        this.failPercent = failPercent;
        this.slowNanos = slowMillis * 1_000_000;
    }

    static Replica start(NetLab lab, NamespaceNode node, int failPercent, long slowMillis) {
        InetSocketAddress at = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), PORT);
        return start(lab, node, at, failPercent, slowMillis);
    }

    /** One without a fault, at another address of its node. */
    static Replica start(NetLab lab, NamespaceNode node, InetSocketAddress at) {
        return start(lab, node, at, 0, 0);
    }

    private static Replica start(
            NetLab lab,
            NamespaceNode node,
            InetSocketAddress at,
            int failPercent,
            long slowMillis) {
        HttpServer server = node.host().inside(() -> HttpServer.create(at, 512));
        Replica replica = new Replica(server, node.overlay(), failPercent, slowMillis);
        server.setExecutor(replica.threads);
        server.createContext("/", replica::answer);
        server.start();
        return lab.own(replica);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (isHealthQuestion(exchange)) {
                exchange.sendResponseHeaders(unwell ? 503 : 200, -1);
                return;
            }
            requests.incrementAndGet();
            if (exchange.getRequestURI().getPath().equals(STREAM)) {
                stream(exchange);
                return;
            }
            orders.addAll(exchange.getRequestHeaders().getOrDefault(ORDER, List.of()));
            long nanos = exchange.getRequestURI().getPath().equals(LATE) ? LATE_NANOS : slowNanos;
            if (nanos > 0) {
                LockSupport.parkNanos(nanos);
            }
            if (exchange.getRequestURI().getPath().equals(HELD)) {
                awaitLetGo();
            }
            boolean fails = fails();
            failures.addAndGet(fails ? 1 : 0);
            byte[] sent = exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("x-replica", name);
            String peer =
                    String.join(
                            ",",
                            exchange.getRequestHeaders()
                                    .getOrDefault("X-mesh-peer-name", List.of("")));
            byte[] body =
                    exchange.getRequestURI().getPath().equals(ECHO)
                            ? sent
                            : ("from " + name + " to " + peer).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(fails ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static boolean isHealthQuestion(HttpExchange exchange) {
        return exchange.getRequestURI().getPath().equals(HEALTH)
                && "asterism-health".equals(exchange.getRequestHeaders().getFirst("User-Agent"));
    }

    /** Says from now on that it is not well, or that it is. Requests are answered all the same. */
    void unwell(boolean on) {
        unwell = on;
    }

    private void awaitLetGo() {
        try {
            letGo.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From now on {@link #HELD} is answered. */
    void letGo() {
        letGo.countDown();
    }

    /** A few bytes again and again, until they cannot be sent any more. */
    private void stream(HttpExchange exchange) throws IOException {
        byte[] tick = "tick\n".getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(200, 0);
        streams.incrementAndGet();
        try {
            while (true) {
                exchange.getResponseBody().write(tick);
                exchange.getResponseBody().flush();
                LockSupport.parkNanos(PACE_NANOS);
            }
        } finally {
            lastStreamEnded.set(System.nanoTime());
            streams.decrementAndGet();
        }
    }

    private boolean fails() {
        synchronized (random) {
            return random.nextInt(100) < failPercent;
        }
    }

    /** From now on. */
    void failPercent(int percent) {
        failPercent = percent;
    }

    int requests() {
        return requests.get();
    }

    int failures() {
        return failures.get();
    }

    /** Ids of what was executed, each as often as it was. */
    List<String> orders() {
        return List.copyOf(orders);
    }

    /** Answers to {@link #STREAM} that are under way. */
    int streams() {
        return streams.get();
    }

    /** {@link System#nanoTime} of the first write that failed. */
    long lastStreamEnded() {
        return lastStreamEnded.get();
    }

    @Override
    public void close() {
        letGo();
        server.stop(0);
        threads.close();
    }
}
