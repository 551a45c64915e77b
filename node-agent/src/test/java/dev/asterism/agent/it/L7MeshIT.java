package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The L7 filter in real agents: two callers of different groups, three replicas of which one fails in 30 % of its
 * answers and one is slow, and nothing between them but the mesh.
 */
class L7MeshIT {

    private static final int THREADS = 8;
    private static final int CANARY_CALLS = 20_000;

    @TempDir private static Path folder;
    private static OrdersMesh mesh;

    @BeforeAll
    static void build() {
        mesh = new OrdersMesh();
    }

    @AfterAll
    static void close() {
        if (mesh != null) {
            mesh.close();
        }
    }

    @Test
    void retriesHideTheReplicaThatFails() {
        int before = mesh.failing().failures();

        Map<String, Integer> once = many(400, () -> get(mesh.web(), "once.mesh", "/orders/1"));
        int failedOnce = mesh.failing().failures() - before;
        Map<String, Integer> retried =
                many(1000, () -> get(mesh.web(), "orders.mesh", "/orders/1"));

        System.out.println("without retries " + once + ", with " + retried);
        mesh.check(
                () -> {
                    assertThat(once.getOrDefault("503", 0)).isPositive().isEqualTo(failedOnce);
                    assertThat(retried.getOrDefault("200", 0)).isGreaterThanOrEqualTo(999);
                });
    }

    @Test
    void whoMayDoWhatIsSaidByTheGroupsOfTheCertificate() {
        HttpCall allowed = get(mesh.web(), "orders.mesh", "/orders/7");
        HttpCall otherGroup = get(mesh.batch(), "orders.mesh", "/orders/7");
        HttpCall otherMethod = send(mesh.web(), "DELETE", "orders.mesh", "/orders/7");
        HttpCall otherPath = get(mesh.web(), "orders.mesh", "/admin");
        HttpCall everybody = get(mesh.batch(), "orders.mesh", "/healthz");

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
                        mesh.batch().host(),
                        mesh.first().overlay(),
                        OrdersMesh.PORT,
                        "GET",
                        "orders\r\nx-mesh-peer-groups: web\r\nx-mesh-peer-name: node-web",
                        "/orders/7");

        mesh.check(() -> assertThat(plain.status()).isEqualTo(403));
    }

    /**
     * The application knows nothing: it calls the service's name at a node's address, and the
     * kernel leads it to the filter.
     */
    @Test
    void anUnknowingApplicationIsHelpedToo() {
        Map<String, Integer> answers =
                many(
                        200,
                        () ->
                                HttpCall.call(
                                        "10.42.0.12",
                                        OrdersMesh.PORT,
                                        "GET",
                                        "orders:8080",
                                        "/orders/1"));

        mesh.check(() -> assertThat(answers).containsExactlyEntriesOf(Map.of("200", 200)));
    }

    /** What it speaks goes through the tunnel as well, from the one filter to the other. */
    @ParameterizedTest
    @CsvSource({"--http1.1, 1.1", "--http2-prior-knowledge, 2"})
    void aMebibyteGoesThereAndBackInEitherVersion(String option, String version)
            throws IOException {
        if (Shell.find("curl") == null) {
            System.err.println("SKIPPED: curl is not on the PATH");
            Assumptions.abort("curl is not on the PATH");
        }
        byte[] bytes = new byte[(1 << 20) + 17];
        new SplittableRandom(9).nextBytes(bytes);
        Path sent = Files.write(folder.resolve("sent"), bytes);
        Path back = folder.resolve("back");

        Shell.Result result =
                mesh.web()
                        .host()
                        .run(
                                "curl",
                                "-sS",
                                "-m",
                                "30",
                                option,
                                "--resolve",
                                "*:4140:127.0.0.1",
                                "-w",
                                "%{http_code} %{http_version}",
                                "-o",
                                back.toString(),
                                "--data-binary",
                                "@" + sent,
                                OrdersMesh.url("one.mesh", Replica.ECHO));

        mesh.check(
                () -> {
                    assertThat(result.output()).isEqualTo("200 " + version);
                    assertThat(back).hasBinaryContent(bytes);
                });
    }

    /** By a client that keeps its connections, as so many calls would otherwise be mostly connections. */
    @Test
    void aSplitSendsAFewPerCentToTheNextVersion() {
        int before = mesh.slow().requests();

        List<Map<String, Integer>> seen =
                CallerThreads.start(
                                mesh.web().host(),
                                THREADS,
                                _ -> {
                                    try (HttpSession session = mesh.session("canary.mesh")) {
                                        return some(
                                                CANARY_CALLS / THREADS,
                                                () -> session.ask("GET", "/orders/1", ""));
                                    }
                                })
                        .results();

        int next = mesh.slow().requests() - before;
        Map<String, Integer> answers = sum(seen);
        System.out.println(next + " of " + CANARY_CALLS + " went to the next version: " + answers);
        mesh.check(
                () -> {
                    assertThat(next * 100.0 / CANARY_CALLS).isBetween(4.0, 6.0);
                    assertThat(answers.getOrDefault("200", 0))
                            .isGreaterThanOrEqualTo(CANARY_CALLS * 999 / 1000);
                });
    }

    private static HttpCall get(NamespaceNode from, String host, String path) {
        return mesh.get(from, host, path);
    }

    private static HttpCall send(NamespaceNode from, String method, String host, String path) {
        return mesh.send(from, method, host, path);
    }

    /** So many calls by several threads of the caller "web"; how often which status came. */
    private static Map<String, Integer> many(int calls, Callable<HttpCall> call) {
        return sum(
                CallerThreads.start(
                                mesh.web().host(),
                                THREADS,
                                thread ->
                                        some(
                                                calls / THREADS
                                                        + (thread < calls % THREADS ? 1 : 0),
                                                call))
                        .results());
    }

    private static Map<String, Integer> sum(List<Map<String, Integer>> parts) {
        Map<String, Integer> all = new TreeMap<>();
        parts.forEach(part -> part.forEach((status, n) -> all.merge(status, n, Integer::sum)));
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
}
