package dev.asterism.overlay.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.event.EventSampler.Suppressed;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventSamplerTest {

    private static final long MINUTE = EventSampler.WINDOW_NANOS;
    private static final Ip NEAR = Ip.of("192.0.2.1");
    private static final Ip SAME_PREFIX = Ip.of("192.0.2.200");
    private static final Ip FAR = Ip.of("198.51.100.1");

    private final EventSampler<String> sampler = new EventSampler<>(4);

    @Test
    void letsTheFirstOfEachCauseAndPrefixThrough() {
        assertThat(sampler.isFirst("expired", NEAR, 0)).isTrue();
        assertThat(sampler.isFirst("expired", SAME_PREFIX, 1)).isFalse();
        assertThat(sampler.isFirst("expired", FAR, 2)).isTrue();
        assertThat(sampler.isFirst("blocked", NEAR, 3)).isTrue();
    }

    @Test
    void countsTheOthersAMinuteLater() {
        sampler.isFirst("expired", NEAR, 0);
        sampler.isFirst("expired", NEAR, 10);
        sampler.isFirst("expired", SAME_PREFIX, 5, 20);

        assertThat(sampler.due(MINUTE - 1)).isEmpty();
        assertThat(sampler.nextDeadlineNanos()).isEqualTo(MINUTE);
        assertThat(sampler.due(MINUTE))
                .containsExactly(new Suppressed<>("expired", Cidr.of("192.0.2.0/24"), 6));
    }

    @Test
    void goesOnCountingAsLongAsTheyCome() {
        sampler.isFirst("expired", NEAR, 0);
        sampler.isFirst("expired", NEAR, 1);
        sampler.due(MINUTE);

        assertThat(sampler.isFirst("expired", NEAR, MINUTE + 1)).isFalse();
        assertThat(sampler.due(2 * MINUTE))
                .containsExactly(new Suppressed<>("expired", Cidr.of("192.0.2.0/24"), 1));
    }

    @Test
    void forgetsWhatIsSilentForAMinute() {
        sampler.isFirst("expired", NEAR, 0);

        assertThat(sampler.due(MINUTE)).isEmpty();
        assertThat(sampler.size()).isZero();
        assertThat(sampler.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(sampler.isFirst("expired", NEAR, MINUTE + 1)).isTrue();
    }

    @Test
    void countsAllButTheFirstOfSeveral() {
        assertThat(sampler.isFirst("expired", NEAR, 3, 0)).isTrue();
        assertThat(sampler.due(MINUTE))
                .containsExactly(new Suppressed<>("expired", Cidr.of("192.0.2.0/24"), 2));
    }

    @Test
    void groupsIpv6By48Bits() {
        assertThat(sampler.isFirst("expired", Ip.of("2001:db8:1:2::1"), 0)).isTrue();
        assertThat(sampler.isFirst("expired", Ip.of("2001:db8:1:3::1"), 0)).isFalse();
        assertThat(sampler.isFirst("expired", Ip.of("2001:db8:2::1"), 0)).isTrue();
    }

    /** Of those who could not tell their addresses apart. */
    @Test
    void takesTheUnspecifiedAddressForEverywhere() {
        sampler.isFirst("expired", Ip.ofIpv4(0), 3, 0);

        assertThat(sampler.due(MINUTE + 1))
                .containsExactly(new Suppressed<>("expired", Cidr.of("0.0.0.0/0"), 2));
    }

    @Test
    void countsFurtherPrefixesTogether() {
        for (int i = 1; i <= 4; i++) {
            sampler.isFirst("expired", Ip.ofIpv4(i << 8), 0);
        }

        assertThat(sampler.isFirst("expired", NEAR, 1)).as("says that there are others").isTrue();
        assertThat(sampler.isFirst("expired", FAR, 2)).isFalse();
        assertThat(sampler.due(MINUTE + 1))
                .containsExactly(new Suppressed<>("expired", Cidr.of("0.0.0.0/0"), 1));
    }

    @Test
    void neitherMemoryNorLinesGrowWithTheNumberOfAddresses() {
        SplittableRandom random = new SplittableRandom(7);
        EventSampler<Integer> bounded = new EventSampler<>();
        long events = 200_000;
        long lines = 0;
        long counted = 0;
        for (long i = 0; i < events; i++) {
            long now = i * MINUTE / 50_000; // 50,000 a minute, for four minutes
            for (Suppressed<Integer> suppressed : bounded.due(now)) {
                lines++;
                counted += suppressed.times();
            }
            if (bounded.isFirst(random.nextInt(3), Ip.ofIpv4(random.nextInt()), now)) {
                lines++;
                counted++;
            }
            assertThat(bounded.size()).isLessThanOrEqualTo(EventSampler.MAX_PAIRS + 3);
        }
        for (Suppressed<Integer> suppressed : bounded.due(6 * MINUTE)) {
            counted += suppressed.times();
        }

        assertThat(lines).isLessThan(5L * 2 * (EventSampler.MAX_PAIRS + 3));
        assertThat(counted).as("no event is lost from the counts").isEqualTo(events);
    }
}
