package dev.asterism.overlay.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import org.junit.jupiter.api.Test;

/** What is known of the paths to a peer. Times in nanoseconds. */
class PathHistoryTest {

    private static final long SECOND = 1_000_000_000L;

    private final PathHistory history = new PathHistory();

    private static Path path(int number) {
        return Path.to(UnderlayAddr.of("198.51.100." + number + ":4242"));
    }

    /** However long ago it was tried: packets go by it. */
    @Test
    void keepsTheRecordOfThePathInUse() {
        PathRecord inUse = history.of(path(1));
        inUse.tested(SECOND);
        history.look(path(1), SECOND);

        for (int i = 2; i < 40; i++) {
            history.of(path(i)).tested(i * SECOND);
        }

        assertThat(history.records()).hasSize(PathHistory.MAX_PATHS).contains(inUse);
        assertThat(history.of(path(39)).tests()).isEqualTo(1);
        assertThat(history.of(path(1))).isSameAs(inUse);
    }

    /** Another session with the same peer is no reason to wait. */
    @Test
    void restsFromAPinOnlyAfterOneWasFollowed() {
        history.changed(PathReason.PINNED);
        history.look(path(1), SECOND);
        history.pinned(SECOND);
        assertThat(history.hasRestedFromPin(60 * SECOND, 60 * SECOND)).isFalse();

        history.look(path(2), 50 * SECOND);

        assertThat(history.hasRestedFromPin(60 * SECOND, 61 * SECOND)).isTrue();
    }

    @Test
    void countsTheNewestTestsWithoutAnAnswer() {
        PathRecord record = history.of(path(1));
        assertThat(record.unanswered()).isZero();
        record.tested(SECOND);
        record.tested(2 * SECOND);
        assertThat(record.unanswered()).isEqualTo(2);
        record.answered(2 * SECOND);
        assertThat(record.unanswered()).isZero();
        record.tested(3 * SECOND);
        assertThat(record.unanswered()).isEqualTo(1);
    }
}
