package dev.asterism.agent.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.agent.l7.FilterPlace;
import dev.asterism.agent.l7.FilterService;
import dev.asterism.agent.l7.FilterSettings;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.Strictness;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A live node with the filter: its series are those that the dashboard asks for, and its spans reach a collector. */
@SuppressWarnings("NullAway.Init") // set before each test
class DashboardTest {

    private static final Path DASHBOARD = Path.of("..", "configs", "grafana-l7.json");
    private static final String STATS =
            "{type: prometheus, listen: '127.0.0.1:0', path: /metrics, interval: 10s}";
    private static final Pattern SERIES = Pattern.compile("\\b(mesh_[a-z0-9_]+)(\\{[^}]*\\})?");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)(?:=~|!~|!=|=)\"");
    private static final Pattern SHOWN =
            Pattern.compile("(?m)^(mesh_[a-z0-9_]+)(?:\\{([^}]*)\\})? ");
    private static final Pattern SHOWN_LABEL = Pattern.compile("([a-z_]+)=\"");
    private static final Pattern GROUPED = Pattern.compile("by \\(([a-z_, ]+)\\)");

    @TempDir Path folder;

    private final ConcurrentLinkedQueue<ExportTraceServiceRequest> collected =
            new ConcurrentLinkedQueue<>();
    private HttpServer application;
    private LiveNode node;
    private FilterService filter;
    private final AtomicInteger asked = new AtomicInteger();
    private int port;

    @BeforeEach
    void start() throws Exception {
        application =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        application.createContext(
                "/",
                exchange -> {
                    LockSupport.parkNanos(5_000_000); // so that second copies are due
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        application.createContext(
                "/v1/traces",
                exchange -> {
                    assertThat(exchange.getRequestHeaders().getFirst("Content-Type"))
                            .isEqualTo("application/x-protobuf");
                    collected.add(ExportTraceServiceRequest.parseFrom(exchange.getRequestBody()));
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        application.start();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        node = new LiveNode(folder, STATS);
        filter =
                new FilterService(
                        new FilterPlace(node.metered().node(), node.metered().discovery(), null),
                        settings());
        filter.start();
    }

    @AfterEach
    void stop() {
        filter.stop();
        node.close();
        application.stop(0);
    }

    private FilterSettings settings() throws IOException {
        int live = application.getAddress().getPort();
        int dead;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            dead = free.getLocalPort();
        }
        Path file = folder.resolve("config.yml");
        Files.writeString(
                file,
                Files.readString(file)
                        + """
                        l7:
                          enabled: true
                          listen: ["127.0.0.1:%1$d"]
                          trace: {otlp: "http://127.0.0.1:%2$d", sample: 100%%}
                          services:
                            orders:
                              port: 8080
                              balance: round
                              breaker: {failures: 2, eject: 60s..60s, max_ejected: 100%%}
                              hedge: {after: 1ms, percent: 50%%}
                              pools:
                                both: {static: ["127.0.0.1:%2$d", "127.0.0.1:%3$d"]}
                                next: {static: ["127.0.0.1:%2$d"]}
                              routes:
                                - {match: {prefix: /denied}, to: both, deny: [{from: any}]}
                                - {match: {prefix: /limited}, to: both, limit: {total: 1/m}}
                                - {to: both, rollout: {to: next, steps: [50]}}
                        """
                                .formatted(port, live, dead));
        ConfigOutcome outcome = ConfigFiles.load(file, Strictness.REFUSE);
        assertThat(outcome).isInstanceOf(ConfigOutcome.Loaded.class);
        return ((ConfigOutcome.Loaded) outcome).config().get(FilterSettings.SECTION);
    }

    private String ask(String path) throws IOException {
        asked.incrementAndGet();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(
                            ("GET "
                                            + path
                                            + " HTTP/1.1\r\nhost: orders\r\nconnection: close\r\n\r\n")
                                    .getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private String scrape() throws IOException {
        MeteredNode plain = node.metered();
        MeteredNode metered =
                new MeteredNode(
                        plain.node(),
                        plain.discovery(),
                        plain.sockets(),
                        plain.version(),
                        filter::families);
        byte[] text = Export.exposition(metered, node.config().stats()).scrape();
        return new String(Objects.requireNonNull(text), UTF_8);
    }

    /** Series with the labels that they have. */
    private Map<String, Set<String>> shown() throws IOException {
        Map<String, Set<String>> shown = new HashMap<>();
        Matcher line = SHOWN.matcher(scrape());
        while (line.find()) {
            Set<String> labels = shown.computeIfAbsent(line.group(1), _ -> new TreeSet<>());
            Matcher label = SHOWN_LABEL.matcher(line.group(2) == null ? "" : line.group(2));
            while (label.find()) {
                labels.add(label.group(1));
            }
        }
        return shown;
    }

    private static List<String> expressions() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
        List<String> all = new ArrayList<>();
        dashboard
                .get("panels")
                .forEach(
                        panel ->
                                panel.get("targets")
                                        .forEach(target -> all.add(target.get("expr").asText())));
        dashboard
                .get("templating")
                .get("list")
                .forEach(variable -> all.add(variable.get("query").asText()));
        return all;
    }

    /** Traffic that makes each series appear: an endpoint that refuses, a rule, a rate, a copy that is due. */
    private void traffic() throws IOException {
        await(() -> !answered("/a").contains("no_endpoint"));
        for (int i = 0; i < 60; i++) {
            ask("/a");
            ask("/denied");
            ask("/limited");
        }
    }

    private String answered(String path) {
        try {
            return ask(path);
        } catch (IOException e) {
            return "no_endpoint";
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("time after a minute").isNegative();
            LockSupport.parkNanos(5_000_000); // what is waited for needs the processor
        }
    }

    @Test
    void asksForSeriesAndLabelsThatALiveNodeHas() throws IOException {
        traffic();
        Map<String, Set<String>> shown = shown();
        Map<String, String> missing = new TreeMap<>();
        int series = 0;
        for (String expression : expressions()) {
            Set<String> labels = new TreeSet<>();
            Matcher one = SERIES.matcher(expression);
            while (one.find()) {
                series++;
                Set<String> there = shown.get(one.group(1));
                if (there == null) {
                    missing.put(one.group(1), "is no series");
                    continue;
                }
                labels.addAll(there);
                Matcher label = LABEL.matcher(one.group(2) == null ? "" : one.group(2));
                while (label.find()) {
                    if (!there.contains(label.group(1))) {
                        missing.put(one.group(1), "has no label " + label.group(1));
                    }
                }
            }
            Matcher grouped = GROUPED.matcher(expression);
            while (grouped.find()) {
                for (String label : grouped.group(1).split(", ")) {
                    if (!labels.contains(label)) {
                        missing.put(expression, "groups by " + label);
                    }
                }
            }
        }

        assertThat(missing).isEmpty();
        assertThat(series).isGreaterThan(20);
    }

    @Test
    void spansReachTheCollectorWithTheirAttempts() throws IOException {
        await(() -> !answered("/a").contains("no_endpoint"));
        for (int i = 0; i < 10; i++) {
            ask("/a?token=s3cret");
        }
        await(() -> spans(Span.SpanKind.SPAN_KIND_SERVER).size() == asked.get());

        Set<ByteString> requests = new HashSet<>();
        spans(Span.SpanKind.SPAN_KIND_SERVER).forEach(span -> requests.add(span.getSpanId()));
        List<Span> attempts = spans(Span.SpanKind.SPAN_KIND_CLIENT);
        assertThat(attempts)
                .hasSizeGreaterThanOrEqualTo(10)
                .allMatch(span -> requests.contains(span.getParentSpanId()));
        assertThat(collected.toString()).contains("mesh.service").doesNotContain("s3cret");
        await(() -> scraped().contains("mesh_l7_spans_total{result=\"sent\"}"));
        assertThat(scraped()).contains("mesh_l7_spans_total{result=\"dropped\"} 0.0");
        FamilyText text = new FamilyText(filter::families);
        assertThat(text.page("application/openmetrics-text; version=1.0.0").text())
                .contains("# EOF")
                .containsPattern(
                        "mesh_l7_request_seconds_bucket\\{.*\\} [0-9]+ # \\{.*trace_id=\"[0-9a-f]{32}\"");
        assertThat(text.page("text/plain").text()).doesNotContain("trace_id");
    }

    private String scraped() {
        try {
            return scrape();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<Span> spans(Span.SpanKind kind) {
        return collected.stream()
                .flatMap(request -> request.getResourceSpansList().stream())
                .flatMap(resource -> resource.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .filter(span -> span.getKind() == kind)
                .toList();
    }
}
