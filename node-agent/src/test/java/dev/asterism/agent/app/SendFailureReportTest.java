package dev.asterism.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the log says when the kernel does not take datagrams. */
class SendFailureReportTest {

    private static final int UNREACHABLE = 101;
    private static final int REFUSED = 1;
    private static final Ip NEAR = Ip.of("192.0.2.7");
    private static final Ip NEIGHBOUR = Ip.of("192.0.2.200");
    private static final Ip FAR = Ip.of("2001:db8:7::9");
    private static final int MINUTE = 60;

    private final Logger logger = (Logger) LoggerFactory.getLogger("asterism");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final SendFailureReport report =
            new SendFailureReport(
                    error ->
                            error == UNREACHABLE
                                    ? "Network is unreachable"
                                    : "Operation not permitted");

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
    }

    @Test
    void saysTheFirstAtOnceAndCountsTheOthersAMinuteLater() {
        report.failed(NEAR, UNREACHABLE, 1, at(0));
        report.failed(NEAR, UNREACHABLE, 40, at(1));
        report.failed(NEIGHBOUR, UNREACHABLE, 2, at(MINUTE - 1));
        assertThat(lines())
                .containsExactly(
                        "INFO Kernel refused to send a datagram udpAddr=192.0.2.7"
                                + " error=Network is unreachable");

        assertThat(report.doWork(at(MINUTE))).isPositive();

        assertThat(lines())
                .hasSize(2)
                .last()
                .isEqualTo(
                        "INFO Kernel refused further datagrams in the last minute"
                                + " udpNetwork=192.0.2.0/24 error=Network is unreachable count=42");
    }

    /** A lane tells several at once, as it counts by the second. */
    @Test
    void countsWhatCameWithTheFirst() {
        report.failed(NEAR, REFUSED, 1000, at(0));
        report.doWork(at(MINUTE));

        assertThat(lines())
                .containsExactly(
                        "INFO Kernel refused to send a datagram udpAddr=192.0.2.7"
                                + " error=Operation not permitted",
                        "INFO Kernel refused further datagrams in the last minute"
                                + " udpNetwork=192.0.2.0/24 error=Operation not permitted count=999");
    }

    @Test
    void tellsErrorsAndNetworksApart() {
        report.failed(NEAR, UNREACHABLE, 1, at(0));
        report.failed(NEAR, REFUSED, 1, at(0));
        report.failed(FAR, UNREACHABLE, 1, at(0));

        assertThat(lines())
                .containsExactly(
                        "INFO Kernel refused to send a datagram udpAddr=192.0.2.7"
                                + " error=Network is unreachable",
                        "INFO Kernel refused to send a datagram udpAddr=192.0.2.7"
                                + " error=Operation not permitted",
                        "INFO Kernel refused to send a datagram udpAddr=2001:db8:7::9"
                                + " error=Network is unreachable");
    }

    @Test
    void aCountEachMinuteForAsLongAsItLasts() {
        for (int second = 0; second <= 3 * MINUTE; second++) {
            report.doWork(at(second));
            report.failed(NEAR, UNREACHABLE, 1, at(second));
        }

        assertThat(lines()).hasSize(4);
        assertThat(lines().subList(1, 4)).allMatch(line -> line.matches(".* count=(59|60)"));
    }

    @Test
    void afterAQuietMinuteTheNextIsAFirstOneAgain() {
        report.failed(NEAR, UNREACHABLE, 1, at(0));
        assertThat(report.nextDeadlineNanos()).isEqualTo(at(MINUTE).nanos());
        assertThat(report.doWork(at(MINUTE - 1))).isZero();
        report.doWork(at(MINUTE));
        assertThat(lines()).hasSize(1);
        assertThat(report.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);

        report.failed(NEAR, UNREACHABLE, 1, at(2 * MINUTE));

        assertThat(lines()).hasSize(2).allMatch(line -> line.contains("to send a datagram"));
    }

    /** A loop may ask for it late, and the next failure must not be counted into the old minute. */
    @Test
    void sumsUpBeforeItTakesTheNext() {
        report.failed(NEAR, UNREACHABLE, 5, at(0));
        report.failed(NEAR, UNREACHABLE, 7, at(MINUTE + 1));

        assertThat(lines()).hasSize(2).last().asString().endsWith(" count=4");
    }

    private static Tick at(int seconds) {
        return new Tick(seconds * 1_000_000_000L, Instant.EPOCH);
    }

    private List<String> lines() {
        return log.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .map(SendFailureReportTest::line)
                .toList();
    }

    private static String line(ILoggingEvent event) {
        return event.getLevel()
                + " "
                + event.getFormattedMessage()
                + event.getKeyValuePairs().stream()
                        .map(pair -> " " + pair.key + "=" + pair.value)
                        .collect(Collectors.joining());
    }
}
