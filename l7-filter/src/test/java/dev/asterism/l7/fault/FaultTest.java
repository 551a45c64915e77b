package dev.asterism.l7.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultTest {

    private static final Caller QA = new Caller("qa-1", List.of("qa"), "10.0.0.1", "f", "");
    private static final int DRAWS = 100_000;

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 10", "150, 1500", "5000, 50000", "10000, 100000"})
    void hitsItsPartOfTheRequests(int tenThousandths, int expected) {
        Fault fault = fault(tenThousandths, Duration.ZERO, 503, FaultSpec.NONE, Selector.ANY);
        Random random = new Random(9);
        int hits = 0;
        for (int i = 0; i < DRAWS; i++) {
            hits += fault.hits(Caller.UNKNOWN, random.nextLong()) ? 1 : 0;
        }

        boolean certain = expected == 0 || expected == DRAWS;
        assertThat(hits).isCloseTo(expected, within(certain ? 0 : 15 + expected / 50));
    }

    @Test
    void hitsOnlyWhomItIsFor() {
        Fault fault = fault(10_000, Duration.ZERO, 503, FaultSpec.NONE, Selector.parse("group:qa"));

        assertThat(fault.hits(QA, 1)).isTrue();
        assertThat(fault.hits(Caller.UNKNOWN, 1)).isFalse();
    }

    @Test
    void answersByWhatTheRequestIs() {
        Fault both = fault(1, Duration.ZERO, 503, 14, Selector.ANY);
        Fault http = fault(1, Duration.ZERO, 503, FaultSpec.NONE, Selector.ANY);
        Fault grpc = fault(1, Duration.ZERO, 0, 14, Selector.ANY);
        Fault delay = fault(1, Duration.ofMillis(3), 0, FaultSpec.NONE, Selector.ANY);

        assertThat(both.status(false)).isEqualTo(503);
        assertThat(both.status(true)).isEqualTo(200);
        assertThat(both.grpcStatus()).isEqualTo(14);
        assertThat(http.status(true)).isEqualTo(503);
        assertThat(http.aborts(true)).isTrue();
        assertThat(grpc.aborts(false)).isFalse();
        assertThat(grpc.aborts(true)).isTrue();
        assertThat(delay.aborts(true)).isFalse();
        assertThat(delay.delayNanos()).isEqualTo(3_000_000);
    }

    @Test
    void aFaultDoesSomething() {
        assertThatThrownBy(() -> fault(1, Duration.ZERO, 0, FaultSpec.NONE, Selector.ANY))
                .hasMessage("a fault needs a delay, a code or slow");
        assertThatThrownBy(() -> fault(1, Duration.ZERO, 99, FaultSpec.NONE, Selector.ANY))
                .hasMessageContaining("200 to 599");
        assertThatThrownBy(() -> fault(1, Duration.ZERO, 0, 17, Selector.ANY))
                .hasMessageContaining("0 to 16");
        assertThatThrownBy(() -> fault(10_001, Duration.ZERO, 503, 0, Selector.ANY))
                .hasMessageContaining("not a part of 10,000");
    }

    @Test
    void noMoreThanTheCapAreUnderAFaultAtOnce() {
        ActiveFaults active = new ActiveFaults(ActiveFaults.CAP);
        for (int i = 0; i < 150; i++) {
            active.begin();
        }

        assertThat(active.active()).isEqualTo(100);
        assertThat(active.skipped()).isEqualTo(50);
        active.end();
        assertThat(active.begin()).isTrue();
        assertThat(active.begin()).isFalse();
        assertThat(active.injected()).isEqualTo(101);
    }

    private static Fault fault(
            int tenThousandths, Duration delay, int status, int grpcStatus, Selector from) {
        return Fault.of(
                new FaultSpec(tenThousandths, delay, status, grpcStatus, 0, from, "f.yml:1"));
    }
}
