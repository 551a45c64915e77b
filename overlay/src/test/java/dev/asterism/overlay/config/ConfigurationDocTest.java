package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * docs/configuration.md has the table of keys that the code has. After a change of {@link KnownKeys} write it anew with
 * {@code mvn -pl overlay test -Dtest=ConfigurationDocTest -Dasterism.write-docs=true}.
 */
class ConfigurationDocTest {

    private static final Path DOC = Path.of("..", "docs", "configuration.md");
    private static final String START = "<!-- keys -->\n";
    private static final String END = "<!-- /keys -->\n";

    @Test
    void listsEveryKey() throws IOException {
        String doc = Files.readString(DOC);
        int from = doc.indexOf(START) + START.length();
        int to = doc.indexOf(END);
        String expected = doc.substring(0, from) + tables() + doc.substring(to);

        if (Boolean.getBoolean("asterism.write-docs")) {
            Files.writeString(DOC, expected);
        }
        assertThat(Files.readString(DOC)).isEqualTo(expected);
    }

    private static String tables() {
        return "\n"
                + table(
                        "Supported",
                        List.of("key", "type", "since", "default", "change", "meaning"),
                        rows(KeyRow.Status.SUPPORTED)
                                .map(
                                        row ->
                                                List.of(
                                                        code(row.path()),
                                                        row.type(),
                                                        row.since(),
                                                        row.saidByDefault(),
                                                        change(row.change()),
                                                        row.note())))
                + table(
                        "Known to Nebula, without effect yet",
                        List.of("key", "type", "since", "default", "switched on by"),
                        rows(KeyRow.Status.NOT_YET)
                                .map(
                                        row ->
                                                List.of(
                                                        code(row.path()),
                                                        row.type(),
                                                        row.since(),
                                                        row.saidByDefault(),
                                                        code(row.switchedBy()))))
                + table(
                        "Of older versions of Nebula",
                        List.of("key", "read by", "what to do", "without `--lenient`"),
                        Stream.of(KeyRow.Status.GONE_IN_DOUBT, KeyRow.Status.GONE)
                                .flatMap(ConfigurationDocTest::rows)
                                .map(
                                        row ->
                                                List.of(
                                                        code(row.path()),
                                                        row.since(),
                                                        row.note(),
                                                        row.status() == KeyRow.Status.GONE
                                                                ? "reported"
                                                                : "refused")));
    }

    private static Stream<KeyRow> rows(KeyRow.Status status) {
        return KnownKeys.rows().filter(row -> row.status() == status);
    }

    private static String change(KeyRow.Change change) {
        return change.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static String table(String title, List<String> heads, Stream<List<String>> rows) {
        String rule = heads.stream().map(_ -> "---").collect(Collectors.joining("|", "|", "|"));
        return "### %s\n\n%s\n%s\n%s\n\n"
                .formatted(
                        title,
                        line(heads),
                        rule,
                        rows.map(ConfigurationDocTest::line).collect(Collectors.joining("\n")));
    }

    private static String line(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |")).replace("  ", " ");
    }
}
