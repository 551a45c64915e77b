package dev.asterism.l7;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Of the other modules it sees the configuration language, addresses and texts of the engine, and nothing else. */
class ArchitectureTest {

    private static final String ROOT = "dev.asterism.l7";
    private static final int MAX_FILE_LINES = 400;
    private static final int MAX_METHOD_LINES = 60;
    private static final int MAX_PARAMETERS = 6;
    private static final int MAX_FIELDS = 16;

    /** Low to high; a package may use those before it. */
    private static final List<String> LAYERS =
            List.of(
                    "http",
                    "identity",
                    "match",
                    "io",
                    "exchange",
                    "hpack",
                    "http1",
                    "http2",
                    "pipe",
                    "front",
                    "upstream",
                    "fault",
                    "authz",
                    "latency",
                    "rollout",
                    "route",
                    "retry",
                    "balance",
                    "breaker",
                    "limit",
                    "pool",
                    "health",
                    "proxy",
                    "config",
                    "foreign",
                    "telemetry",
                    "transport",
                    "runtime");

    private static final Pattern CLOSING = Pattern.compile("( {4}| {8})\\}");

    private static final JavaClasses CODE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(ROOT);

    @Test
    void hasNoPackagesInACircle() {
        slices().matching(ROOT + ".(*)..")
                .should()
                .beFreeOfCycles()
                .because("packages in a cycle can only be understood all at once")
                .allowEmptyShould(true)
                .check(CODE);
    }

    @Test
    void seesOfTheEngineItsConfigurationAddressesAndTextsOnly() {
        noClasses()
                .should()
                .dependOnClassesThat(
                        JavaClass.Predicates.resideInAPackage("dev.asterism.overlay..")
                                .and(
                                        DescribedPredicate.not(
                                                JavaClass.Predicates.resideInAnyPackage(
                                                        "dev.asterism.overlay.config",
                                                        "dev.asterism.overlay.net",
                                                        "dev.asterism.overlay.text"))))
                .because("the filter has no part in packets, tunnels and certificates")
                .check(CODE);
    }

    @Test
    void readsTheConfigurationInOnePlace() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".config..", ROOT + ".foreign..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.asterism.overlay.config..")
                .because("everything else gets typed records")
                .check(CODE);
    }

    @Test
    void seesNoOtherModule() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.asterism.lighthouse..",
                        "dev.asterism.tun..",
                        "dev.asterism.cert..",
                        "dev.asterism.agent..")
                .because(
                        "the filter serves HTTP on an address; who is behind it comes by interface")
                .allowEmptyShould(true)
                .check(CODE);
    }

    @Test
    void touchesNettyOnlyInTheTransport() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".transport..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..")
                .because("protocols, routing and balancing are tested without a socket")
                .check(CODE);
    }

    @Test
    void keepsItsLayersInOrder() {
        for (int low = 0; low < LAYERS.size(); low++) {
            String[] higher =
                    LAYERS.subList(low + 1, LAYERS.size()).stream()
                            .map(layer -> ROOT + "." + layer + "..")
                            .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "." + LAYERS.get(low) + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(higher)
                    .because("a package uses those before it in the list")
                    .allowEmptyShould(true)
                    .check(CODE);
        }
    }

    @Test
    void knowsEveryPackage() {
        assertThat(CODE.stream().map(type -> type.getPackageName()).distinct())
                .allMatch(
                        name ->
                                name.equals(ROOT)
                                        || LAYERS.contains(name.substring(ROOT.length() + 1)));
    }

    @Test
    void touchesNoClockThreadOrSocketOutsideTheTransport() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".transport..", ROOT + ".runtime..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.Thread")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\.(Server)?Socket|java\\.nio\\.channels\\..*")
                .because("time is a parameter and bytes come from outside: a test replays both")
                .check(CODE);
    }

    @Test
    void keepsSignaturesShort() {
        List<String> findings = new ArrayList<>();
        for (JavaClass type : CODE) {
            type.getCodeUnits().stream()
                    .filter(unit -> !type.isRecord() && !unit.getName().contains("$"))
                    .filter(unit -> unit.getRawParameterTypes().size() > MAX_PARAMETERS)
                    .forEach(unit -> findings.add(unit.getFullName()));
            long fields =
                    type.getFields().stream()
                            .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                            .count();
            if (fields > MAX_FIELDS) {
                findings.add(type.getName() + " has " + fields + " fields");
            }
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void namesClassesByWhatTheyDo() {
        noClasses()
                .should()
                .haveNameMatching(".*\\.[A-Za-z0-9$]*(Manager|Helper|Utils?|Common|Info|Impl)")
                .because("such a name fits anything, so everything ends up there: name the verb")
                .allowEmptyShould(true)
                .check(CODE);
    }

    @Test
    void neverSleepsInTests() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .because("a test that sleeps is slow when it passes and wrong when it fails")
                .check(
                        new ClassFileImporter()
                                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                                .importPackages(ROOT));
    }

    @Test
    void keepsFilesShort() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources()) {
            if (Files.readAllLines(file).size() > MAX_FILE_LINES) {
                tooLong.add(file.toString());
            }
        }
        assertThat(tooLong).as("files over %d lines: split by verb", MAX_FILE_LINES).isEmpty();
    }

    /** The formatter puts both ends of a method at the same indentation, so braces need not be counted. */
    @Test
    void keepsMethodsShort() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources()) {
            List<String> lines = Files.readAllLines(file);
            for (int end = 0; end < lines.size(); end++) {
                int start = openingOf(lines, end);
                if (end - start > MAX_METHOD_LINES
                        && !lines.get(start).matches(".*\\b(class|enum|interface|record)\\b.*")) {
                    tooLong.add(file + ":" + (start + 1));
                }
            }
        }
        assertThat(tooLong).as("methods over %d lines", MAX_METHOD_LINES).isEmpty();
    }

    private static int openingOf(List<String> lines, int end) {
        String closing = lines.get(end);
        if (!CLOSING.matcher(closing).matches()) {
            return end;
        }
        int indent = closing.indexOf('}');
        for (int i = end - 1; i >= 0; i--) {
            String line = lines.get(i);
            boolean sameDepth =
                    line.length() > indent
                            && line.substring(0, indent).isBlank()
                            && !Character.isWhitespace(line.charAt(indent));
            if (sameDepth && line.charAt(indent) != ')' && line.charAt(indent) != '}') {
                return i;
            }
        }
        return end;
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            return files.filter(f -> f.toString().endsWith(".java")).toList();
        }
    }
}
