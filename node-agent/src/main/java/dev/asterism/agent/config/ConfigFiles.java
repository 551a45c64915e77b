package dev.asterism.agent.config;

import dev.asterism.agent.file.BoundedFile;
import dev.asterism.agent.l7.FilterSettings;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.ConfigReader;
import dev.asterism.overlay.config.ConfigText;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.Revocations;
import dev.asterism.overlay.config.SectionOutcome;
import dev.asterism.overlay.config.SourcePosition;
import dev.asterism.overlay.config.Strictness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Stream;

/**
 * The files behind {@code -config PATH} (spec behaviour.md 2.1): a file of any name, or a folder searched through
 * for {@code *.yml} and {@code *.yaml}, sorted by absolute path.
 */
public final class ConfigFiles {

    /** What the JVM makes of bytes of a command line that are no UTF-8. */
    private static final char REPLACEMENT = '\uFFFD';

    private ConfigFiles() {}

    /** Reads, merges and checks everything under {@code path}; unreadable files are problems too. */
    public static ConfigOutcome load(Path path, Strictness unknownKeys) {
        List<Diagnostic> problems = new ArrayList<>();
        List<ConfigText> texts = texts(path, problems);
        return problems.isEmpty()
                ? ConfigReader.read(texts, unknownKeys, MachineSettings.SECTIONS)
                : new ConfigOutcome.Refused(List.copyOf(problems), List.of());
    }

    /** Only what is said of the L7 filter. */
    public static SectionOutcome<FilterSettings> filter(Path path, Strictness unknownKeys) {
        List<Diagnostic> problems = new ArrayList<>();
        List<ConfigText> texts = texts(path, problems);
        return problems.isEmpty()
                ? ConfigReader.readSection(texts, unknownKeys, FilterSettings.SECTION)
                : new SectionOutcome<>(FilterSettings.NONE, List.copyOf(problems), List.of());
    }

    /** As above, of a text. */
    public static SectionOutcome<FilterSettings> filterOf(String text) {
        List<ConfigText> texts = List.of(new ConfigText("l7.yml", text));
        return ConfigReader.readSection(texts, Strictness.REFUSE, FilterSettings.SECTION);
    }

    private static List<ConfigText> texts(Path path, List<Diagnostic> problems) {
        List<ConfigText> texts = new ArrayList<>();
        for (Path file : find(path, problems)) {
            try {
                texts.add(new ConfigText(file.toString(), BoundedFile.read(file)));
            } catch (IOException e) {
                problems.add(problem(file, "cannot be read: " + BoundedFile.reason(e)));
            }
        }
        if (texts.isEmpty() && problems.isEmpty()) {
            Path full = path.toAbsolutePath();
            problems.add(problem(full, "no config files found: " + whyNone(full)));
        }
        return texts;
    }

    /**
     * The fingerprints in {@code pki.blocklist} of every file under {@code path} that can be read, for a reload that is
     * refused: revocations count whatever else is wrong.
     */
    public static SortedSet<String> revocations(Path path) {
        List<ConfigText> texts = new ArrayList<>();
        for (Path file : find(path, new ArrayList<>())) {
            try {
                texts.add(new ConfigText(file.toString(), BoundedFile.read(file)));
            } catch (IOException _) {
                // Said already, as the reason why the reload was refused.
            }
        }
        return Revocations.in(texts);
    }

    /** In the order of merging; nothing when there is no such file or folder. */
    private static Collection<Path> find(Path path, List<Diagnostic> problems) {
        if (!Files.isDirectory(path)) {
            return Files.exists(path) ? List.of(path) : List.of();
        }
        try (Stream<Path> found =
                Files.walk(path.toAbsolutePath().normalize(), FileVisitOption.FOLLOW_LINKS)) {
            return withoutRepetitions(
                    found.filter(ConfigFiles::isYaml)
                            .sorted((a, b) -> Arrays.compareUnsigned(bytes(a), bytes(b)))
                            .toList());
        } catch (IOException e) {
            problems.add(problem(path, "cannot be searched: " + BoundedFile.reason(e)));
        } catch (UncheckedIOException e) {
            problems.add(problem(path, "cannot be searched: " + e.getMessage()));
        }
        return List.of();
    }

    private static String whyNone(Path full) {
        if (Files.isDirectory(full)) {
            return "no *.yml or *.yaml in this folder";
        }
        if (full.toString().indexOf(REPLACEMENT) >= 0) {
            return "a name that is not UTF-8 cannot be given here";
        }
        try {
            Files.readAttributes(full, BasicFileAttributes.class);
            return "it was not there when it was to be read";
        } catch (IOException e) {
            // A folder on the way that this user may not look into, for example.
            return BoundedFile.reason(e);
        }
    }

    private static boolean isYaml(Path file) {
        String name = file.toString();
        return (name.endsWith(".yml") || name.endsWith(".yaml")) && !Files.isDirectory(file);
    }

    private static byte[] bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A file that links make appear twice, as Kubernetes does with mounted ones, counts once. */
    private static Collection<Path> withoutRepetitions(List<Path> files) throws IOException {
        Map<Path, Path> byTarget = new LinkedHashMap<>();
        for (Path file : files) {
            byTarget.putIfAbsent(Files.exists(file) ? file.toRealPath() : file, file);
        }
        return byTarget.values();
    }

    private static Diagnostic problem(Path file, String message) {
        return new Diagnostic(new SourcePosition(file.toString(), 0, 0), "", message, "");
    }
}
