package dev.asterism.agent.l7;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoopSignsTest {

    private long now = 7;

    @Test
    void aLoopIsSilentTwoSecondsAfterItsLastSign() {
        LoopSigns signs = new LoopSigns(2, () -> now);
        now += LoopSigns.PATIENCE_NANOS;
        assertThat(signs.silent()).isZero();
        signs.alive(1);
        now++;
        assertThat(signs.silent()).isEqualTo(1);
        signs.alive(0);
        assertThat(signs.silent()).isZero();
        assertThat(signs.count()).isEqualTo(2);
    }
}
