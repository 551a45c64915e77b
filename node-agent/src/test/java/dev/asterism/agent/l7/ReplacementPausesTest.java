package dev.asterism.agent.l7;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReplacementPausesTest {

    private long now = 7;
    private final ReplacementPauses pauses = new ReplacementPauses(() -> now);

    private long next() {
        long nanos = pauses.nextNanos();
        now += nanos;
        return TimeUnit.NANOSECONDS.toSeconds(nanos);
    }

    @Test
    void doubleFromASecondToAMinute() {
        List<Long> seen = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            seen.add(next());
        }
        assertThat(seen).containsExactly(0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    }

    @Test
    void areNoneAgainAfterACalmMinute() {
        next();
        next();
        now += TimeUnit.SECONDS.toNanos(59);
        assertThat(next()).isEqualTo(2);
        now += TimeUnit.SECONDS.toNanos(60);
        assertThat(next()).isZero();
    }
}
