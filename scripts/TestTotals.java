import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Sums the XML reports of Surefire and Failsafe and the checks that are no Java tests. Arguments: the root of the
 * clone, then one `passed NAME`, `failed NAME` or `skipped NAME: REASON` for each other check. Names every failed and
 * every skipped test; the last line is `N passed, N failed, N skipped`. Exit status 1 if anything failed or if nothing
 * passed.
 */
public final class TestTotals {

    private static final List<String> REPORTS = List.of("surefire-reports", "failsafe-reports");

    private static final int COLUMNS = 100;

    private int passed;
    private final List<String> failed = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();

    private TestTotals() {}

    public static void main(String[] arguments) throws Exception {
        TestTotals totals = new TestTotals();
        for (Path report : reports(Path.of(arguments[0]))) {
            totals.readReport(report);
        }
        for (int i = 1; i < arguments.length; i++) {
            totals.addCheck(arguments[i]);
        }
        totals.print();
        System.exit(totals.failed.isEmpty() && totals.passed > 0 ? 0 : 1);
    }

    private static TreeSet<Path> reports(Path root) throws IOException {
        TreeSet<Path> reports = new TreeSet<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.toList()) {
                for (String kind : REPORTS) {
                    Path directory = module.resolve("target").resolve(kind);
                    if (Files.isDirectory(directory)) {
                        try (Stream<Path> files = Files.list(directory)) {
                            files.filter(TestTotals::isReport).forEach(reports::add);
                        }
                    }
                }
            }
        }
        return reports;
    }

    private static boolean isReport(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith("TEST-") && name.endsWith(".xml");
    }

    private void readReport(Path report) {
        Document document;
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            document = builder.parse(report.toFile());
        } catch (Exception e) {
            // A JVM that dies leaves half a report.
            failed.add(report + ": cannot be read: " + e.getMessage());
            return;
        }
        NodeList cases = document.getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            readCase((Element) cases.item(i));
        }
    }

    private void readCase(Element testCase) {
        String name = testCase.getAttribute("classname") + "." + testCase.getAttribute("name");
        if (has(testCase, "failure") || has(testCase, "error")) {
            failed.add(name);
        } else if (has(testCase, "skipped")) {
            Element reason = (Element) testCase.getElementsByTagName("skipped").item(0);
            skipped.add(name + ": " + firstLine(reason));
        } else {
            passed++;
        }
    }

    private static boolean has(Element testCase, String child) {
        return testCase.getElementsByTagName(child).getLength() > 0;
    }

    private static String firstLine(Element skipped) {
        String reason = skipped.getAttribute("message");
        if (reason.isBlank()) {
            reason = skipped.getTextContent().strip();
        }
        reason = reason.replaceFirst("^Assumption failed: ", "");
        return reason.isBlank() ? "no reason given" : reason.lines().findFirst().orElseThrow();
    }

    private void addCheck(String check) {
        String[] words = check.split(" ", 2);
        switch (words[0]) {
            case "passed" -> passed++;
            case "failed" -> failed.add(words[1]);
            case "skipped" -> skipped.add(words[1]);
            default -> throw new IllegalArgumentException(check);
        }
    }

    private void print() {
        failed.forEach(name -> System.out.print(folded("FAILED  " + name)));
        skipped.forEach(name -> System.out.print(folded("SKIPPED " + name)));
        System.out.printf(
                "%d passed, %d failed, %d skipped%n", passed, failed.size(), skipped.size());
    }

    /** Lines of at most {@link #COLUMNS}, but for longer words; lines behind the first are indented. */
    private static String folded(String text) {
        StringBuilder lines = new StringBuilder();
        int column = 0;
        for (String word : text.split(" ", -1)) {
            if (column > 0 && column + 1 + word.length() > COLUMNS) {
                lines.append("\n        ").append(word);
                column = 8 + word.length();
            } else {
                lines.append(lines.isEmpty() ? "" : " ").append(word);
                column += word.length() + 1;
            }
        }
        return lines.append('\n').toString();
    }
}
