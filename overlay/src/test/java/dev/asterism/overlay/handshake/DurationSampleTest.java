package dev.asterism.overlay.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DurationSampleTest {

    private final DurationSample sample = new DurationSample();

    @Test
    void startsEmpty() {
        DurationSample.Snapshot none = sample.snapshot();

        assertThat(none.count()).isZero();
        assertThat(none.recent()).isEmpty();
        assertThat(none.counts()).hasSize(DurationSample.boundsNanos().length + 1).containsOnly(0L);
    }

    @Test
    void countsEachInTheFirstBucketThatHoldsIt() {
        sample.add(1_000_000);
        sample.add(1_000_001);
        sample.add(30_000_000_000L);

        List<Long> counts = sample.snapshot().counts();
        assertThat(counts.getFirst()).isEqualTo(1);
        assertThat(counts.get(1)).isEqualTo(1);
        assertThat(counts.getLast()).isEqualTo(1);
        assertThat(sample.snapshot().sumNanos()).isEqualTo(30_002_000_001L);
    }

    @Test
    void keepsTheLastExactlyAndCountsAll() {
        int all = DurationSample.KEPT + 10;
        for (int i = all; i > 0; i--) {
            sample.add(i);
        }

        DurationSample.Snapshot snapshot = sample.snapshot();
        assertThat(snapshot.count()).isEqualTo(all);
        assertThat(snapshot.recent()).hasSize(DurationSample.KEPT).isSorted();
        assertThat(snapshot.recent().getFirst()).isEqualTo(1);
        assertThat(snapshot.recent().getLast()).isEqualTo(DurationSample.KEPT);
    }
}
