package dev.asterism.l7.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.proxy.Service;
import dev.asterism.l7.retry.ReplayQuota;
import dev.asterism.l7.runtime.FilterRuntime;
import dev.asterism.l7.runtime.NoPeers;
import dev.asterism.l7.telemetry.AccessLog;
import dev.asterism.l7.telemetry.FilterMetrics;
import dev.asterism.l7.telemetry.Tap;
import dev.asterism.l7.telemetry.TapQuestion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Everything at once: both versions of HTTP, gRPC, upgrades, retries, second copies, mirrors, faults, time-outs, broken
 * uploads, resets, clients that leave, servers that break, reloads and taps, through two filters one behind the other.
 * At the end no buffer, socket, request or place is left.
 */
class MixedSoakIT {

    /** {@code -Dasterism.l7.soak=480} for eight minutes. */
    private static final long SECONDS = Long.getLong("asterism.l7.soak", 6);

    private static final long SEED = Long.getLong("asterism.l7.seed", 42);
    private static final int CLIENTS = 12;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long RELOAD_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    /** Of the test itself, such as class files. */
    private static final long FEW_FILES = 8;

    private final Queue<RuntimeException> faults = new ConcurrentLinkedQueue<>();

    /** A filter, and what it counts. */
    private record Running(FilterRuntime runtime, FilterMetrics metrics) {

        /** What a metric says of the moment, over all its series. */
        long sum(String family) {
            return metrics.families().stream()
                    .filter(one -> one.name().equals(family))
                    .flatMap(one -> one.points().stream())
                    .mapToLong(point -> (long) point.value())
                    .sum();
        }

        /** What should be nothing when nobody asks any more. */
        Map<String, Long> held() {
            Map<String, Long> held = new TreeMap<>();
            held.put("buffers", sum("mesh_l7_buffered_bytes"));
            held.put("requests", sum("mesh_l7_inflight"));
            held.put("clients", (long) runtime.clients());
            long quota = ReplayQuota.ofHeap(Runtime.getRuntime().maxMemory()).left();
            held.put("kept bodies", quota - runtime.snapshot().replay().left());
            for (Service service : runtime.snapshot().services()) {
                held.merge("places", (long) service.requests().count(), Long::sum);
                held.merge("waiting", (long) service.pending().count(), Long::sum);
            }
            held.values().removeIf(value -> value == 0);
            return held;
        }
    }

    private Running run(FilterConfig config) {
        FilterMetrics metrics = new FilterMetrics(config, new AccessLog(config));
        Caller self = new Caller("me", List.of("web"), "10.42.0.1", "ab", "mesh");
        return new Running(
                new FilterRuntime(config, NoPeers.around(self, metrics, faults::add)), metrics);
    }

    private static FilterConfig serving(int origin, int generation) {
        return FilterFiles.config(
                """
                l7:
                  enabled: true
                  threads: 2
                  serve:
                    a: {port: 8081, to: "127.0.0.1:%1$d", protocol: http1, max: {requests: %2$d}}
                    b: {port: 8082, to: "127.0.0.1:%1$d", protocol: http1}
                """
                        .formatted(origin, 500 + generation % 7));
    }

    private static FilterConfig calling(int port, int a, int b, int generation) {
        String service =
                """
                    %s:
                      port: %d
                      protocol: %s
                      pools: {default: {static: ["127.0.0.1:%d", "127.0.0.1:%d"]}, copies: {static: ["127.0.0.1:%d"]}}
                      retry: {on: [connect, refused, reset, timeout, 503], times: 2, budget: {ratio: 50%%}}
                      timeout: {request: 2s, try: 300ms}
                      hedge: {after: 20ms, percent: 30%%}
                      breaker: {failures: 0, success: 0%%}
                      routes:
                        - {match: {path: /fault}, fault: {percent: 50%%, code: 500, delay: 10ms}}
                        - {match: {path: /ok}, mirror: {to: copies, percent: 30%%}, response_headers: {x-g: "%d"}}
                        - {to: default}
                """;
        return FilterFiles.config(
                "l7:\n  enabled: true\n  threads: 2\n  listen: [\"127.0.0.1:%d\"]\n  services:\n"
                                .formatted(port)
                        + service.formatted("one", 81, "http1", a, b, a, generation)
                        + service.formatted("two", 82, "http2", a, b, b, generation));
    }

    @Test
    void nothingIsLeft() {
        assertTimeoutPreemptively(
                Duration.ofSeconds(SECONDS).plus(PATIENCE.multipliedBy(3)), this::soak);
    }

