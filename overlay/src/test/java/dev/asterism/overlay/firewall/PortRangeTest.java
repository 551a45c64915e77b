package dev.asterism.overlay.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A7.11. */
class PortRangeTest {

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "any,0,0",
                "0,0,0",
                "fragment,-1,-1",
                "0-1,0,0",
                "0 - 65535,0,0",
                "1,1,1",
                "65535,65535,65535",
                "1 - 2,1,2",
                "80-90,80,90",
                "  80  -  90  ,80,90",
                "7-7,7,7",
                "+7,7,7",
            })
    void reads(String text, int first, int last) throws InvalidRuleException {
        assertThat(PortRange.parse(text)).isEqualTo(new PortRange(first, last));
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
                "-|port appears to be a range but could not be parsed; `-`",
                " - |port appears to be a range but could not be parsed; ` - `",
                "-1|port appears to be a range but could not be parsed; `-1`",
                "1-|port appears to be a range but could not be parsed; `1-`",
                "a-b|beginning range was not a number; `a`",
                "1-b|ending range was not a number; `b`",
                "1-2-3|ending range was not a number; `2-3`",
                "90-80|`start port was lower than end port`",
                "65536|port out of range [0,65535]; `65536`",
                "4294967296|port out of range [0,65535]; `4294967296`",
                "99999999999999999999|port out of range [0,65535]; `99999999999999999999`",
                "1-65536|port out of range [0,65535]; `65536`",
                "1--2|port out of range [0,65535]; `-2`",
            })
    void refuses(String text, String complaint) {
        assertThatExceptionOfType(InvalidRuleException.class)
                .isThrownBy(() -> PortRange.parse(text))
                .withMessage(complaint);
    }
}
