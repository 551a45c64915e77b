package dev.asterism.l7.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreamHistoryTest {

    private final StreamHistory history = new StreamHistory();

    @Test
    void knowsWhichNumbersWereOpened() {
        for (int id : new int[] {1, 5, 7, 21}) {
            history.opened(id);
        }

        assertThat(history.last()).isEqualTo(21);
        for (int id = 1; id <= 21; id += 2) {
            boolean opened = id == 1 || id == 5 || id == 7 || id == 21;
            assertThat(history.wasOpened(id)).as("%d", id).isEqualTo(opened);
        }
    }

    @Test
    void takesWhatIsTooOldForOpened() {
        history.opened(3);
        history.opened(1001);

        assertThat(history.wasOpened(1001)).isTrue();
        assertThat(history.wasOpened(999)).isFalse();
        assertThat(history.wasOpened(1)).isTrue();
    }

    @Test
    void remembersTheLastThatWeEnded() {
        for (int id = 1; id <= 41; id += 2) {
            history.ended(id);
        }

        assertThat(history.wasEnded(41)).isTrue();
        assertThat(history.wasEnded(11)).isTrue();
        assertThat(history.wasEnded(9)).isFalse();
    }
}
