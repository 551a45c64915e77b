package dev.asterism.l7.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.exchange.InputRefusal;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.limit.Overload;
import dev.asterism.l7.proxy.FilterSnapshot;
import dev.asterism.l7.proxy.InputReport;
import dev.asterism.l7.proxy.Observer;
import dev.asterism.l7.proxy.RetryOutcome;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.telemetry.MetricFamily.Point;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterMetricsTest {

    private final FilterConfig config =
            FilterFiles.config("l7: {enabled: true, identity: {label_groups: [prod]}}");
    private final FilterMetrics metrics = new FilterMetrics(config, new AccessLog(config));
    private final Observer loop = metrics.ofLoop();
    private final Observer other = metrics.ofLoop();

    @Test
    void sumsUpWhatTheLoopsCount() {
        TestRequest request = new TestRequest();
        loop.began(request);
        loop.began(request);
        loop.ended(request);
        other.began(request);
        other.ended(request.status(503));
        other.attempted(request);
        other.retried(request, RetryOutcome.BUDGET);
        loop.retried(request, RetryOutcome.BUDGET);

        assertThat(family("mesh_l7_requests_total"))
                .containsExactlyInAnyOrder(
                        point(1, "outbound", "orders", "route-1", "default", "web", "200", "", ""),
                        point(1, "outbound", "orders", "route-1", "default", "web", "503", "", ""));
        assertThat(family("mesh_l7_attempts_total"))
                .containsExactly(
                        point(
                                1,
                                "outbound",
                                "orders",
                                "route-1",
                                "default",
                                "503",
                                "",
                                "upstream_reset"));
        assertThat(family("mesh_l7_inflight")).containsExactly(point(1, "outbound", "orders"));
        assertThat(family("mesh_l7_retries_total"))
                .containsExactly(point(2, "orders", "route-1", "budget"));
        assertThat(family("mesh_l7_config_hash")).containsExactly(point(1, config.hash()));
        assertThat(metrics.families())
                .allSatisfy(
                        family ->
                                assertThat(family.points())
                                        .allMatch(
                                                p ->
                                                        p.labels().size()
                                                                == family.labelNames().size()));
    }

    @Test
    void countsWhatAnotherPoolTook() {
        TestRequest request = new TestRequest();
        request.emptyPool = "next";
        loop.ended(request);
        other.ended(request);
        other.ended(new TestRequest());

        assertThat(family("mesh_l7_fallbacks_total"))
                .containsExactly(point(2, "orders", "route-1", "next"));
    }

    @Test
    void countsInputThatTheProtocolRefused() {
        loop.inputRefused(input(InputRefusal.FRAMING, 0));
        other.inputRefused(input(InputRefusal.FRAMING, 0));
        other.inputRefused(input(InputRefusal.H2_FLOOD, 0));

        assertThat(family("mesh_l7_input_refused_total"))
                .containsExactly(
                        point(2, "inbound", "orders", "web", "framing"),
                        point(1, "inbound", "orders", "web", "h2_flood"));
        assertThat(family("mesh_l7_requests_total")).isEmpty();
    }

    static InputReport input(InputRefusal why, long nanos) {
        return new InputReport(
                ServiceSide.INBOUND, "orders", new TestRequest().caller, why, 400, nanos);
    }

    @Test
    void countsRequestsForNoServiceUnderOneEmptyName() {
        TestRequest request = new TestRequest().status(404);
        request.service = "";
        request.route = "";
        request.reason = "no_route";
        loop.began(request);
        loop.ended(request);

        assertThat(family("mesh_l7_requests_total"))
                .containsExactly(
                        point(1, "outbound", "", "", "default", "web", "404", "", "no_route"));
        assertThat(family("mesh_l7_inflight")).containsExactly(point(0, "outbound", ""));
    }

    @Test
    void putsLatenciesIntoBuckets() {
        loop.ended(new TestRequest().took(0));
        loop.ended(new TestRequest().took(1));
        other.ended(new TestRequest().took(2));
        other.ended(new TestRequest().took(60_000));

        Point point = family("mesh_l7_request_seconds").getFirst();
        assertThat(point.labels()).containsExactly("outbound", "orders", "route-1");
        assertThat(point.value()).isEqualTo(60.003);
        assertThat(point.buckets()).startsWith(1L, 0L, 1L, 1L).endsWith(0L, 1L).hasSize(17);
        assertThat(MetricFamily.bounds())
                .containsExactly(
                        0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                        1.0, 2.5, 5.0, 10.0, 30.0);
    }

    @Test
    void aLoopMayRestAnEndpointTwiceAndItCountsOnce() {
        loop.ejected("orders", "default", "a", 1);
        loop.ejected("orders", "default", "a", 2);
        other.ejected("orders", "default", "a", 1);
        other.ejected("orders", "default", "b", 1);
        assertThat(family("mesh_l7_ejected")).containsExactly(point(2, "orders", "default"));

        loop.ejected("orders", "default", "a", 0);
        other.ejected("orders", "default", "a", 0);
        assertThat(family("mesh_l7_ejected")).containsExactly(point(1, "orders", "default"));
    }

    @Test
    void namesTheRuleAndTheMode() {
        loop.denied(new TestRequest(), "c.yml:7", false);
        other.denied(new TestRequest(), "c.yml:7", true);
        other.denied(new TestRequest(), "c.yml:7", true);
        loop.limited(new TestRequest(), true);
        loop.limited(new TestRequest(), false);

        assertThat(family("mesh_l7_denied_total"))
                .containsExactlyInAnyOrder(
                        point(1, "orders", "c.yml:7", "enforce"),
                        point(2, "orders", "c.yml:7", "audit"));
        assertThat(family("mesh_l7_limited_total"))
                .containsExactlyInAnyOrder(
                        point(1, "orders", "route-1", "enforce"),
                        point(1, "orders", "route-1", "audit"));
    }

    @Test
    void countsWhatIsShedByClass() {
        loop.shed(new TestRequest(), Priority.BATCH, false);
        other.shed(new TestRequest(), Priority.BATCH, false);
        other.shed(new TestRequest(), Priority.CRITICAL, true);

        assertThat(family("mesh_l7_shed_total"))
                .containsExactlyInAnyOrder(
                        point(2, "orders", "route-1", "batch", "enforce"),
                        point(1, "orders", "route-1", "critical", "audit"));
    }

    @Test
    void showsTheLimitOfTheMoment() {
        FilterConfig serving =
                FilterFiles.config(
                        """
                        l7:
                          serve:
                            orders: {port: 80, to: "127.0.0.1:9090", mode: audit, overload: {least: 3}}
                            plain: {port: 81, to: "127.0.0.1:9091"}
                        """);
        FilterSnapshot snapshot = FilterSnapshot.of(serving.spec("self"), null, 0);
        assertThat(family("mesh_l7_limit")).isEmpty();
        metrics.watch(snapshot::services);
        assertThat(family("mesh_l7_limit")).containsExactly(point(6, "orders"));

        Overload overload = Objects.requireNonNull(snapshot.services().getFirst().overload());
        for (int i = 1; i <= 1000; i++) {
            overload.answered(i * 1_000_000L, false, i * 100_000_000L);
        }

        assertThat(family("mesh_l7_limit")).containsExactly(point(4, "orders"));
    }

    /** The issuer of certificates chooses the groups; their number must not grow the metrics without bound. */
    @Test
    void boundsTheLabelsOfPeers() {
        for (int i = 0; i < 10_000; i++) {
            TestRequest request = new TestRequest();
            request.caller = new Caller("n" + i, List.of("g" + i), "10.42.0.7", "ab", "mesh");
            loop.ended(request);
        }

        List<Point> points = family("mesh_l7_requests_total");
        assertThat(points).hasSize(201);
        assertThat(points.stream().max(Comparator.comparingDouble(Point::value)).orElseThrow())
                .isEqualTo(
                        point(
                                9_800,
                                "outbound",
                                "orders",
                                "route-1",
                                "default",
                                "other",
                                "200",
                                "",
                                ""));
    }

    /** An upstream chooses its statuses. */
    @Test
    void boundsTheSeriesOfALoop() {
        for (int grpc = 0; grpc < 10_000; grpc++) {
            TestRequest request = new TestRequest().status(200 + grpc % 100);
            request.grpcStatus = grpc;
            loop.ended(request);
        }

        assertThat(family("mesh_l7_requests_total")).hasSizeBetween(2_000, 2_100);
        assertThat(family("mesh_l7_requests_total").stream().mapToDouble(Point::value).sum())
                .isEqualTo(10_000);
    }

    @ParameterizedTest
    @CsvSource({
        "group, '', none",
        "group, a, a",
        "group, a b, multi",
        "group, a prod, prod",
        "name, a b, web-1",
        "both, a, a/web-1"
    })
    void namesAPeerAsTheFileWants(String kind, String groups, String label) {
        FilterConfig wanted =
                FilterFiles.config(
                        "l7: {enabled: true, identity: {label: %s, label_groups: [prod]}}"
                                .formatted(kind));
        metrics.reload(wanted);
        TestRequest request = new TestRequest();
        List<String> all = groups.isEmpty() ? List.of() : List.of(groups.split(" ", -1));
        request.caller = new Caller("web-1", all, "10.42.0.7", "ab", "mesh");
        loop.ended(request);

        assertThat(family("mesh_l7_requests_total").getFirst().labels().get(4)).isEqualTo(label);
    }

    private List<Point> family(String name) {
        return metrics.families().stream()
                .filter(family -> family.name().equals(name))
                .findFirst()
                .orElseThrow()
                .points();
    }

    private static Point point(double value, String... labels) {
        return new Point(List.of(labels), value, List.of());
    }
}
