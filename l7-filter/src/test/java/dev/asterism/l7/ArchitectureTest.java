package dev.asterism.l7;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Stands alone: this module depends on no other of ours, its tests included. */
class ArchitectureTest {

    private static final String ROOT = "dev.asterism.l7";
    private static final int MAX_FILE_LINES = 450;

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
    void seesNoOtherModule() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.asterism.overlay..",
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
    void decidesWithoutNetty() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".netty..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..")
                .because("routing, retries and balancing are tested without a socket")
                .allowEmptyShould(true)
                .check(CODE);
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
        Path root = Path.of("src", "main", "java");
        if (Files.isDirectory(root)) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    if (Files.readAllLines(file).size() > MAX_FILE_LINES) {
                        tooLong.add(file.toString());
                    }
                }
            }
        }
        assertThat(tooLong).as("files over %d lines: split by verb", MAX_FILE_LINES).isEmpty();
    }
}
