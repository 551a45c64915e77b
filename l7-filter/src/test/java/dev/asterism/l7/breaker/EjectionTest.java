package dev.asterism.l7.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class EjectionTest {

    private final Ejection ejection = new Ejection();

    @Test
    void ofSeveralLoopsOneEjects() {
        assertThat(ejection.begin(5)).isTrue();

        assertThat(ejection.begin(9)).isFalse();

        assertThat(ejection.untilNanos()).isEqualTo(5);
        assertThat(ejection.ejections()).isEqualTo(1);
    }

    @Test
    void whatHasGoneOnSinceIsNotTakenBack() {
        ejection.begin(5);
        long probe = ejection.tryProbe(5);
        ejection.takeBack(5);
        assertThat(ejection.isEjected()).as("its probe is under way").isTrue();
        ejection.failed(probe, 9);

        ejection.takeBack(5);
        assertThat(ejection.isEjected()).isTrue();
        ejection.takeBack(9);
        assertThat(ejection.isEjected()).isFalse();
    }

    @Test
    void isForgottenWithTheLastLoopThatHasTheEndpoint() {
        InetSocketAddress address = InetSocketAddress.createUnresolved("a", 1);
        Ejections ejections = new Ejections();
        Ejection first = ejections.join(address);
        assertThat(ejections.join(address)).isSameAs(first);

        ejections.leave(address);
        assertThat(ejections.of(address)).isSameAs(first);
        ejections.leave(address);

        assertThat(ejections.of(address)).isNull();
        assertThat(ejections.join(address)).isNotSameAs(first);
    }
}
