package dev.asterism.l7.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.limit.CallerShares.Share;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerSharesTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final CallerShares shares = new CallerShares(0);
    private long now;

    private static Caller caller(String name) {
        return new Caller(name, List.of(), "", "", "");
    }

    private Share share(String name) {
        return shares.of(caller(name), now);
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
    void theLastPlacesAreForCallersWithFew() {
        Share many = share("many");
        for (int i = 0; i < 8; i++) {
            many.tryHold(1024);
            assertThat(many.within(1024)).as("it holds %d", i + 1).isEqualTo(1024 - 4 * i);
        }
        for (int i = 0; i < 3; i++) {
            many.tryHold(1024);
            assertThat(many.within(1024)).isEqualTo(992);
        }
        assertThat(many.within(64)).isEqualTo(62);
        assertThat(many.within(31)).as("too few to keep any").isEqualTo(31);
        Share one = share("one");
        one.tryHold(64);
        assertThat(one.within(64)).isEqualTo(64);
        one.tryHold(64);
        assertThat(one.within(64)).isEqualTo(62);
    }

    /** All that each may have, one after the other: the last of them get one place each. */
    @ParameterizedTest
    @CsvSource({"1024, 14", "64, 4", "10240, 24"})
    void soManyCallersThatTakeAllTheyCanLeaveNone(int places, int needed) {
        Gauge gauge = new Gauge(places);
        int callers = 0;
        while (gauge.count() < places) {
            assertThat(takes(share("newcomer"), gauge)).as("beside %d", callers).isTrue();
            gauge.give();
            share("newcomer").release();
            Share hostile = share("hostile-" + callers);
            while (takes(hostile, gauge)) {
                assertThat(gauge.count()).isLessThanOrEqualTo(places);
            }
            callers++;
        }

        assertThat(callers).isEqualTo(needed);
        assertThat(takes(share("newcomer"), gauge)).isFalse();
    }

    /** As a service does. */
    private static boolean takes(Share share, Gauge gauge) {
        if (!share.tryHold(gauge.most())) {
            return false;
        }
        boolean taken = gauge.tryTake(share.within(gauge.most()));
        if (!taken) {
            share.release();
        }
        return taken;
    }

    @Test
    void saysWhatACallerHolds() {
        holdAll(share("a"), 8);
        assertThat(shares.held(caller("a"))).isEqualTo(7);
        assertThat(shares.held(caller("unknown"))).isZero();
        assertThat(shares.callers()).as("a question is remembered of nobody").isOne();
    }

    @Test
    void whoComesToAFullQueueHasAnEvenShareOfIt() {
        Share a = share("a");
        Share b = share("b");
        for (int i = 0; i < 8; i++) {
            a.tryWait(16);
            b.tryWait(16);
        }
        Share comes = share("c");
        assertThat(comes.sharesQueue(16)).as("16 by three callers").isEqualTo(6);
        assertThat(a.waits()).isGreaterThan(6);
        assertThat(a.sharesQueue(16)).as("it has its share").isZero();
    }

    @Test
    void holdsMoreThanItsShareOnlyWhileOthersWait() {
        Share a = share("a");
        holdAll(a, 16);
        a.tryWait(16);
        assertThat(a.holdsOverFair(16)).as("it waits for itself").isFalse();
        share("b").tryWait(16);
        assertThat(a.holdsOverFair(16)).isTrue();
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
            now += MILLI;
            Share one = share("n" + i);
            one.tryHold(8);
            one.release();
        }
        assertThat(shares.callers()).isLessThanOrEqualTo(4096);
        assertThat(share("busy")).isSameAs(busy);
    }

    @Test
    void aTableThatIsFullOfBusyCallersDoesNotGrowAndTheRestAreOneCaller() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(share("n" + i).tryHold(20_000)).isTrue();
        }
        assertThat(shares.callers()).isEqualTo(CallerTable.MOST);
        Share rest = share("n9999");
        assertThat(rest).isSameAs(share("another")).isNotSameAs(share("n0"));

        // Their share is that of one caller, also for those in the table.
        share("n0").tryWait(8);
        assertThat(share("n1").tryHold(8)).as("of 4097 callers").isFalse();
        assertThat(rest.tryHold(8)).isFalse();
    }

    @Test
    void looksForQuietCallersTenTimesASecondAtMost() {
        for (int i = 0; i < CallerTable.MOST; i++) {
            share("n" + i).tryHold(20_000);
        }
        Share rest = share("looks");
        share("n7").release();

        now += 99 * MILLI;
        assertThat(share("new")).isSameAs(rest);
        now += 2 * MILLI;
        assertThat(share("new")).isNotSameAs(rest);
        assertThat(shares.callers()).isEqualTo(CallerTable.MOST);
    }

    @Test
    void aForgottenShareSaysSo() {
        Share quiet = share("quiet");
        Share busy = share("busy");
        busy.tryHold(8);
        for (int i = 0; i < CallerTable.MOST; i++) {
            share("n" + i);
        }

        assertThat(quiet.isForgotten()).isTrue();
        assertThat(busy.isForgotten()).isFalse();
        assertThat(share("quiet")).isNotSameAs(quiet);
        assertThat(share("quiet").isForgotten()).isFalse();
    }
}
