package dev.asterism.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A clone has every document, section and decision record that its code and documents cite. */
class CitedDocumentsTest {

    private static final Path ROOT = Path.of("..");
    private static final Set<String> SOURCES =
            Set.of("java", "md", "sh", "py", "xml", "yml", "yaml", "proto");

    private static final String NUMBER = "[A-Z]?\\d+(?:\\.\\d+)*";

    /** {@code wire.md 5.7} or {@code wire.md 5.1, 5.4 and 6}. */
    private static final Pattern SECTIONS =
            Pattern.compile(
                    "\\b(wire|behaviour|certificates|conformance|linux-io)\\.md(?:`|\\))?,? §{0,2} ?("
                            + NUMBER
                            + "(?:(?:, | and )"
                            + NUMBER
                            + ")*)");

    private static final Pattern DOCUMENT =
            Pattern.compile("(?<![\\w./$-])((?:[\\w-]+/)*[\\w-]+\\.(?:md|tsv))\\b");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
    private static final Pattern DECISION = Pattern.compile("\\bADR (\\d{4})\\b");
    private static final Pattern HEADING =
            Pattern.compile("(?m)^#+ (?:Part )?(" + NUMBER + "|[A-Z]\\d?)\\b");

    /** Line breaks of comments and paragraphs inside a citation. */
    private static final Pattern LINE_BREAK = Pattern.compile("\\s*\\n\\s*(?:\\*(?!/)|//|#)?\\s*");

    private final List<String> missing = new ArrayList<>();
    private int citations;

    @Test
    void hasEveryDocumentThatIsCited() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path document : files(Set.of("md", "tsv"))) {
            names.add(ROOT.relativize(document).toString());
            names.add(document.getFileName().toString());
        }
        for (Path file : files(SOURCES)) {
            String text = LINE_BREAK.matcher(Files.readString(file)).replaceAll(" ");
            checkSections(file, text);
            checkDecisions(file, text);
            checkDocuments(file, text, names);
            if (file.toString().endsWith(".md")) {
                checkLinks(file, text);
            }
        }
        assertThat(missing).as("cited, but not in the tree").isEmpty();
        assertThat(citations).as("citations found").isGreaterThan(150);
    }

    private void checkSections(Path file, String text) throws IOException {
        for (Matcher found = SECTIONS.matcher(text); found.find(); ) {
            Path document = ROOT.resolve("docs/spec/" + found.group(1) + ".md");
            Set<String> headings = headingsOf(document);
            for (String section : found.group(2).split(", | and ", -1)) {
                cited(file, found.group(1) + ".md " + section, headings.contains(section));
            }
        }
    }

    private static Set<String> headingsOf(Path document) throws IOException {
        Set<String> headings = new TreeSet<>();
        if (Files.exists(document)) {
            HEADING.matcher(Files.readString(document))
                    .results()
                    .forEach(heading -> headings.add(heading.group(1)));
        }
        return headings;
    }

    private void checkDecisions(Path file, String text) throws IOException {
        for (Matcher found = DECISION.matcher(text); found.find(); ) {
            String number = found.group(1);
            try (Stream<Path> records = Files.list(ROOT.resolve("docs/adr"))) {
                boolean exists =
                        records.anyMatch(r -> r.getFileName().toString().startsWith(number + "-"));
                cited(file, found.group(), exists);
            }
        }
    }

    private void checkDocuments(Path file, String text, Set<String> names) {
        for (Matcher found = DOCUMENT.matcher(text); found.find(); ) {
            String name = found.group(1);
            boolean beside =
                    Files.exists(file.resolveSibling(name)) || names.contains("docs/" + name);
            cited(file, name, beside || names.contains(name));
        }
    }

    private void checkLinks(Path file, String text) {
        for (Matcher found = LINK.matcher(text); found.find(); ) {
            String target = found.group(1);
            if (!target.contains("://") && !target.startsWith("mailto:")) {
                cited(file, target, Files.exists(file.resolveSibling(target)));
            }
        }
    }

    private void cited(Path file, String what, boolean exists) {
        citations++;
        if (!exists) {
            missing.add(ROOT.relativize(file) + ": " + what);
        }
    }

    private static List<Path> files(Set<String> extensions) throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(file -> isOurs(ROOT.relativize(file)))
                    .filter(file -> extensions.contains(extension(file)))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isOurs(Path file) {
        for (Path part : file) {
            String name = part.toString();
            if (name.equals("target") || name.equals(".git") || name.equals("results")) {
                return false;
            }
        }
        return true;
    }

    private static String extension(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
