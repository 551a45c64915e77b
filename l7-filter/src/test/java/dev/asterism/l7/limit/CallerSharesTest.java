package dev.asterism.l7.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.limit.CallerShares.Share;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallerSharesTest {

    private final CallerShares shares = new CallerShares();

    private Share share(String name) {
        return shares.of(new Caller(name, List.of(), "", "", ""));
    }

    private static int holdAll(Share share, int places) {
        int count = 0;
        while (share.tryHold(places)) {
            count++;
        }
        return count;
    }

    @Test
    void aCallerAloneLeavesAnEighthForOthers() {
        assertThat(holdAll(share("a"), 1024)).isEqualTo(896);
        assertThat(holdAll(share("b"), 8)).isEqualTo(7);
        assertThat(holdAll(share("c"), 7)).isEqualTo(7);
        assertThat(holdAll(share("d"), 1)).isEqualTo(1);
    }

    @Test
    void whileOthersWaitNobodyGetsMoreThanAnEvenShare() {
        Share a = share("a");
        Share b = share("b");
        holdAll(a, 100);
        assertThat(b.tryWait(100)).isTrue();
        for (int held = 88; held > 50; held--) {
            a.release();
            assertThat(a.tryHold(100)).as("holds %d", held).isFalse();
        }
        a.release();
        assertThat(a.tryHold(100)).as("half of it").isTrue();

        b.waitsNoMore();
        assertThat(a.tryHold(100)).as("nobody waits").isTrue();
    }

    @Test
    void sharesBecomeSmallerWithEachCaller() {
        assertThat(share("z").tryWait(12)).isTrue();
        for (String name : List.of("a", "b", "c")) {
            share(name).tryHold(12);
        }
        assertThat(1 + holdAll(share("a"), 12)).isEqualTo(3);
    }

    @Test
    void aCallersOwnQueueIsNoReasonToHoldItBack() {
        Share a = share("a");
        assertThat(a.tryWait(100)).isTrue();
        assertThat(holdAll(a, 100)).isEqualTo(88);
    }

    @Test
    void oneCallerDoesNotFillTheQueue() {
        Share a = share("a");
        int count = 0;
        while (a.tryWait(16)) {
            count++;
        }
        assertThat(count).isEqualTo(14);
    }

    @Test
    void forgetsCallersWithNothingUnderWay() {
        Share busy = share("busy");
        busy.tryHold(8);
        for (int i = 0; i < 10_000; i++) {
            Share one = share("n" + i);
            one.tryHold(8);
            one.release();
        }
        assertThat(shares.callers()).isLessThanOrEqualTo(4096);
        assertThat(share("busy")).isSameAs(busy);
    }
}
