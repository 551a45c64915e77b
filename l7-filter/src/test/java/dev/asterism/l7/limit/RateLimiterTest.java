package dev.asterism.l7.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Selector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateLimiterTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Caller web = caller("web-1", "web");
    private final Caller batch = caller("batch-1", "batch");

    private static Caller caller(String name, String group) {
        return new Caller(name, List.of(group), "10.0.0.1", "", "");
    }

    private static int passes(RateLimiter limiter, Caller caller, long from, long nanos) {
        int passed = 0;
        for (long at = from; at < from + nanos; at += SECOND / 1000) {
            passed += limiter.tryPass(caller, at) == 0 ? 1 : 0;
        }
        return passed;
    }

    @Test
    void holdsTheTotal() {
        Rate rate = Rate.perSecond(100).withBurst(20);
        RateLimiter limiter =
                new RateLimiter(new RatePolicy(rate, Rate.UNLIMITED, List.of(), false, ""), 0);

        int both = passes(limiter, web, 0, SECOND);
        int more = passes(limiter, batch, SECOND, SECOND);

        assertThat(both).isBetween(118, 120);
        assertThat(more).isBetween(99, 101);
    }

    @Test
    void holdsEachCallerByItself() {
        Rate rate = Rate.perSecond(10).withBurst(1);
        RateLimiter limiter =
                new RateLimiter(new RatePolicy(Rate.UNLIMITED, rate, List.of(), false, ""), 0);

        assertThat(passes(limiter, web, 0, SECOND)).isEqualTo(10);
        assertThat(passes(limiter, batch, 0, SECOND)).isEqualTo(10);
        assertThat(passes(limiter, caller("web-1", "other"), 0, SECOND)).isZero();
    }

    @Test
    void anOverrideTakesThePlaceOfTheCallersRate() {
        RatePolicy policy =
                new RatePolicy(
                        Rate.UNLIMITED,
                        Rate.perSecond(100).withBurst(1),
                        List.of(
                                new RatePolicy.Override(
                                        Selector.parse("group:batch"),
                                        Rate.perSecond(5).withBurst(1)),
                                new RatePolicy.Override(Selector.parse("any"), Rate.UNLIMITED)),
                        false,
                        "");
        RateLimiter limiter = new RateLimiter(policy, 0);

        assertThat(passes(limiter, batch, 0, SECOND)).isEqualTo(5);
        assertThat(passes(limiter, web, 0, SECOND)).isEqualTo(1000);
    }

    @Test
    void saysHowLongToWait() {
        Rate rate = new Rate(1, Duration.ofSeconds(4), 1);
        RateLimiter limiter =
                new RateLimiter(new RatePolicy(rate, Rate.UNLIMITED, List.of(), false, ""), 0);
        limiter.tryPass(web, 0);

        assertThat(limiter.tryPass(web, SECOND)).isEqualTo(3 * SECOND);
    }

    @Test
    void forgetsCallersThatAreQuiet() {
        Rate rate = Rate.perSecond(10);
        RateLimiter limiter =
                new RateLimiter(new RatePolicy(Rate.UNLIMITED, rate, List.of(), false, ""), 0);
        for (int i = 0; i < 10_000; i++) {
            limiter.tryPass(caller("n" + i, "g"), i * SECOND);
        }
        assertThat(limiter.callers()).isLessThanOrEqualTo(4097);
    }

    @Test
    void aTableThatIsFullOfBusyCallersDoesNotGrowAndTheRestShareARate() {
        Rate rate = Rate.perSecond(1).withBurst(1);
        RateLimiter limiter =
                new RateLimiter(new RatePolicy(Rate.UNLIMITED, rate, List.of(), false, ""), 0);
        int passed = 0;
        for (int i = 0; i < 10_000; i++) {
            passed += limiter.tryPass(caller("n" + i, "g"), i) == 0 ? 1 : 0;
        }

        assertThat(limiter.callers()).isEqualTo(CallerTable.MOST);
        assertThat(passed).isEqualTo(CallerTable.MOST + 1);
        assertThat(limiter.tryPass(caller("n20000", "g"), 3 * SECOND)).isZero();
        assertThat(limiter.callers()).as("the quiet are forgotten").isEqualTo(1);
    }

    /** Each caller has a rate of its own, and those of the group batch another one. */
    private static RateLimiter withBatch(Rate each, Rate batch) {
        List<RatePolicy.Override> overrides =
                List.of(new RatePolicy.Override(Selector.parse("group:batch"), batch));
        return new RateLimiter(new RatePolicy(Rate.UNLIMITED, each, overrides, false, ""), 0);
    }

    @Test
    void anotherCertificateWithOtherGroupsHasItsOwnRate() {
        RateLimiter limiter =
                withBatch(Rate.perSecond(100).withBurst(1), Rate.perSecond(5).withBurst(1));
        assertThat(passes(limiter, caller("a", "web"), 0, SECOND)).isEqualTo(100);

        assertThat(passes(limiter, caller("a", "batch"), SECOND, SECOND)).isEqualTo(5);
        assertThat(passes(limiter, caller("a", "web"), 2 * SECOND, SECOND)).isEqualTo(100);
    }

    @Test
    void twoCertificatesOfOneNameInTurnsHoldEachToItsRate() {
        RateLimiter limiter =
                withBatch(Rate.perSecond(10).withBurst(10), Rate.perSecond(5).withBurst(5));
        int ofWeb = 0;
        int ofBatch = 0;
        for (int i = 0; i < 1000; i++) {
            ofWeb += limiter.tryPass(caller("a", "web"), i) == 0 ? 1 : 0;
            ofBatch += limiter.tryPass(caller("a", "batch"), i) == 0 ? 1 : 0;
        }

        assertThat(ofWeb).isEqualTo(10);
        assertThat(ofBatch).isEqualTo(5);
        assertThat(limiter.early(caller("a", "web"), 1000)).isPositive();
        assertThat(limiter.early(caller("a", "batch"), 1000)).isPositive();
        assertThat(limiter.callers()).isOne();
    }

    @Test
    void saysOfAStrangerWhatHoldsForStrangers() {
        Rate rate = Rate.perSecond(1).withBurst(1);
        RateLimiter limiter =
                new RateLimiter(new RatePolicy(Rate.UNLIMITED, rate, List.of(), false, ""), 0);
        for (int i = 0; i < 5000; i++) {
            limiter.tryPass(caller("n" + i, "g"), i);
        }

        Caller stranger = caller("n20000", "g");
        assertThat(limiter.early(stranger, 5000)).isEqualTo(limiter.tryPass(stranger, 5000));
        assertThat(limiter.early(stranger, 5000)).isPositive();
    }
}
