package dev.asterism.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Rules for the names of classes and packages. */
public final class Names {

    private static final String EMPTY_NAMES =
            ".*\\.[A-Za-z0-9$]*(Manager|Helper|Utils?|Common|Info|Impl)";
    private static final String EMPTY_PACKAGES = "..util..";

    /** Each module has its own file of this name, with the rules that hold in it. */
    private static final Set<String> PER_MODULE =
            Set.of("package-info.java", "module-info.java", "ArchitectureTest.java");

    private Names() {}

    public static void check(JavaClasses code) {
        noClasses()
                .should()
                .haveNameMatching(EMPTY_NAMES)
                .because("such a name fits anything, so everything ends up there: name the verb")
                .check(code);
        noClasses()
                .should()
                .resideInAnyPackage(EMPTY_PACKAGES, "..utils..", "..common..", "..helper..")
                .because("what is in it must be said by the package's name")
                .check(code);
    }

    /** A reader who sees a type's simple name must not have to ask which one is meant. */
    public static void checkNoneTwice(Path root) throws IOException {
        Map<String, List<Path>> byName = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(file -> isSource(root.relativize(file).toString()))
                    .forEach(
                            file ->
                                    byName.computeIfAbsent(
                                                    file.getFileName().toString(),
                                                    _ -> new ArrayList<>())
                                            .add(file));
        }
        byName.keySet().removeAll(PER_MODULE);
        byName.values().removeIf(files -> files.size() == 1);
        assertThat(byName).as("top-level types of one simple name").isEmpty();
    }

    private static boolean isSource(String file) {
        return file.endsWith(".java")
                && (file.contains("src/main/java/") || file.contains("src/test/java/"))
                && !file.contains("target/");
    }
}
