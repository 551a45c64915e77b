package dev.asterism.l7.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.l7.limit.Rate;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantitiesTest {

    @Test
    void readsWhatPeopleWrite() {
        assertThat(Quantities.duration("250ms")).isEqualTo(Duration.ofMillis(250));
        assertThat(Quantities.range("25ms..2m"))
                .isEqualTo(new DurationRange(Duration.ofMillis(25), Duration.ofMinutes(2)));
        assertThat(Quantities.bytes("64KiB")).isEqualTo(65_536);
        assertThat(Quantities.bytes("10")).isEqualTo(10);
        assertThat(Quantities.bytes("1 MiB")).isEqualTo(1 << 20);
        assertThat(Quantities.ratio("12.5%")).isEqualTo(0.125);
        assertThat(Quantities.tenThousandths("0.01 %")).isEqualTo(1);
        assertThat(Quantities.rate("100/s")).isEqualTo(new Rate(100, Duration.ofSeconds(1), 10));
        assertThat(Quantities.rate("6000/m burst 200"))
                .isEqualTo(new Rate(6000, Duration.ofMinutes(1), 200));
        assertThat(Quantities.rate("1/h")).isEqualTo(new Rate(1, Duration.ofHours(1), 1));
        assertThat(Quantities.rate("unlimited")).isEqualTo(Rate.UNLIMITED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "duration | 10 | `10` has no unit; write 10s or 10ms",
                "duration | -1s | `-1s` is negative",
                "duration | 10 s | `10 s` is not a duration such as 10s, 1h30m or 250ms",
                "range | 10s | `10s` is not a range such as 25ms..250ms",
                "range | 10s..1s | `10s..1s` is not a range: the smaller comes first",
                "bytes | 64kb | `64kb` is not a size such as 64KiB",
                "bytes | 9GiB | `9GiB` is more than 2 GiB",
                "ratio | 20 | `20` is not a percentage such as 20%",
                "share | 101% | `101%` is more than 100%",
                "rate | 100 | `100` is not a rate such as 100/s, 6000/m or `100/s burst 200`",
                "rate | 0/s | a rate is 1 to 1000000000 a period, with a burst of at least 1"
            })
    void saysWhatIsWrong(String kind, String text, String message) {
        assertThatThrownBy(
                        () -> {
                            switch (kind) {
                                case "duration" -> Quantities.duration(text);
                                case "range" -> Quantities.range(text);
                                case "bytes" -> Quantities.bytes(text);
                                case "ratio" -> Quantities.ratio(text);
                                case "share" -> Quantities.tenThousandths(text);
                                default -> Quantities.rate(text);
                            }
                        })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void writesThemAgain() {
        assertThat(Quantities.text(Duration.ofSeconds(90))).isEqualTo("90s");
        assertThat(Quantities.text(Duration.ofMinutes(2))).isEqualTo("2m");
        assertThat(Quantities.text(Duration.ZERO)).isEqualTo("0s");
        assertThat(Quantities.text(Duration.ofMillis(1500))).isEqualTo("1500ms");
        assertThat(Quantities.percent(0.125)).isEqualTo("12.5%");
        assertThat(Quantities.percent(1)).isEqualTo("100%");
        assertThat(Quantities.bytes(65_536)).isEqualTo("64KiB");
        assertThat(Quantities.bytes(1500)).isEqualTo("1500B");
        assertThat(Quantities.text(Quantities.rate("6000/m burst 200")))
                .isEqualTo("6000/m burst 200");
        assertThat(Quantities.text(Quantities.rate("100/s"))).isEqualTo("100/s");
    }
}
