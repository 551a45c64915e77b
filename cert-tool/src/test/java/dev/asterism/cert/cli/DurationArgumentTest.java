package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationArgumentTest {

    @ParameterizedTest
    @CsvSource({
        "1h30m, 5400000000000",
        "300ms, 300000000",
        "-1.5h, -5400000000000",
        "+2s, 2000000000",
        ".5s, 500000000",
        "1.s, 1000000000",
        "1us, 1000",
        "1µs, 1000",
        "0, 0",
        "876000h, 3153600000000000000"
    })
    void readsGoNotation(String text, long nanos) {
        assertThat(DurationArgument.parse(text)).isEqualTo(new DurationArgument(nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "1d", "h", "1h1", "-", ".s", "1 h", "99999999h"})
    void refusesAnythingElse(String text) {
        assertThat(DurationArgument.parse(text)).isNull();
    }
}
