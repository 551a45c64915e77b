package dev.asterism.overlay.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void keepsWhatPeopleWrite() {
        assertThat(Printable.escaped("web-1 / Zürich, 東京 ✓")).isEqualTo("web-1 / Zürich, 東京 ✓");
    }

    @Test
    void escapesWhatSteersATerminal() {
        assertThat(Printable.escaped("a\033]0;x\007\033[2J\r\nb\u009b\u202e\u2066\u2028\u00a0"))
                .isEqualTo(
                        "a\\u001b]0;x\\u0007\\u001b[2J\\u000d\\u000ab\\u009b\\u202e\\u2066\\u2028\\u00a0");
        assertThat(Printable.escaped(Character.toString(0xE0001))).isEqualTo("\\udb40\\udc01");
    }
}
