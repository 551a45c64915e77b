package dev.asterism.l7.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.proxy.Observer;
import dev.asterism.l7.proxy.RetryOutcome;
import org.junit.jupiter.api.Test;

class StatWindowTest {

    private static final long SECOND = 1_000_000_000L;

    private final FilterConfig config = FilterFiles.config("l7: {enabled: true}");
    private final FilterMetrics metrics = new FilterMetrics(config, new AccessLog(config));
    private final Observer loop = metrics.ofLoop();
    private final StatWindow window = new StatWindow(metrics, 0);

    @Test
    void tellsOfTheLastTenSecondsOnly() {
        ask(1_000, 200, 1);
        loop.shed(new TestRequest(), Priority.BATCH, false);
        for (int second = 1; second <= 30; second++) {
            window.tick(second * SECOND);
        }
        loop.shed(new TestRequest(), Priority.BATCH, false);
        loop.shed(new TestRequest(), Priority.NORMAL, false);
        loop.shed(new TestRequest(), Priority.NORMAL, true);
        ask(90, 200, 2);
        ask(10, 503, 40);
        loop.retried(new TestRequest(), RetryOutcome.SENT);
        loop.retried(new TestRequest(), RetryOutcome.BUDGET);
        loop.ejected("orders", "default", "a", 1);

        StatWindow.Table table = window.table(30 * SECOND);
        assertThat(table.nanos()).isEqualTo(10 * SECOND);
        assertThat(table.rows()).hasSize(1);
        StatWindow.Row row = table.rows().getFirst();
        assertThat(row.service()).isEqualTo("orders");
        assertThat(row.requests()).isEqualTo(100);
        assertThat(row.failed()).isEqualTo(10);
        assertThat(row.p50()).isBetween(0.001, 0.0025);
        assertThat(row.p95()).isBetween(0.025, 0.05);
        assertThat(row.p99()).isBetween(0.025, 0.05);
        assertThat(row.retries()).isEqualTo(1);
        assertThat(row.retriesRefused()).isEqualTo(1);
        assertThat(row.shed()).as("of all classes").isEqualTo(2);
        assertThat(row.shedInAudit()).isEqualTo(1);
        assertThat(row.ejected()).isEqualTo(1);
        assertThat(row.inFlight()).isEqualTo(1);
    }

    @Test
    void aRouteWithoutRequestsIsStillThere() {
        ask(1, 200, 1);
        for (int second = 1; second <= 30; second++) {
            window.tick(second * SECOND);
        }

        assertThat(window.table(31 * SECOND).rows())
                .singleElement()
                .satisfies(row -> assertThat(row.requests()).isZero());
    }

    @Test
    void aServiceThatHasNotAnsweredYetIsThere() {
        loop.began(new TestRequest());

        assertThat(window.table(SECOND).rows())
                .singleElement()
                .satisfies(row -> assertThat(row.inFlight()).isEqualTo(1));
    }

    private void ask(int times, int status, long millis) {
        TestRequest request = new TestRequest().status(status).took(millis);
        for (int i = 0; i < times; i++) {
            loop.began(request);
            loop.ended(request);
        }
        if (status == 503) {
            loop.began(request);
        }
    }
}
