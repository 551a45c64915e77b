package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The files of configs/l7 in real agents, as they stand but for a listener and the application's port: what each
 * promises happens to real requests.
 */
@Execution(ExecutionMode.CONCURRENT)
class L7ExamplesIT {

    private static final Path EXAMPLES = Path.of("..", "configs", "l7");
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int LISTENER = 4140;
    private static final int ADMIN = 4191;
    private static final int SERVED = 8080;

    /** What the callers' examples call: the application, by the port of each of their services. */
    private static final String SERVING =
            """
            l7:
              enabled: true
              serve:
                orders: {port: 8080, to: 127.0.0.1:9090}
                web: {port: 80, to: 127.0.0.1:9090}
                payments: {port: 8443, to: 127.0.0.1:9090}
            """;

    private static StaticMesh mesh;
    private static NamespaceNode web;
    private static NamespaceNode batch;
    private static NamespaceNode first;
    private static Replica second;
    private static Replica failing;

    @BeforeAll
    static void build() {
        NetLab.requireRights();
        mesh = new StaticMesh(Ours.AGENT);
        web = mesh.member(1, "web");
        batch = mesh.member(2, "batch");
        List<NamespaceNode> servers = new ArrayList<>();
        servers.add(mesh.member(11, "orders,web,shop,payments"));
        servers.add(mesh.member(12, "orders,web,web-next,shop,shop-v2"));
        servers.add(mesh.member(13, "search,payments"));
        first = servers.getFirst();
        for (NamespaceNode server : servers) {
            for (int port : new int[] {80, 8080, 8443}) {
                server.config().rule("{port: " + port + ", proto: tcp, host: any}");
            }
            mesh.acquaint(web, server);
            mesh.acquaint(batch, server);
        }
        Replica.start(mesh.lab(), servers.get(0), 0, 0);
        second = Replica.start(mesh.lab(), servers.get(1), 0, 0);
        failing = Replica.start(mesh.lab(), servers.get(2), 100, 0);
        mesh.start();
        for (NamespaceNode server : servers) {
            server.reload(server.config().render() + SERVING);
            for (NamespaceNode caller : List.of(web, batch)) {
                awaitStatus("the tunnel to " + server.overlay(), 200, caller, server.overlay());
            }
        }
    }

    /** Any answer of the application, also a failing one's, shows that the tunnel and its filter are there. */
    private static void awaitStatus(String what, int status, NamespaceNode from, String overlay) {
        Waits.until(
                what,
                PATIENCE,
                () -> {
                    HttpCall call = call(from, overlay, SERVED, "GET", "orders", "/orders/1");
                    return call.status() == status || call.status() == 503;
                },
                () -> from.daemon().log());
    }

    /** Of the examples for a node that serves, two have no service at port 80. */
    @AfterEach
    void servesAllAgain() {
        first.reload(first.config().render() + SERVING);
        Waits.until(
                "the services that the callers' examples call",
                PATIENCE,
                () -> call(batch, first.overlay(), 80, "GET", "web", "/").status() == 200,
                () -> first.daemon().log());
    }

