package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The L7 filter in real agents: two callers of different groups, three replicas of which one fails in 30 % of its
 * answers and one is slow, and nothing between them but the mesh.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class L7MeshIT {

    private static final int EXPLICIT = 4140;
    private static final int ORDERS = 8080;
    private static final int THREADS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** An endpoint that failed again and again rests for up to a minute. */
    private static final Duration RESTED = Duration.ofSeconds(90);

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
                  allow:
                    - {from: "group:web", method: [GET, POST], prefix: /orders}
                    - {from: any, path: /healthz}
            """;

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
            """
                    .formatted(REPLICAS, LAST);

    private static StaticMesh mesh;
    private static NamespaceNode web;
    private static NamespaceNode batch;
    private static NamespaceNode first;
    private static Replica sound;
    private static Replica failing;
    private static Replica slow;

    @BeforeAll
    static void build() {
        NetLab.requireRights();
        mesh = new StaticMesh(Ours.AGENT);
        web = mesh.member(1, "web");
        batch = mesh.member(2, "batch");
        List<NamespaceNode> callers = List.of(web, batch);
        List<NamespaceNode> replicas = new ArrayList<>();
        for (int number = 11; number <= 13; number++) {
            NamespaceNode replica = mesh.member(number, "orders");
            replica.config().section(SERVING).rule("{port: " + ORDERS + ", proto: tcp, host: any}");
            callers.forEach(caller -> mesh.acquaint(caller, replica));
            replicas.add(replica);
        }
        web.config().section(CALLING);
        // Its applications' connections go straight to the mesh, only those to the listener to its
        // filter.
        batch.config().section(CALLING.replace("outbound: nft", "outbound: off"));
        first = replicas.getFirst();
        sound = Replica.start(mesh.lab(), first, 0, 0);
        failing = Replica.start(mesh.lab(), replicas.get(1), 30, 0);
        slow = Replica.start(mesh.lab(), replicas.get(2), 0, 50);
        mesh.start();
        for (NamespaceNode caller : callers) {
            Waits.until(
                    "the filter of " + caller.overlay() + " answers",
                    PATIENCE,
                    () -> get(caller, "orders.mesh", "/healthz").status() == 200,
                    () -> caller.daemon().log() + "\n" + first.daemon().log());
        }
    }

    @AfterAll
    static void close() {
        if (mesh != null) {
            mesh.close();
        }
    }

    @Test
    void retriesHideTheReplicaThatFails() {
        int before = failing.failures();

        Map<String, Integer> once = many(400, () -> get(web, "once.mesh", "/orders/1"));
        int failedOnce = failing.failures() - before;
        Map<String, Integer> retried = many(1000, () -> get(web, "orders.mesh", "/orders/1"));

        System.out.println("without retries " + once + ", with " + retried);
        mesh.check(
                () -> {
                    assertThat(once.getOrDefault("503", 0)).isPositive().isEqualTo(failedOnce);
                    assertThat(retried.getOrDefault("200", 0)).isGreaterThanOrEqualTo(999);
                });
    }

    @Test
    void whoMayDoWhatIsSaidByTheGroupsOfTheCertificate() {
        HttpCall allowed = get(web, "orders.mesh", "/orders/7");
        HttpCall otherGroup = get(batch, "orders.mesh", "/orders/7");
        HttpCall otherMethod = send(web, "DELETE", "orders.mesh", "/orders/7");
        HttpCall otherPath = get(web, "orders.mesh", "/admin");
        HttpCall everybody = get(batch, "orders.mesh", "/healthz");

        mesh.check(
                () -> {
                    assertThat(allowed.status()).isEqualTo(200);
                    assertThat(allowed.body())
                            .matches("from 10\\.42\\.0\\.1[123] to node-10\\.42\\.0\\.1-.*");
                    assertThat(otherGroup.status()).isEqualTo(403);
                    assertThat(otherGroup.field("x-mesh-reason")).startsWith("denied");
                    assertThat(otherMethod.status()).isEqualTo(403);
                    assertThat(otherPath.status()).isEqualTo(403);
                    assertThat(everybody.status()).isEqualTo(200);
                });
    }

    /** Past the caller's filter: what serves judges by the tunnel, whoever calls and by whatever header. */
    @Test
    void theServingSideNeedsNoFilterOnTheOtherSide() {
        HttpCall plain =
                HttpCall.send(
                        batch.host(),
                        first.overlay(),
                        ORDERS,
                        "GET",
                        "orders\r\nx-mesh-peer-groups: web\r\nx-mesh-peer-name: node-web",
                        "/orders/7");

        mesh.check(() -> assertThat(plain.status()).isEqualTo(403));
    }

    /** The application knows nothing: it calls a node's address, and the kernel leads it to the filter. */
    @Test
    void anUnknowingApplicationIsHelpedToo() {
        Map<String, Integer> answers =
                many(
                        200,
                        () ->
                                HttpCall.call(
                                        "10.42.0.12",
                                        ORDERS,
                                        "GET",
                                        "10.42.0.12:8080",
                                        "/orders/1"));

        mesh.check(() -> assertThat(answers).containsExactlyEntriesOf(Map.of("200", 200)));
    }

    @Test
    void aSplitSendsAFewPerCentToTheNextVersion() {
        int before = slow.requests();

        Map<String, Integer> answers = many(1000, () -> get(web, "canary.mesh", "/orders/1"));

        int next = slow.requests() - before;
        System.out.println(next + " of 1000 went to the next version: " + answers);
        mesh.check(
                () -> {
                    // Six standard deviations of a draw of 5 % each way.
                    assertThat(next).isBetween(10, 92);
                    assertThat(answers.getOrDefault("200", 0)).isGreaterThanOrEqualTo(999);
                });
    }

    /** Last, as a replica that was away has to earn its share again. */
    @Test
    @Order(Order.DEFAULT + 1)
    void aReplicaIsKilledAndComesBackUnderLoad() {
        FutureTask<Map<String, Integer>> load =
                new FutureTask<>(() -> many(1500, () -> get(web, "orders.mesh", "/orders/1")));
        int before = sound.requests();
        Thread.ofPlatform().start(load);
        Waits.until("load is on", PATIENCE, () -> sound.requests() > before + 50);
        first.kill();
        int carried = slow.requests() + failing.requests();
        Waits.until(
                "the others carry it",
                PATIENCE,
                () -> slow.requests() + failing.requests() > carried + 200);
        first.start();
        first.awaitReady();

        Map<String, Integer> answers = get(load);
        int back = sound.requests();
        Waits.until(
                "it is used again",
                RESTED,
                () -> {
                    get(web, "orders.mesh", "/orders/1");
                    return sound.requests() > back;
                });

        System.out.println("a replica killed and back: " + answers);
        mesh.check(() -> assertThat(answers.getOrDefault("200", 0)).isGreaterThanOrEqualTo(1498));
    }

    private static HttpCall get(NamespaceNode from, String host, String path) {
        return send(from, "GET", host, path);
    }

    private static HttpCall send(NamespaceNode from, String method, String host, String path) {
        return HttpCall.send(from.host(), "127.0.0.1", EXPLICIT, method, host, path);
    }

    /** So many calls by several threads of the caller "web"; how often which status came. */
    private static Map<String, Integer> many(int calls, Callable<HttpCall> call) {
        List<FutureTask<Map<String, Integer>>> tasks = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int share = calls / THREADS + (i < calls % THREADS ? 1 : 0);
            FutureTask<Map<String, Integer>> task =
                    new FutureTask<>(() -> web.host().inside(() -> some(share, call)));
            Thread.ofPlatform().daemon().start(task);
            tasks.add(task);
        }
        Map<String, Integer> all = new TreeMap<>();
        tasks.forEach(task -> get(task).forEach((status, n) -> all.merge(status, n, Integer::sum)));
        return all;
    }

    private static Map<String, Integer> some(int calls, Callable<HttpCall> call) throws Exception {
        Map<String, Integer> seen = new TreeMap<>();
        for (int i = 0; i < calls; i++) {
            HttpCall done = call.call();
            seen.merge(
                    done.status() == 0 ? done.body() : String.valueOf(done.status()),
                    1,
                    Integer::sum);
        }
        return seen;
    }

    private static <T> T get(FutureTask<T> task) {
        try {
            return task.get();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
