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
        history.opened(2051);

        assertThat(history.wasOpened(2051)).isTrue();
        assertThat(history.wasOpened(2049)).isFalse();
        assertThat(history.wasOpened(5)).isFalse();
        assertThat(history.wasOpened(1)).isTrue();
    }

    @Test
    void remembersWhichWeEndedAmongManyThatEndedThemselves() {
        for (int id = 1; id <= 2047; id += 2) {
            history.opened(id);
            if (id % 3 == 0) {
                history.ended(id);
            }
        }

        for (int id = 1; id <= 2047; id += 2) {
            assertThat(history.wasEnded(id)).as("%d", id).isEqualTo(id % 3 == 0);
        }
    }

    @Test
    void holdsNothingAgainstWhatIsTooOld() {
        for (int id = 1; id <= 4095; id += 2) {
            history.opened(id);
            history.ended(id);
        }
        history.opened(4097);

        assertThat(history.wasEnded(4097)).isFalse();
        assertThat(history.wasEnded(4095)).isTrue();
        assertThat(history.wasEnded(1)).isTrue();
    }
}
