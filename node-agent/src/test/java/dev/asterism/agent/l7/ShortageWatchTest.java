package dev.asterism.agent.l7;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ShortageWatchTest {

    private static final String REFUSES =
            "WARN L7 filter: connections are refused, as a bound is met bound=clients shed=";
    private static final String ENDS =
            "WARN L7 filter: buffers are at their bound, so what has kept them longest is ended bound=buffers shed=";
    private static final String OVER = "INFO L7 filter: a bound is not met any more bound=";

    private final Logger logger = (Logger) LoggerFactory.getLogger("asterism");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final ShortageWatch watch = new ShortageWatch(() -> counts);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        counts.put("clients", 0L);
        counts.put("buffers", 0L);
        watch.look();
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            watch.look();
        }
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (ILoggingEvent event : log.list) {
            StringBuilder line =
                    new StringBuilder(event.getLevel() + " " + event.getFormattedMessage());
            event.getKeyValuePairs()
                    .forEach(
                            pair ->
                                    line.append(' ')
                                            .append(pair.key)
                                            .append('=')
                                            .append(pair.value));
            lines.add(line.toString());
        }
        log.list.clear();
        return lines;
    }

    @Test
    void saysNothingWhileNothingIsShed() {
        pass(1000);
        assertThat(lines()).isEmpty();
    }

    @Test
    void saysAtOnceWhatIsShedAndWhenItIsOver() {
        counts.put("clients", 3L);
        pass(1);
        assertThat(lines()).containsExactly(REFUSES + 3);
        counts.put("clients", 7L);
        pass(10);
        assertThat(lines()).isEmpty();
        pass(1);
        assertThat(lines()).containsExactly(OVER + "clients shed=7");
        pass(1000);
        assertThat(lines()).isEmpty();

        counts.put("clients", 8L);
        pass(1);
        assertThat(lines()).containsExactly(REFUSES + 1);
    }

    @Test
    void saysItOnceAMinuteWhileItGoesOn() {
        for (int second = 1; second <= 125; second++) {
            counts.put("clients", 2L * second);
            pass(1);
        }
        assertThat(lines()).containsExactly(REFUSES + 2, REFUSES + 120, REFUSES + 120);
        pass(10);
        assertThat(lines()).containsExactly(OVER + "clients shed=250");
    }

    @Test
    void tellsOneBoundFromTheOther() {
        counts.put("clients", 1L);
        pass(5);
        counts.put("buffers", 4L);
        pass(1);
        assertThat(lines()).containsExactly(REFUSES + 1, ENDS + 4);
        pass(10);
        assertThat(lines()).containsExactly(OVER + "clients shed=1", OVER + "buffers shed=4");
    }
}
