package dev.asterism.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.event.MeshEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * docs/log-events.md lists the events that the code has. Names and keys are stable: do not rename
 * or remove one. After a new event, key or text write it anew with {@code mvn -pl node-agent -am
 * test -Dtest=LogEventsDocTest -Dasterism.write-docs=true -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class LogEventsDocTest {

    private static final Path DOC = Path.of("..", "docs", "log-events.md");
    private static final String START = "<!-- events -->\n";
    private static final String END = "<!-- /events -->\n";

    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
    private static final Pattern RECORD = Pattern.compile("\\brecord (\\w+)\\(");
    private static final Pattern LEVEL = Pattern.compile("\\bLevel\\.([A-Z]+)\\b");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

    @Test
    void listsEveryEventWithItsKeys() throws IOException, ClassNotFoundException {
        String doc = Files.readString(DOC);
        int from = doc.indexOf(START) + START.length();
        int to = doc.indexOf(END);
        String expected = doc.substring(0, from) + table() + doc.substring(to);

        if (Boolean.getBoolean("asterism.write-docs")) {
            Files.writeString(DOC, expected);
        }
        assertThat(Files.readString(DOC)).isEqualTo(expected);
    }

    private static String table() throws IOException, ClassNotFoundException {
        Map<String, String> rows = new TreeMap<>();
        for (Path source : sources()) {
            addEvents(Files.readString(source), rows);
        }
        assertThat(rows).hasSizeGreaterThan(30);
        return "\n| event | level | text | keys |\n|---|---|---|---|\n"
                + rows.values().stream().collect(Collectors.joining("\n"))
                + "\n\n";
    }

    private static Stream<Path> filesOf(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Iterable<Path> sources() throws IOException {
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            return modules.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .flatMap(LogEventsDocTest::filesOf)
                    .filter(file -> file.toString().endsWith("Event.java"))
                    .sorted()
                    .toList();
        }
    }

    private static void addEvents(String source, Map<String, String> rows)
            throws ClassNotFoundException {
        Matcher inPackage = PACKAGE.matcher(source);
        assertThat(inPackage.find()).isTrue();
        String code = source.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("\"\\s*\\+ \"", "");
        Matcher type = Pattern.compile("\\b(?:interface|record) (\\w+)").matcher(code);
        assertThat(type.find()).isTrue();
        Matcher found = RECORD.matcher(code);
        for (boolean more = found.find(); more; ) {
            String name = found.group(1);
            int start = found.start();
            more = found.find();
            String body = code.substring(start, more ? found.start() : code.length());
            String binary = name.equals(type.group(1)) ? name : type.group(1) + "$" + name;
            Class<?> event = Class.forName(inPackage.group(1) + "." + binary);
            if (MeshEvent.class.isAssignableFrom(event)) {
                rows.put(EventName.of(event), row(event, body));
            }
        }
    }

    private static String row(Class<?> event, String body) {
        String keys =
                Arrays.stream(event.getRecordComponents())
                        .map(RecordComponent::getName)
                        .map(key -> "`" + key + "`")
                        .collect(Collectors.joining(", "));
        return "| `%s` | %s | %s | %s |"
                .formatted(
                        EventName.of(event),
                        all(LEVEL, method(body, "Level level()"), " or ").toLowerCase(Locale.ROOT),
                        all(LITERAL, method(body, "String message()"), " … "),
                        keys);
    }

    private static String all(Pattern pattern, String code, String between) {
        return pattern.matcher(code)
                .results()
                .map((MatchResult found) -> found.group(1))
                .distinct()
                .collect(Collectors.joining(between))
                .replace("  … ", " … ")
                .replaceFirst(": $", ": …")
                .replace("\\\"", "\"")
                .replace("|", "\\|");
    }

    /** From the head of the method to the end of its block. */
    private static String method(String body, String head) {
        int start = body.indexOf(head);
        assertThat(start).as(head + " in " + body).isNotNegative();
        int depth = 0;
        for (int i = body.indexOf('{', start); i < body.length(); i++) {
            if (body.charAt(i) == '{') {
                depth++;
            } else if (body.charAt(i) == '}' && --depth == 0) {
                return body.substring(start, i);
            }
        }
        throw new AssertionError("unbalanced braces after " + head);
    }
}
