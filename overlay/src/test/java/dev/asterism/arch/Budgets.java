package dev.asterism.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Hard limits on sizes; the aims are far below them. Sources are read from the module's directory. */
public final class Budgets {

    private static final int MAIN_FILE_LINES = 400;
    private static final int TEST_FILE_LINES = 700;
    private static final int LINE_COLUMNS = 120;
    private static final int METHOD_LINES = 60;
    private static final int PARAMETERS = 6;
    private static final int DATA_PATH_PARAMETERS = 8;
    private static final int FIELDS = 16;
    private static final int DATA_PATH_FIELDS = 16;

    private static final Pattern TYPE =
            Pattern.compile(".*\\b(class|record|interface|enum)\\b [A-Z].*");
    private static final Pattern CLOSING = Pattern.compile("( {4}| {8}| {12})\\}");

    private Budgets() {}

    public static void checkSources() throws IOException {
        assertThat(longFiles(Path.of("src", "main", "java"), MAIN_FILE_LINES))
                .as("main files over %d lines: split by verb", MAIN_FILE_LINES)
                .isEmpty();
        assertThat(longFiles(Path.of("src", "test", "java"), TEST_FILE_LINES))
                .as("test files over %d lines", TEST_FILE_LINES)
                .isEmpty();
        assertThat(longLines(Path.of("src")))
                .as("lines of comments over %d columns", LINE_COLUMNS)
                .isEmpty();
        assertThat(longMethods(Path.of("src", "main", "java")))
                .as("methods over %d lines: one method per step", METHOD_LINES)
                .isEmpty();
    }

    /**
     * @param dataPath classes that may have longer lists, as they must not make objects and keep what they
     *     use again
     */
    public static void checkSignatures(JavaClasses code, Pattern dataPath) {
        List<String> findings = new ArrayList<>();
        for (JavaClass type : code) {
            boolean onDataPath = dataPath.matcher(type.getName()).find();
            int most = onDataPath ? DATA_PATH_PARAMETERS : PARAMETERS;
            type.getCodeUnits().stream()
                    .filter(unit -> !isRecordConstructor(type, unit))
                    .filter(unit -> !unit.getName().contains("$"))
                    .filter(unit -> unit.getRawParameterTypes().size() > most)
                    .forEach(unit -> findings.add(unit.getFullName()));
            long fields =
                    type.getFields().stream()
                            .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                            .filter(field -> !isCommandLineOption(field))
                            .count();
            if (fields > (onDataPath ? DATA_PATH_FIELDS : FIELDS) && !type.isRecord()) {
                findings.add(type.getName() + " has " + fields + " fields");
            }
        }
        assertThat(findings)
                .as("more than %d parameters or %d fields: a record is missing", PARAMETERS, FIELDS)
                .isEmpty();
    }

    /** A command has as many options as its counterpart in Nebula. */
    private static boolean isCommandLineOption(JavaField field) {
        return field.getRawType().getName().startsWith("dev.asterism.cert.cli.Flag$");
    }

    /** A record of configuration is as wide as its section. */
    private static boolean isRecordConstructor(JavaClass type, JavaCodeUnit unit) {
        return type.isRecord() && unit.isConstructor();
    }

    private static List<String> longLines(Path root) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
                for (String line : Files.readAllLines(file)) {
                    String text = line.strip();
                    boolean comment = text.startsWith("*") || text.startsWith("/");
                    if (line.length() > LINE_COLUMNS && comment) {
                        found.add(file + ": " + line.strip());
                    }
                }
            }
        }
        return found;
    }

    private static List<String> longFiles(Path root, int limit) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : javaFiles(root)) {
            int lines = Files.readAllLines(file).size();
            if (lines > limit) {
                found.add(file + ": " + lines);
            }
        }
        return found;
    }

    private static List<String> longMethods(Path root) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : javaFiles(root)) {
            found.addAll(longMethods(file.toString(), Files.readAllLines(file)));
        }
        return found;
    }

    static List<String> longMethods(String name, List<String> lines) {
        List<String> found = new ArrayList<>();
        for (int end = 0; end < lines.size(); end++) {
            int start = openingOf(lines, end);
            if (start >= 0 && end - start + 1 > METHOD_LINES) {
                found.add(name + ":" + (start + 1) + ": " + (end - start + 1) + " lines");
            }
        }
        return found;
    }

    /**
     * Where the block that ends here begins; -1 when this line ends none, or a type. The formatter puts both
     * lines of a block at the same indentation, so braces need not be counted.
     */
    private static int openingOf(List<String> lines, int end) {
        if (!CLOSING.matcher(lines.get(end)).matches()) {
            return -1;
        }
        int indent = lines.get(end).indexOf('}');
        for (int i = end - 1; i >= 0; i--) {
            String line = lines.get(i);
            boolean sameDepth =
                    line.length() > indent
                            && line.substring(0, indent).isBlank()
                            && !Character.isWhitespace(line.charAt(indent));
            if (sameDepth && line.charAt(indent) != '}' && line.charAt(indent) != ')') {
                return TYPE.matcher(line).matches() ? -1 : i;
            }
        }
        return -1;
    }

    private static List<Path> javaFiles(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(f -> f.toString().endsWith(".java")).sorted().toList();
        }
    }
}
