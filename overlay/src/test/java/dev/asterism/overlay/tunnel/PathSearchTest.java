package dev.asterism.overlay.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of several answers a tunnel follows after its peer was asked at every address. */
class PathSearchTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long ASKED = 50 * SECOND;
    private static final UnderlayAddr FIRST = UnderlayAddr.of("192.0.2.1:4242");
    private static final UnderlayAddr SECOND_BEST = UnderlayAddr.of("192.0.2.2:4242");
    private static final UnderlayAddr UNASKED = UnderlayAddr.of("192.0.2.3:4242");

    private final PathSearch search = new PathSearch();

    @Test
    void takesTheFirstAnswerOnly() {
        search.asked(List.of(SECOND_BEST, FIRST), ASKED);

        assertThat(search.takes(FIRST, Long.MIN_VALUE, ASKED + 10)).isTrue();
        assertThat(search.takes(SECOND_BEST, Long.MIN_VALUE, ASKED + 20)).isFalse();
    }

    /** The path was only slow: what else answers is no reason to leave it. */
    @Test
    void takesNoneWhenTheAddressInUseAnswersFirst() {
        search.asked(List.of(FIRST), ASKED);

        assertThat(search.takes(FIRST, ASKED + 5, ASKED + 10)).isFalse();
    }

    @Test
    void followsAPeerThatMovesByItselfMeanwhile() {
        search.asked(List.of(FIRST), ASKED);

        assertThat(search.takes(UNASKED, ASKED + 5, ASKED + 10)).isTrue();
    }

    @Test
    void followsToTheSameAddressLater() {
        search.asked(List.of(FIRST, SECOND_BEST), ASKED);
        search.takes(FIRST, Long.MIN_VALUE, ASKED + 10);

        assertThat(search.takes(SECOND_BEST, Long.MIN_VALUE, ASKED + 3 * SECOND)).isTrue();
    }
}
