package dev.asterism.l7.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.proxy.Observer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AccessLogTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:10Z");

    private final FilterConfig config =
            FilterFiles.config("l7: {enabled: true, log: {redact: [Token]}}");
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
        log.reload(FilterFiles.config("l7: {enabled: true, log: {sample: 10%}}"));
        for (int i = 0; i < 100; i++) {
            loop.ended(new TestRequest());
            loop.ended(new TestRequest().status(500));
        }

        String lines = lines(0);
        assertThat(lines.lines().filter(line -> line.contains("\"status\":500"))).hasSize(100);
        assertThat(lines.lines().filter(line -> line.contains("\"status\":200"))).hasSize(10);
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
