package dev.asterism.overlay.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "10s, 10000000000",
        "1h30m, 5400000000000",
        "250ms, 250000000",
        "1.5s, 1500000000",
        ".5s, 500000000",
        "1.s, 1000000000",
        "-1s, -1000000000",
        "+1m, 60000000000",
        "1s1s, 2000000000",
        "3ns, 3",
        "3us, 3000",
        "3µs, 3000",
        "3μs, 3000",
        "0.3ns, 0",
        "-1.5h, -5400000000000",
        "876000h, 3153600000000000000",
        "2562047h47m16.854775807s, 9223372036854775807"
    })
    void readsEveryUnit(String text, long nanos) {
        assertThat(GoDuration.parse(text)).isNotNull().hasNanos(nanos);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10",
                "x",
                "s",
                ".s",
                "1..s",
                "1d",
                "1h1",
                "99999999h",
                "1S",
                "1 s",
                "-",
                "--1s",
                "1s-1s",
                "1e3s",
                "PT10S",
                "2562047h47m16.854775808s",
                "99999999999999999999999999999999999999999999999999999999999999999999s"
            })
    void refusesTheRest(String text) {
        assertThat(GoDuration.parse(text)).isNull();
    }

    @Test
    void printsHoursAsGoDoes() {
        assertThat(GoDuration.inHours(Duration.ofDays(365))).isEqualTo("8760h0m0s");
        assertThat(GoDuration.inHours(Duration.ofSeconds(3725))).isEqualTo("1h2m5s");
    }
}
