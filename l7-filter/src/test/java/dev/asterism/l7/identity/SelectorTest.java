package dev.asterism.l7.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTest {

    private static final Caller WEB_1 =
            new Caller("web-1", List.of("web", "prod"), "10.42.0.7", "ab", "net");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "any | true",
                "group:web | true",
                "group:we | false",
                "group:web2 | false",
                "node:web-1 | true",
                "node:web | false",
                "node:prod | false",
                "group:web-1 | false",
                "group:web & group:prod | true",
                "group:web & group:qa | false",
                "group:web & !group:canary | true",
                "group:web&!group:prod | false",
                "!node:web-1 | false",
                "!node:web-2 | true",
                "!any | false",
                "  any  | true",
                "! group:qa & any | true",
            })
    void picksByTheCertificate(String text, boolean matches) {
        assertThat(Selector.parse(text).matches(WEB_1)).isEqualTo(matches);
    }

    @Test
    void aCallerWithoutCertificateIsAnybodyAndNobody() {
        assertThat(Selector.parse("any").matches(Caller.UNKNOWN)).isTrue();
        assertThat(Selector.parse("group:web").matches(Caller.UNKNOWN)).isFalse();
        assertThat(Selector.parse("!group:web").matches(Caller.UNKNOWN)).isFalse();
        assertThat(Selector.parse("!node:web-1").matches(Caller.UNKNOWN)).isFalse();
        assertThat(Selector.parse("any & !group:web").matches(Caller.UNKNOWN)).isFalse();
    }

    @Test
    void namesWithBlanksAreQuoted() {
        Caller laptop = new Caller("my \"old\" laptop", List.of("a & b"), "10.42.0.9", "cd", "net");
        Selector node = Selector.parse("node:\"my \\\"old\\\" laptop\" & group:\"a & b\"");

        assertThat(node.matches(laptop)).isTrue();
        assertThat(Selector.parse(node.toString())).isEqualTo(node);
        assertThat(node.groups()).containsExactly("a & b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 0 | '' | expected 'any'",
                "grup:web | 0 | group: | did you mean 'group:'?",
                "group:web & nod:x | 12 | node: | did you mean 'node:'?",
                "ani | 0 | any | did you mean 'any'?",
                "group:web, group:qa | 9 | '' | expected '&' between two terms, not ','",
                "group:web group:qa | 10 | '' | expected '&' between two terms, not 'g'",
                "group: | 6 | '' | the name of a group is missing",
                "node:\"a | 5 | '' | the quotation mark is not closed",
                "group:web & | 11 | '' | expected 'any'",
                "10.42.0.7 | 0 | '' | expected 'any'",
            },
            ignoreLeadingAndTrailingWhitespace = true)
    void saysWhereItIsWrongAndWhatWasMeant(
            String text, int position, String nearest, String message) {
        SelectorException wrong =
                catchThrowableOfType(SelectorException.class, () -> Selector.parse(text));

        assertThat(wrong).hasMessageContaining(message);
        assertThat(wrong.position()).isEqualTo(position);
        assertThat(wrong.nearest()).isEqualTo(nearest);
    }

    @Test
    void alternativesAreNotInTheLanguage() {
        SelectorException wrong =
                catchThrowableOfType(
                        SelectorException.class, () -> Selector.parse("group:a | group:b"));

        assertThat(wrong).hasMessageContaining("at character 9").hasMessageContaining("not '|'");
    }
}
