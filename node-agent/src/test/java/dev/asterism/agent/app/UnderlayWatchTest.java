package dev.asterism.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.CommandQueue;
import dev.asterism.overlay.lane.ControlCommand;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the control plane hears that the network has changed. */
class UnderlayWatchTest {

    private static final long MILLISECOND = 1_000_000L;

    private final CommandQueue commands = new CommandQueue(() -> {});
    private boolean news;
    private boolean readable = true;
    private int reads;
    private final UnderlayWatch watch =
            new UnderlayWatch(
                    () -> readable,
                    () -> {
                        reads++;
                        boolean now = news;
                        news = false;
                        return now;
                    },
                    commands);
    private long nowMillis = 5_000;

    /** A lighthouse has thousands of turns a second, and a read is a system call. */
    @Test
    void readsAtOnceWhatIsKnownToBeThereAndElseEveryTwentyMilliseconds() {
        readable = false;
        toldAt(1_000);
        assertThat(reads).isEqualTo(50);

        readable = true;
        news = true;
        assertThat(toldAt(21)).containsExactly(20L);
    }

    /** A packet at the very moment at which a link comes up may be lost, and what follows it then waits a second. */
    @Test
    void tellsSoonAfterAChangeButNotInTheSameMoment() {
        news = true;
        assertThat(toldAt(4_000)).containsExactly(20L, 60L, 200L, 800L, 3_000L);
        assertThat(watch.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    /** As when an address, then a route comes: the first telling does not wait for the last change. */
    @Test
    void isNotPutOffByChangesThatGoOn() {
        long began = nowMillis;
        List<Long> told = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            news = true;
            long before = nowMillis;
            toldAt(10).forEach(at -> told.add(before + at - began));
        }

        assertThat(told).first().isEqualTo(20L);
    }

    @Test
    void isBoundedWhenRoutesChangeAllTheTime() {
        int told = 0;
        for (int i = 0; i < 6_000; i++) {
            news = true;
            told += toldAt(10).size();
        }

        assertThat(told).isBetween(55, 75); // a minute
    }

    /** Milliseconds from the start of this time, of which every one is looked at. */
    private List<Long> toldAt(long millis) {
        List<Long> told = new ArrayList<>();
        for (long at = 0; at < millis; at++) {
            watch.doWork(new Tick(nowMillis * MILLISECOND, Instant.EPOCH));
            for (ControlCommand next = commands.pollOperator();
                    next != null;
                    next = commands.pollOperator()) {
                assertThat(next).isInstanceOf(ControlCommand.UnderlayChanged.class);
                told.add(at);
            }
            nowMillis++;
        }
        return told;
    }
}
