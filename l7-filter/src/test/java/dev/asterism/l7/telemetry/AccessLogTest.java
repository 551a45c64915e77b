package dev.asterism.l7.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.exchange.InputRefusal;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.TraceHeaders;
import dev.asterism.l7.identity.TracePolicy;
import dev.asterism.l7.match.SampleRequest;
import dev.asterism.l7.proxy.Observer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccessLogTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:10Z");

    private final FilterConfig config =
            FilterFiles.config("l7: {enabled: true, log: {access: l7.json, redact: [Token]}}");
    private final AccessLog log = new AccessLog(config);
    private final Observer loop = new FilterMetrics(config, log).ofLoop();

    @Test
    void writesALineOfJsonForEachRequest() {
        TestRequest request = new TestRequest();
        request.path = "/a?token=secret&x=1";
        loop.ended(request);

        assertThat(lines(6_003_000_000L))
                .isEqualTo(
                        "{\"time\":\"2026-11-28T12:00:05Z\",\"dir\":\"outbound\",\"service\":\"orders\","
                                + "\"route\":\"route-1\",\"pool\":\"default\",\"endpoint\":\"orders-1\","
                                + "\"peer\":\"web-1\",\"groups\":[\"web\"],\"peer_ip\":\"10.42.0.7\","
                                + "\"method\":\"GET\",\"host\":\"orders.mesh\","
                                + "\"path\":\"/a?token=(redacted)&x=1\",\"status\":200,\"attempts\":2,"
                                + "\"ms\":3.0,\"answer_ms\":2.0,\"bytes_in\":10,\"bytes_out\":20,"
                                + "\"config\":\""
                                + config.hash()
                                + "\"}\n");
        assertThat(lines(0)).isEmpty();
    }

    @Test
    void namesThePoolThatWasEmpty() {
        TestRequest request = new TestRequest();
        request.emptyPool = "next";
        loop.ended(request);

        assertThat(lines(0)).contains("\"pool\":\"default\",\"empty_pool\":\"next\",");
    }

    @Test
    void aRequestForNoServiceHasItsLine() {
        TestRequest request = new TestRequest().status(404);
        request.service = "";
        request.reason = "no_route";
        loop.ended(request);

        assertThat(lines(0))
                .contains("\"host\":\"orders.mesh\"", "\"status\":404,\"reason\":\"no_route\"")
                .doesNotContain("\"service\"");
    }

    @Test
    void whatAStrangerSentStaysInItsLine() {
        TestRequest request = new TestRequest();
        request.path = "/\n{\"a\":\u0001\u2028";
        request.caller = Caller.UNKNOWN;
        request.answeredNanos = 0;
        loop.ended(request);

        assertThat(lines(0).chars().filter(c -> c == '\n').count()).isEqualTo(1);
        assertThat(lines(0)).doesNotContain("peer", "answer_ms");
    }

    @Test
    void samplesSuccessesAndWritesEveryFailure() {
        log.reload(FilterFiles.config("l7: {enabled: true, log: {access: l7.json, sample: 10%}}"));
        for (int i = 0; i < 100; i++) {
            loop.ended(new TestRequest());
            loop.ended(new TestRequest().status(500));
        }

        String lines = lines(0);
        assertThat(lines.lines().filter(line -> line.contains("\"status\":500"))).hasSize(100);
        assertThat(lines.lines().filter(line -> line.contains("\"status\":200"))).hasSize(10);
    }

    @Test
    void ofAFloodOfBadInputAFewLinesASecondAreWrittenAndTheNextSaysHowManyWereLeftOut() {
        long second = 1_000_000_000L;
        for (int i = 0; i < 10_000; i++) {
            loop.inputRefused(FilterMetricsTest.input(InputRefusal.FRAMING, second));
        }
        loop.inputRefused(FilterMetricsTest.input(InputRefusal.HOST, 2 * second));
        loop.inputRefused(FilterMetricsTest.input(InputRefusal.HOST, 2 * second));

        List<String> lines = lines(2 * second).lines().toList();
        assertThat(lines).hasSize(RefusedInputs.MOST_LINES + 2);
        assertThat(lines.getFirst())
                .isEqualTo(
                        "{\"time\":\"2026-11-28T12:00:09Z\",\"dir\":\"inbound\",\"service\":\"orders\","
                                + "\"peer\":\"web-1\",\"groups\":[\"web\"],\"peer_ip\":\"10.42.0.7\","
                                + "\"input_refused\":\"framing\",\"status\":400,\"config\":\""
                                + config.hash()
                                + "\"}");
        assertThat(lines.get(RefusedInputs.MOST_LINES))
                .contains("\"input_refused\":\"host\"", "\"left_out\":9990,");
        assertThat(lines.getLast()).doesNotContain("left_out");
        assertThat(log.dropped()).isZero();
    }

    /** As HTTP/2 streams that are opened and reset at once, tens of thousands in a second. */
    @Test
    void ofRequestsThatTheirClientsGaveUpAFewLinesASecondAreWritten() {
        for (int i = 0; i < 10_000; i++) {
            loop.ended(ended(1).status(0));
        }
        loop.ended(ended(2).status(0));
        loop.ended(ended(2).status(200));

        List<String> lines = lines(0).lines().toList();
        assertThat(lines).hasSize(LoggedRequests.MOST_UNANSWERED + 2);
        assertThat(lines.get(LoggedRequests.MOST_UNANSWERED))
                .contains("\"status\":0", "\"left_out\":9990,");
        assertThat(lines.getLast()).contains("\"status\":200").doesNotContain("left_out");
    }

    @Test
    void ofAFloodOfFailuresAThousandLinesASecondAreWrittenAndAllSuccesses() {
        for (int i = 0; i < 3_000; i++) {
            TestRequest denied = ended(1).status(403);
            denied.reason = "denied";
            loop.ended(denied);
            loop.ended(ended(1).status(503));
            loop.ended(ended(1));
        }
        loop.ended(ended(2).status(503));

        StringBuilder all = new StringBuilder();
        for (String batch = lines(0); !batch.isEmpty(); batch = lines(0)) {
            all.append(batch);
        }
        List<String> lines = all.toString().lines().toList();
        assertThat(lines).filteredOn(line -> line.contains("\"status\":200")).hasSize(3_000);
        assertThat(lines).hasSize(3_000 + LoggedRequests.MOST_FAILED + 1);
        assertThat(lines.getLast()).contains("\"left_out\":5000,");
    }

    private static TestRequest ended(long seconds) {
        TestRequest request = new TestRequest();
        request.endedNanos = seconds * 1_000_000_000L;
        return request;
    }

    @Test
    void aSampledTraceIsWrittenWithItsSpanWhateverIsSampledHere() {
        log.reload(FilterFiles.config("l7: {enabled: true, log: {access: l7.json, sample: 0%}}"));
        TraceHeaders traces = new TraceHeaders(FieldNames.with(TraceHeaders.NAMES));
        TestRequest request = new TestRequest();
        Head head = SampleRequest.own("GET", "/");
        traces.complete(head, 1, 2, new TracePolicy(true, 10_000, true), 10_000, request.trace);
        loop.ended(request);
        loop.ended(new TestRequest());

        assertThat(lines(0).lines())
                .singleElement()
                .asString()
                .contains(
                        "\"trace\":\"%s\",\"span\":\"%s\",\"attempts\""
                                .formatted(request.trace.trace(), request.trace.span()));
    }

    @Test
    void isOffWithoutAFile() {
        log.reload(FilterFiles.config("l7: {enabled: true, log: {access: ''}}"));
        loop.ended(new TestRequest().status(500));

        assertThat(lines(0)).isEmpty();
    }

    @Test
    void dropsAndCountsWhatFindsNoRoom() {
        for (int i = 0; i < AccessLog.MOST_WAITING + 5; i++) {
            loop.ended(new TestRequest());
        }
        assertThat(log.dropped()).isEqualTo(5);

        int lines = 0;
        for (String batch = lines(0); !batch.isEmpty(); batch = lines(0)) {
            assertThat(batch.length()).isLessThan(70_000);
            lines += (int) batch.lines().count();
        }
        assertThat(lines).isEqualTo(AccessLog.MOST_WAITING);
        loop.ended(new TestRequest());
        log.lost(1);
        assertThat(log.dropped()).isEqualTo(6);
        assertThat(lines(0)).isNotEmpty();
    }

    private String lines(long nowNanos) {
        return new String(log.take(NOW, nowNanos), StandardCharsets.UTF_8);
    }
}
