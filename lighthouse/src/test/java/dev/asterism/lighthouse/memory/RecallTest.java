package dev.asterism.lighthouse.memory;

import static dev.asterism.lighthouse.testing.SettingsBuilder.ips;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.testing.FakeLink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecallTest {

    private static final long MILLI = 1_000_000L;
    private static final List<Ip> HOSTS =
            ips("10.42.0.2", "10.42.0.3", "10.42.0.4", "10.42.0.5", "10.42.0.6");

    private final FakeLink link = new FakeLink();
    private final Recall recall = new Recall(link);

    private static Tick at(long millis) {
        return new Tick(millis * MILLI, Instant.EPOCH.plusMillis(millis));
    }

    @Test
    void callsTheOnesHeardOfLastFirstAndAFewAtATime() {
        recall.begin(HOSTS, at(0));
        assertThat(recall.nextDeadlineNanos()).isEqualTo(0);

        recall.onTimer(at(0));
        assertThat(link.ensured).containsExactlyElementsOf(ips("10.42.0.6", "10.42.0.5"));
        assertThat(recall.nextDeadlineNanos()).isEqualTo(Recall.BURST_MILLIS * MILLI);

        recall.onTimer(at(Recall.BURST_MILLIS - 1));
        assertThat(link.ensured).hasSize(2);
        recall.onTimer(at(Recall.BURST_MILLIS));
        recall.onTimer(at(2 * Recall.BURST_MILLIS));
        recall.onTimer(at(3 * Recall.BURST_MILLIS));
        assertThat(link.ensured).containsExactlyElementsOf(reversed());
        assertThat(recall.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void leavesOutWhoHasComeByItself() {
        recall.begin(HOSTS, at(0));
        link.tunnels.addAll(ips("10.42.0.6", "10.42.0.4"));

        recall.onTimer(at(0));

        assertThat(link.ensured).containsExactlyElementsOf(ips("10.42.0.5", "10.42.0.3"));
    }

    @Test
    void hasNothingToDoWithoutHosts() {
        recall.begin(List.of(), at(0));

        assertThat(recall.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    private static List<Ip> reversed() {
        List<Ip> reversed = new ArrayList<>(HOSTS);
        return reversed.reversed();
    }
}
