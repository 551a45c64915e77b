package dev.asterism.l7.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/a/b; /a/b",
                "^/a; /a",
                "/a/[0-9]+; /a/",
                "/a\\.b/.*; /a.b/",
                "/ab*; /a",
                "/ab?; /a",
                "/ab{2}; /a",
                "/ab+c; /ab",
                "/a|/b; ''",
                "/(a|b)/c; /",
                "(?i)/a; ''",
                "/a\\d; /a",
                "\\Q/a\\E; ''",
                "/a(b)*; /a",
                "/a$; /a",
            })
    void knowsHowEveryTextBegins(String expression, String start) {
        assertThat(Regex.of(expression).literalStart()).isEqualTo(start);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
                "/v[0-9]{1,3}/(x{2}){3}",
                "/a\\{5000\\}",
            })
    void takesOrdinaryRepetitions(String expression) {
        assertThat(Regex.of(expression)).hasToString(expression);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{100}){100}){100}",
                "(((a{2,99}b){99}c){99})",
                "(a(b(c{40})){40}){40}",
                "a{1001}",
                "(abcdefghijk){900}"
            })
    void refusesWhatGrowsTooLarge(String expression) {
        assertThatThrownBy(() -> Regex.of(expression)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"/a/7, true", "/a/7/, false", "x/a/7, false", "/a/, false"})
    void fitsTheWholeText(String text, boolean matches) {
        assertThat(Regex.of("/a/[0-9]+").matches(text)).isEqualTo(matches);
    }
}
