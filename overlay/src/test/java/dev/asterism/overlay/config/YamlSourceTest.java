package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlSourceTest {

    private final Diagnostics problems = new Diagnostics();

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "yes, STRING, yes",
                "no, STRING, no",
                "on, STRING, on",
                "Off, STRING, Off",
                "y, STRING, y",
                "True, BOOLEAN, true",
                "FALSE, BOOLEAN, false",
                "tRUE, STRING, tRUE",
                "4242, INTEGER, 4242",
                "+7, INTEGER, 7",
                "-1, INTEGER, -1",
                "007, INTEGER, 7",
                "0o17, INTEGER, 15",
                "0x1F, INTEGER, 31",
                "0b101, INTEGER, 5",
                "1_000, INTEGER, 1000",
                "08, FLOAT, 8",
                "1.5, FLOAT, 1.5",
                "16.0, FLOAT, 16",
                "1e3, FLOAT, 1000",
                "1e999999999, FLOAT, 1e999999999",
                "99999999999999999999, FLOAT, 100000000000000000000",
                ".inf, FLOAT, .inf",
                "-.INF, FLOAT, -.INF",
                ".nan, FLOAT, .nan",
                "'4242', STRING, 4242",
                "\"no\", STRING, no",
                "~, NULL, ~",
                "null, NULL, null",
                "2026-11-21, DATE, 2026-11-21",
                "10.42.0.1, STRING, 10.42.0.1",
                "1h30m, STRING, 1h30m",
                "0x, STRING, 0x",
                "!!str 5, STRING, 5",
                "!!int 5, INTEGER, 5"
            })
    void resolvesScalarsAsYaml12(String text, ScalarKind kind, String canonical) {
        ScalarNode node = (ScalarNode) value("k: " + text);

        assertThat(node.kind()).isEqualTo(kind);
        assertThat(node.canonical()).isEqualTo(canonical);
        assertThat(problems.errors()).isEmpty();
    }

    @Test
    void keepsPlacesOfKeysAndValues() {
        MapNode root = map("a:\n  b: [1,\n    two]\n");

        MapNode a = (MapNode) Objects.requireNonNull(root.get("a"));
        ListNode b = (ListNode) Objects.requireNonNull(a.get("b"));
        ConfigNode.Entry entry = Objects.requireNonNull(a.entries().get("b"));
        assertThat(entry.keyPosition()).hasToString("f.yml:2:3");
        assertThat(b.position()).hasToString("f.yml:2:6");
        assertThat(b.items().get(1).position()).hasToString("f.yml:3:5");
    }

    @Test
    void mergeKeysGiveWayToTheMapsOwn() {
        MapNode root =
                map(
                        """
                                one: &one {a: 1, b: 1}
                                two: &two {b: 2, c: 2}
                                both: {b: 3, <<: [*one, *two]}
                                single: {<<: *one}
                                quoted: {"<<": x}
                                """);

        assertThat(shown(root.get("both"))).isEqualTo("{b=3, a=1, c=2}");
        assertThat(shown(root.get("single"))).isEqualTo("{a=1, b=1}");
        assertThat(shown(root.get("quoted"))).isEqualTo("{<<=x}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: 1#b: 2#a: 3 | f.yml:3:1: duplicate key `a` (first given at line 1)",
                "x:#  a: {b: 1, b: 2} | f.yml:2:13: duplicate key `b` (first given at line 2)",
                "a: {<<: 5} | f.yml:1:9: `<<` takes a map or a list of maps",
                "a: {<<: [5]} | f.yml:1:10: `<<` takes a map or a list of maps",
                "{[a]: 1} | f.yml:1:2: a key must be a single value",
                "a: !!int x | f.yml:1:4: the YAML tag tag:yaml.org,2002:int is not supported here",
                "a: !evil {} | f.yml:1:4: the YAML tag !evil is not supported here"
            })
    void refusesWithItsPlace(String lines, String problem) {
        parse(lines.replace("#", "\n"));

        assertThat(problems.errors()).hasSize(1).first().asString().isEqualTo(problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a:\n\tb: 1\n",
                "a: [1",
                "a: 'x",
                "*none",
                "%YAML 9.9\n---\na: 1",
                "a: \"\\U99999999\"",
                "\u0001",
                "@",
                "a: !!java.net.URL [x]",
                "a: b: c"
            })
    void refusesWhatIsNotYaml(String text) {
        parse(text);

        assertThat(problems.errors()).hasSize(1).first().asString().contains("not YAML");
    }

    @Test
    void readsOnlyTheFirstDocumentAndSaysSo() {
        assertThat(shown(parse("a: 1\n---\nb: 2\n"))).isEqualTo("{a=1}");
        assertThat(problems.notices())
                .extracting(Diagnostic::message)
                .containsExactly("only the first YAML document of the file is read");
    }

    @Test
    void ignoresAByteOrderMark() {
        assertThat(shown(parse("\uFEFFa: 1"))).isEqualTo("{a=1}");
    }

    @Test
    void refusesAliasesThatBlowUp() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            String before = "*a" + (i - 1);
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", tenTimes(before))));
        }

        parse(bomb.toString());

        assertThat(problems.errors()).first().asString().contains("aliases make this file");
    }

    @Test
    void refusesMergeKeysThatBlowUp() {
        StringBuilder bomb = new StringBuilder("a0: &a0 {k: [x, x, x, x, x, x, x, x, x]}\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("a%d: &a%d {<<: [*a%d, *a%d]}\n".formatted(i, i, i - 1, i - 1));
        }

        parse(bomb.toString());

        assertThat(problems.errors()).first().asString().contains("aliases make this file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"&a [*a]", "&a {b: *a}", "&a {<<: *a}", "&a {*a : 1}"})
    void refusesNodesThatHoldThemselves(String text) {
        parse(text);

        assertThat(problems.errors()).isNotEmpty();
    }

    @Test
    void refusesDeepNesting() {
        parse("[".repeat(100_000));
        assertThat(problems.errors()).hasSize(1);

        parse("- ".repeat(100_000));
        assertThat(problems.errors()).hasSize(2);
    }

    private static List<String> tenTimes(String text) {
        return java.util.Collections.nCopies(10, text);
    }

    private @Nullable ConfigNode parse(String text) {
        return YamlSource.parse(new ConfigText("f.yml", text), problems);
    }

    private MapNode map(String text) {
        return (MapNode) Objects.requireNonNull(parse(text));
    }

    private ConfigNode value(String text) {
        return Objects.requireNonNull(map(text).get("k"));
    }

    private static String shown(@Nullable ConfigNode node) {
        return switch (node) {
            case null -> "(none)";
            case MapNode map ->
                    map.entries().entrySet().stream()
                            .map(e -> e.getKey() + "=" + shown(e.getValue().value()))
                            .toList()
                            .toString()
                            .replace('[', '{')
                            .replace(']', '}');
            case ListNode list -> list.items().stream().map(YamlSourceTest::shown).toList() + "";
            case ScalarNode scalar -> scalar.text();
        };
    }
}