    private void soak() throws Exception {
        Map<String, Integer> seen = new TreeMap<>();
        long files = files();
        try (SoakOrigin origin = new SoakOrigin()) {
            FilterConfig served = serving(origin.port(), 0);
            Running inner = run(served);
            FilterRuntime.Opened a = serve(inner, served, 0);
            FilterRuntime.Opened b = serve(inner, served, 1);
            int port = freePort();
            FilterConfig called = calling(port, a.port(), b.port(), 0);
            Running outer = run(called);
            FilterRuntime.Opened listener = outer.runtime().listen(called.listen().getFirst());
            NoPeers.awaitEndpoints(outer.runtime());

            List<Thread> threads = new ArrayList<>();
            List<SoakClient> clients = new ArrayList<>();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            for (int i = 0; i < CLIENTS; i++) {
                SoakClient client = new SoakClient(SEED + i, listener.port());
                clients.add(client);
                threads.add(
                        Thread.ofPlatform()
                                .daemon()
                                .start(
                                        () -> {
                                            while (System.nanoTime() < end) {
                                                client.deed();
                                            }
                                        }));
            }
            int reloads = 0;
            while (System.nanoTime() < end) {
                reloads++;
                FilterConfig next = calling(port, a.port(), b.port(), reloads);
                reload(outer, next, inner, serving(origin.port(), reloads));
                tell(reloads);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            clients.forEach(c -> c.seen().forEach((k, n) -> seen.merge(k, n, Integer::sum)));
            System.out.printf("%d s, seed %d, %d reloads: %s%n", SECONDS, SEED, reloads, seen);
            System.out.printf(
                    "retries %d, copies %d, mirrored %d%n",
                    outer.sum("mesh_l7_retries_total"),
                    outer.sum("mesh_l7_hedges_total"),
                    outer.sum("mesh_l7_mirrored_total"));

            for (Running each : List.of(outer, inner)) { // the clients of the second are the first
                assertThat(awaitNothing(each)).isEmpty();
                assertThat(each.runtime().drain(Duration.ofSeconds(5))).isZero();
                long kept = each.sum("mesh_l7_connections");
                each.runtime().close();
                assertThat(awaitNoSocket(each))
                        .as("sockets; %d connections to servers were kept before the end", kept)
                        .isZero();
            }
            check(seen, outer);
        }
        awaitFiles(files);
        assertThat(faults).isEmpty();
    }

    private static FilterRuntime.Opened serve(Running inner, FilterConfig served, int number)
            throws IOException {
        Caller peer = new Caller("web-1", List.of("web"), "10.42.0.7", "cd", "mesh");
        return inner.runtime()
                .serve(
                        served.services().get(number),
                        false,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        (_, _) -> peer);
    }

    /** While a tap shows what happens. */
    private static void reload(
            Running outer, FilterConfig calling, Running inner, FilterConfig serving) {
        TapQuestion question =
                new TapQuestion("", Selector.parse("any"), "", List.of(), true, 1000);
        Tap tap = Objects.requireNonNull(outer.metrics().taps().open(question, System.nanoTime()));
        LockSupport.parkNanos(RELOAD_NANOS);
        outer.runtime().apply(calling);
        inner.runtime().apply(serving);
        outer.metrics().taps().close(tap);
    }

    /** Once in half a minute. */
    private static void tell(int reloads) {
        if (reloads % 100 == 0) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            long used = (runtime.totalMemory() - runtime.freeMemory()) >> 10;
            System.out.printf("%d reloads, heap %d KiB%n", reloads, used);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private static Map<String, Long> awaitNothing(Running running) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Map<String, Long> held = running.held();
        while (!held.isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(20_000_000);
            held = running.held();
        }
        return held;
    }

    /** A loop with many sockets may go on closing them when {@code close} does not wait for it any longer. */
    private static long awaitNoSocket(Running running) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (running.sum("mesh_l7_connections") > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(20_000_000);
        }
        return running.sum("mesh_l7_connections");
    }

    private static long files() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static void awaitFiles(long before) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (files() > before + FEW_FILES && System.nanoTime() < end) {
            LockSupport.parkNanos(20_000_000);
        }
        assertThat(files()).as("open files").isLessThanOrEqualTo(before + FEW_FILES);
    }

    /** All of it has happened, and what should succeed did. */
    private static void check(Map<String, Integer> seen, Running outer) {
        assertThat(seen)
                .containsKeys(
                        "HTTP1 /ok 200",
                        "HTTP1 /flaky 200",
                        "HTTP1 /late 504",
                        "HTTP1 /fault 500",
                        "KEPT 3 of 3",
                        "UPLOAD 200 whole",
                        "BROKEN_UPLOAD gone",
                        "LEAVES after 1000",
                        "UPGRADE 101 hello",
                        "HTTP2 ended",
                        "GRPC ok")
                .doesNotContainKeys("HTTP2 not ended", "GRPC nothing", "HTTP1 /ok nothing");
        for (String family :
                List.of(
                        "mesh_l7_retries_total",
                        "mesh_l7_hedges_total",
                        "mesh_l7_mirrored_total")) {
            assertThat(outer.sum(family)).as(family).isPositive();
        }
    }
}
