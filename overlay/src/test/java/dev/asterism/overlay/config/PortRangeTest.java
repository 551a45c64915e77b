package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every case as nebula 1.12.0 judged it with {@code -test}. */
class PortRangeTest {

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "any,0,0",
                "0,0,0",
                "fragment,-1,-1",
                "0-1,0,0",
                "0-0,0,0",
                "00-5,0,0",
                "0 - 65535,0,0",
                "1,1,1",
                "65535,65535,65535",
                "1 - 2,1,2",
                "80-90,80,90",
                "  80  -  90  ,80,90",
                "7-7,7,7",
                "0000000000000000000000000000080,80,80",
            })
    void reads(String text, int first, int last) {
        List<String> problems = new ArrayList<>();

        assertThat(PortRange.parse("port", text, problems::add))
                .isEqualTo(new PortRange(first, last));
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            delimiter = '|',
            value = {
                "''|port was not a number; ``",
                "  |port was not a number; `  `",
                " 1|port was not a number; ` 1`",
                "x|port was not a number; `x`",
                "Any|port was not a number; `Any`",
                "0x50|port was not a number; `0x50`",
                "80.0|port was not a number; `80.0`",
                "1_0|port was not a number; `1_0`",
                "+|port was not a number; `+`",
                "+80|port was not a number; `+80`",
                "\u0663|port was not a number; `\u0663`",
                "-|port appears to be a range but could not be parsed; `-`",
                " - |port appears to be a range but could not be parsed; ` - `",
                "-1|port appears to be a range but could not be parsed; `-1`",
                "1-|port appears to be a range but could not be parsed; `1-`",
                "a-b|port beginning range was not a number; `a`",
                "+70-80|port beginning range was not a number; `+70`",
                "70\t-80|port beginning range was not a number; `70\t`",
                "70\u00a0-80|port beginning range was not a number; `70\u00a0`",
                "1-b|port ending range was not a number; `b`",
                "0-x|port ending range was not a number; `x`",
                "1-2-3|port ending range was not a number; `2-3`",
                "1--2|port ending range was not a number; `-2`",
                "90-80|`start port was lower than end port`",
                "5-0|`start port was lower than end port`",
                "65536|port out of range [0,65535]; `65536`",
                "4294967296|port out of range [0,65535]; `4294967296`",
                "99999999999999999999|port out of range [0,65535]; `99999999999999999999`",
                "1-65536|port ending range out of range [0,65535]; `65536`",
                "65536-1|port beginning range out of range [0,65535]; `65536`",
            })
    void refuses(String text, String message) {
        List<String> problems = new ArrayList<>();

        assertThat(PortRange.parse("port", text, problems::add)).isNull();
        assertThat(problems).containsExactly(message);
    }

    @Test
    void isWrittenAsTheConfigurationSpellsIt() {
        assertThat(PortRange.ANY).hasToString("any");
        assertThat(PortRange.FRAGMENT).hasToString("fragment");
        assertThat(new PortRange(80, 80)).hasToString("80");
        assertThat(new PortRange(80, 90)).hasToString("80-90");
    }

    @Test
    void holdsNothingElse() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PortRange(2, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new PortRange(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new PortRange(-2, -2));
        assertThatIllegalArgumentException().isThrownBy(() -> new PortRange(1, 65536));
    }
}
