package dev.asterism.agent.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScreenTest {

    @ParameterizedTest
    @CsvSource({"80, 80", "10, 40", "1000, 200", "wide, 100", "'', 100", "' 60 ', 60"})
    void aTerminalIsAsWideAsItSays(String columns, int width) {
        assertThat(Screen.of(true, null, columns).width()).isEqualTo(width);
    }

    @Test
    void aFileHasNeitherColoursNorTheWidthOfATerminal() {
        assertThat(Screen.of(false, null, "60")).isEqualTo(new Screen(false, false, 100));
    }

    @Test
    void noColorTurnsColoursOffAndEmptyDoesNot() {
        assertThat(Screen.of(true, "1", null)).isEqualTo(new Screen(true, false, 100));
        assertThat(Screen.of(true, "", null)).isEqualTo(new Screen(true, true, 100));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0B",
        "999, 999B",
        "1000, 1.0kB",
        "1234, 1.2kB",
        "9949, 9.9kB",
        "9950, 10kB",
        "999499, 999kB",
        "999500, 1.0MB",
        "1234567890, 1.2GB",
        "5000000000000000, 5000TB"
    })
    void bytesHaveTwoOrThreeDigits(long bytes, String text) {
        assertThat(Units.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.1ms",
        "340, 0.3ms",
        "12345, 12.3ms",
        "99949, 99.9ms",
        "123456, 123ms",
        "2500000, 2s"
    })
    void roundTripsShowATenthOfAMillisecondBelowAHundred(long micros, String text) {
        assertThat(Units.millis(micros)).isEqualTo(text);
    }

    @Test
    void aParagraphBreaksAtBlanksAndCutsOnlyWhatIsTooLongAlone() {
        Paragraph text = new Paragraph(30);
        text.field("name", "one two three four five");
        text.field("name", "x".repeat(40));
        text.line("  ", "\033[32mgreen words\033[0m take no more room now");

        assertThat(text.toString())
                .isEqualTo(
                        """
                        name         one two three
                                     four five
                        name         xxxxxxxxxxxxxxxxx
                                     xxxxxxxxxxxxxxxxx
                                     xxxxxx
                        \033[32mgreen words\033[0m take no more room
                          now
                        """);
    }
}
