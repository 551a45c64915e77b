package dev.asterism.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EscapesTest {

    @Test
    void aValueIsOneLineThatSteersNoTerminal() {
        StringBuilder line = new StringBuilder();

        Escapes.quote(line, "a\"\\\n\r\t\033[2J\u202e\u2028 Zürich");

        assertThat(line).hasToString("\"a\\\"\\\\\\n\\r\\t\\u001b[2J\\u202e\\u2028 Zürich\"");
    }

    @Test
    void aLongValueIsCut() {
        StringBuilder line = new StringBuilder();

        Escapes.quote(line, "x".repeat(10_000));

        assertThat(line).hasSize(8192 + 3).endsWith("…\"");
    }
}
