package dev.asterism.agent.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class WatchdogTest {

    @ParameterizedTest
    @CsvSource({"'', ''", "0, ''", "-5, ''", "many, ''", "1000000, 77"})
    void nobodyWatches(String micros, String pid) {
        Map<String, String> environment = Map.of("WATCHDOG_USEC", micros, "WATCHDOG_PID", pid);

        assertThat(
                        Watchdog.of(
                                name -> {
                                    String value = environment.get(name);
                                    return value == null || value.isEmpty() ? null : value;
                                },
                                78,
                                _ -> true,
                                () -> {}))
                .isNull();
    }

    @Test
    void tellsAgainAndAgainWhileTheNodeAnswersWithinAThirdOfTheTime() throws Exception {
        AtomicBoolean answers = new AtomicBoolean(true);
        Semaphore told = new Semaphore(0);
        Semaphore askedInVain = new Semaphore(0);
        Watchdog watchdog =
                Objects.requireNonNull(
                        Watchdog.of(
                                Map.of("WATCHDOG_USEC", "30000", "WATCHDOG_PID", "78")::get,
                                78,
                                patience -> {
                                    assertThat(patience).isEqualTo(Duration.ofMillis(10));
                                    if (!answers.get()) {
                                        askedInVain.release();
                                    }
                                    return answers.get();
                                },
                                told::release));
        watchdog.start();
        assertThat(told.tryAcquire(3, 60, TimeUnit.SECONDS)).isTrue();

        answers.set(false);
        assertThat(askedInVain.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        told.drainPermits();
        assertThat(askedInVain.tryAcquire(3, 60, TimeUnit.SECONDS)).isTrue();
        watchdog.stop();
        assertThat(told.drainPermits()).isZero();
    }
}