    @AfterAll
    static void close() {
        if (mesh != null) {
            mesh.close();
        }
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void retries() {
        calls("retries.yml");
        second.failPercent(30);
        int before = second.failures();

        Map<String, Integer> answers = many(300, () -> get("orders.mesh", "/orders/1"));

        int failures = second.failures() - before;
        second.failPercent(0);
        mesh.check(
                () -> {
                    assertThat(failures).isPositive();
                    assertThat(answers.getOrDefault("200", 0)).as("%s", answers).isGreaterThan(298);
                });
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void canary() {
        calls("canary.yml");
        List<String> seen = new ArrayList<>();
        for (int user = 0; user < 600; user++) {
            seen.add(server(get("web.mesh\r\nx-user-id: " + user, "/")));
        }
        List<String> again = new ArrayList<>();
        for (int user = 0; user < 100; user++) {
            again.add(server(get("web.mesh\r\nx-user-id: " + user, "/")));
        }

        mesh.check(
                () -> {
                    assertThat(seen).containsOnly("10.42.0.11", "10.42.0.12");
                    assertThat(seen.stream().filter("10.42.0.12"::equals).count())
                            .as("5 %% of 600 users")
                            .isBetween(12L, 54L);
                    assertThat(again).isEqualTo(seen.subList(0, 100));
                });
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void headerRouting() {
        calls("header-routing.yml");

        HttpCall tester = get("shop.mesh\r\nx-canary: 1", "/");
        HttpCall search = get("shop.mesh", "/search/shoes");
        HttpCall searched = send(web, "POST", "shop.mesh", "/search/shoes");
        HttpCall grpc = send(web, "POST", "shop.mesh", "/shop.Catalog/List");
        HttpCall others = get("shop.mesh", "/");

        mesh.check(
                () -> {
                    assertThat(server(tester)).isEqualTo("10.42.0.12");
                    assertThat(server(search)).isEqualTo("10.42.0.13");
                    assertThat(server(searched)).as("only GET").isEqualTo("10.42.0.11");
                    assertThat(server(grpc)).isEqualTo("10.42.0.12");
                    assertThat(server(others)).isEqualTo("10.42.0.11");
                });
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void limitsAndBreaker() {
        calls("limits-and-breaker.yml");
        int before = failing.requests();
        Map<String, Integer> answers = many(200, () -> get("payments.mesh", "/orders/1"));
        int asked = failing.requests() - before;

        HttpCall late = get("payments.mesh", Replica.LATE);
        List<HttpCall> crowd =
                HttpCall.atOnce(
                        160, web.host(), "127.0.0.1", LISTENER, "payments.mesh", Replica.LATE);

        mesh.check(
                () -> {
                    assertThat(asked)
                            .as("by its score or its ejection it gets little: %s", answers)
                            .isBetween(1, 40);
                    assertThat(answers.getOrDefault("200", 0)).isGreaterThanOrEqualTo(160);
                    assertThat(late.status())
                            .as("try: 700ms, without which there is a 200: %s", late.head())
                            .isIn(503, 504);
                    assertThat(crowd)
                            .as("more than 64 connections and 32 that wait")
                            .filteredOn(call -> call.field("x-mesh-reason").equals("overflow"))
                            .isNotEmpty();
                    assertThat(crowd).extracting(HttpCall::status).containsOnly(503, 504);
                });
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void authorisation() {
        serves("authorisation.yml", "mode: audit", "mode: audit");
        HttpCall audited = call(web, "DELETE", "/orders/7");
        String counted = metrics(first);

        serves("authorisation.yml", "mode: audit", "mode: enforce");
        Waits.until("rules", PATIENCE, () -> call(web, "DELETE", "/orders/7").status() == 403);
        HttpCall allowed = call(web, "GET", "/orders/7");
        HttpCall other = call(batch, "GET", "/orders/7");
        HttpCall everybody = call(batch, "GET", "/healthz");

        mesh.check(
                () -> {
                    assertThat(audited.status()).isEqualTo(200);
                    assertThat(counted)
                            .containsPattern(
                                    "mesh_l7_denied_total\\{[^}]*mode=\"audit\"[^}]*\\} [1-9]");
                    assertThat(allowed.status()).isEqualTo(200);
                    assertThat(other.status()).isEqualTo(403);
                    assertThat(other.field("x-mesh-reason")).isEqualTo("denied");
                    assertThat(everybody.status()).isEqualTo(200);
                });
    }

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void rateLimit() {
        serves("rate-limit.yml", "127.0.0.1:3000", "127.0.0.1:9090");
        Waits.until(
                "the rate of /search",
                PATIENCE,
                () -> call(web, "GET", "/search/a").status() == 429);

        HttpCall search = call(web, "GET", "/search/a");
        Map<String, Integer> usual = new TreeMap<>();
        for (int i = 0; i < 60; i++) {
            usual.merge(String.valueOf(call(web, "GET", "/a").status()), 1, Integer::sum);
        }
        // All at once: one by one, a slow machine might not come to ten in a second.
        List<HttpCall> slow =
                HttpCall.atOnce(60, batch.host(), first.overlay(), SERVED, "orders", "/a");

        mesh.check(
                () -> {
                    assertThat(search.field("retry-after")).isNotEmpty();
                    assertThat(search.field("x-mesh-reason")).isEqualTo("rate_limited");
                    assertThat(usual).containsExactlyEntriesOf(Map.of("200", 60));
                    assertThat(slow)
                            .as("10/s for group:batch")
                            .extracting(HttpCall::status)
                            .contains(200, 429);
                });
    }

    // --- files ---

    private static void calls(String file) {
        String text = example(file, "enabled: true\n", listening());
        web.reload(web.config().render() + text);
        String service = text.replaceAll("(?s).*services:\\s+(\\S+):.*", "$1");
        Waits.until(
                file,
                PATIENCE,
                () -> get(service + ".mesh", "/orders/1").body().startsWith("from 10.42"),
                () -> web.daemon().log());
    }

    private static String listening() {
        return "enabled: true\n  listen: [\"127.0.0.1:" + LISTENER + "\"]\n";
    }

    private static void serves(String file, String old, String replacement) {
        String text = example(file, old, replacement);
        String admin = "enabled: true\n  admin: \"127.0.0.1:" + ADMIN + "\"\n";
        assertThat(text).contains("enabled: true\n");
        first.reload(first.config().render() + text.replace("enabled: true\n", admin));
        Waits.until(
                file,
                PATIENCE,
                () -> metrics(first).contains("mesh_l7_config_hash"),
                () -> first.daemon().log());
    }

    private static String example(String file, String old, String replacement) {
        try {
            String text = Files.readString(EXAMPLES.resolve(file));
            assertThat(text).contains(old);
            return text.replace(old, replacement);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- requests ---

    private static HttpCall get(String host, String path) {
        return send(web, "GET", host, path);
    }

    private static HttpCall send(NamespaceNode from, String method, String host, String path) {
        return from.host().inside(() -> local(method, host, path));
    }

    private static HttpCall local(String method, String host, String path) {
        return HttpCall.call("127.0.0.1", LISTENER, method, host, path);
    }

    /** Without a filter of the caller's, to the node whose example is tried. */
    private static HttpCall call(NamespaceNode from, String method, String path) {
        return call(from, first.overlay(), SERVED, method, "orders", path);
    }

    private static HttpCall call(
            NamespaceNode from, String address, int port, String method, String host, String path) {
        return HttpCall.send(from.host(), address, port, method, host, path);
    }

    private static String metrics(NamespaceNode node) {
        return HttpCall.send(node.host(), "127.0.0.1", ADMIN, "GET", "localhost", "/metrics")
                .body();
    }

    /** Whose answer it is. */
    private static String server(HttpCall call) {
        return call.body().replaceFirst("^from (\\S+) .*", "$1");
    }

    private static Map<String, Integer> many(int calls, Callable<HttpCall> call) {
        Map<String, Integer> seen = new TreeMap<>();
        for (int i = 0; i < calls; i++) {
            try {
                seen.merge(String.valueOf(call.call().status()), 1, Integer::sum);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        return seen;
    }
}
