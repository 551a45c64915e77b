package dev.asterism.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SavePaceTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long START = -5 * SECOND;

    private final SavePace pace = new SavePace(START);

    @Test
    void waitsForEverWhileNothingIsNew() {
        assertThat(pace.waitNanos(START)).isEqualTo(Long.MAX_VALUE);
        assertThat(pace.take(START + 100 * SECOND)).isFalse();
    }

    @Test
    void writesOnceASecondAfterTheFirstOfSeveralChanges() {
        pace.changed(START);
        pace.changed(START + SECOND / 2);

        assertThat(pace.waitNanos(START + SECOND / 2)).isEqualTo(SECOND / 2);
        assertThat(pace.take(START + SECOND - 1)).isFalse();
        assertThat(pace.take(START + SECOND)).isTrue();
        assertThat(pace.take(START + SECOND)).isFalse();
    }

    /** A large mesh that roams all day. */
    @Test
    void isBoundedWhenThereIsAlwaysSomethingNew() {
        int writes = 0;
        for (long now = START; now < START + 3600 * SECOND; now += SECOND / 10) {
            pace.changed(now);
            if (pace.take(now)) {
                writes++;
            }
        }

        assertThat(writes).isBetween(3600 / 30, 3600 / 30 + SavePace.BURST);
    }

    @Test
    void hasItsBurstAgainAfterARest() {
        drain(START);
        long later = START + 3600 * SECOND;

        assertThat(drain(later)).isEqualTo(SavePace.BURST);
    }

    /** Writes in the ten seconds from then on. */
    private int drain(long from) {
        int writes = 0;
        for (long now = from; now < from + 10 * SECOND; now += SECOND / 10) {
            pace.changed(now);
            if (pace.take(now)) {
                writes++;
            }
        }
        return writes;
    }
}
