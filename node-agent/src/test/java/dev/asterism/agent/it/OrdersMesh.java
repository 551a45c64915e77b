package dev.asterism.agent.it;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The mesh that the L7 filter is proved in: two callers of different groups and three replicas of the service
 * "orders", of which one fails in 30 % of its answers and one is slow.
 */
final class OrdersMesh implements AutoCloseable {

    static final int PORT = 8080;

    private static final int EXPLICIT = 4140;
    private static final int FAILING_PERCENT = 30;
    private static final int SLOW_MILLIS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String REPLICAS = "\"10.42.0.11:8080\", \"10.42.0.12:8080\"";
    private static final String LAST = "\"10.42.0.13:8080\"";

    private static final String SERVING =
            """
            l7:
              enabled: true
              serve:
                orders:
                  port: 8080
                  to: 127.0.0.1:9090
                  protocol: http1
                  allow:
                    - {from: "group:web", method: [GET, POST], prefix: /orders}
                    - {from: any, path: /healthz}
            """;

    /**
     * "stubborn" gives no endpoint a rest, so that the failing one is asked to the end; "pair" leaves it out, and
     * "one" has only the replica without a fault.
     */
    private static final String CALLING =
            """
            l7:
              enabled: true
              listen: ["127.0.0.1:4140"]
              intercept: {outbound: nft}
              services:
                orders:
                  port: 8080
                  pool: {static: [%1$s, %2$s]}
                  retry: {on: [connect, refused, reset, timeout, 503], times: 3, budget: {ratio: 100%%}}
                  timeout: {request: 5s, try: 1s, connect: 500ms}
                once:
                  port: 8081
                  pool: {static: [%1$s, %2$s]}
                  retry: {times: 0}
                canary:
                  port: 8082
                  pools: {stable: {static: [%1$s]}, next: {static: [%2$s]}}
                  retry: {on: [connect, refused, reset, timeout, 503], times: 3, budget: {ratio: 100%%}}
                  routes: [{split: {stable: 95, next: 5}}]
                pair:
                  port: 8084
                  pool: {static: ["10.42.0.11:8080", %2$s]}
                  retry: {on: [connect, refused, reset, timeout], times: 3, budget: {ratio: 100%%}}
                  timeout: {request: 5s, try: 1s, connect: 500ms}
                one:
                  port: 8085
                  pool: {static: ["10.42.0.11:8080"]}
                  timeout: {request: 0s, try: 0s}
                stubborn:
                  port: 8083
                  pool: {static: [%1$s, %2$s]}
                  balance: round
                  breaker: {failures: 0, success: 0%%}
                  retry: {on: [connect, refused, reset, timeout, 503], times: 3, budget: {ratio: 100%%}}
            """
                    .formatted(REPLICAS, LAST);

    /** Where more services can be put in. */
    private static final String LAST_SERVICE = "    stubborn:\n";

    private final StaticMesh mesh;
    private final NamespaceNode web;
    private final NamespaceNode batch;
    private final NamespaceNode first;
    private final Replica sound;
    private final Replica failing;
    private final Replica slow;

    /** Starts all of it and waits until both callers get an answer. */
    OrdersMesh() {
        NetLab.requireRights();
        mesh = new StaticMesh(Ours.AGENT);
        try {
            web = mesh.member(1, "web");
            batch = mesh.member(2, "batch");
            List<NamespaceNode> replicas = new ArrayList<>();
            for (int number = 11; number <= 13; number++) {
                NamespaceNode replica = mesh.member(number, "orders");
                replica.config()
                        .section(SERVING)
                        .rule("{port: " + PORT + ", proto: tcp, host: any}");
                mesh.acquaint(web, replica);
                mesh.acquaint(batch, replica);
                replicas.add(replica);
            }
            web.config().section(CALLING);
            // Its applications' connections go straight to the mesh, only those to the listener to
            // its filter.
            batch.config().section(CALLING.replace("outbound: nft", "outbound: off"));
            first = replicas.getFirst();
            sound = Replica.start(mesh.lab(), first, 0, 0);
            failing = Replica.start(mesh.lab(), replicas.get(1), FAILING_PERCENT, 0);
            slow = Replica.start(mesh.lab(), replicas.get(2), 0, SLOW_MILLIS);
            start();
        } catch (RuntimeException | Error e) {
            mesh.close();
            throw e;
        }
    }

    private void start() {
        mesh.start();
        for (NamespaceNode caller : List.of(web, batch)) {
            Waits.until(
                    "the filter of " + caller.overlay() + " answers",
                    PATIENCE,
                    () -> get(caller, "orders.mesh", "/healthz").status() == 200,
                    () -> caller.daemon().log() + "\n" + first.daemon().log());
        }
    }

    /** The caller whose group may order. */
    NamespaceNode web() {
        return web;
    }

    /** The caller whose group may not. */
    NamespaceNode batch() {
        return batch;
    }

    /** The node of the replica without a fault. */
    NamespaceNode first() {
        return first;
    }

    Replica sound() {
        return sound;
    }

    Replica failing() {
        return failing;
    }

    Replica slow() {
        return slow;
    }

    /** From an application of a caller to the filter of its node. */
    HttpCall get(NamespaceNode from, String host, String path) {
        return send(from, "GET", host, path);
    }

    HttpCall send(NamespaceNode from, String method, String host, String path) {
        return HttpCall.send(from.host(), "127.0.0.1", EXPLICIT, method, host, path);
    }

    /** Of an application of "web" that keeps its connection; for a thread that is inside. */
    HttpSession session(String host) {
        return new HttpSession("127.0.0.1", EXPLICIT, host);
    }

    /** The file of "web" with one more service, its lines as they stand in the file. */
    String withService(String yaml) {
        return web.config().render().replace(LAST_SERVICE, yaml + LAST_SERVICE);
    }

    /** A request of "web" whose answer has no end, to "one"; the socket is the caller's to close. */
    Socket stream() {
        return web.host()
                .inside(
                        () -> {
                            Socket socket = new Socket(InetAddress.getLoopbackAddress(), EXPLICIT);
                            socket.getOutputStream()
                                    .write(
                                            ("GET "
                                                            + Replica.STREAM
                                                            + " HTTP/1.1\r\nHost: one.mesh\r\n\r\n")
                                                    .getBytes(StandardCharsets.US_ASCII));
                            return socket;
                        });
    }

    /** For a client that takes a URL and is told where its host is. */
    static String url(String host, String path) {
        return "http://" + host + ":" + EXPLICIT + path;
    }

    /** Adds all logs to the message of a claim that fails. */
    void check(Runnable claims) {
        mesh.check(claims);
    }

    @Override
    public void close() {
        mesh.close();
    }
}
