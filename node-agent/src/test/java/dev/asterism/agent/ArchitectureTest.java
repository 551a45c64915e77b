package dev.asterism.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.asterism.arch.Budgets;
import dev.asterism.arch.Layers;
import dev.asterism.arch.Names;
import dev.asterism.arch.Production;
import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.asterism.agent";
    private static final Pattern NO_DATA_PATH = Pattern.compile("(?!)");

    private static final JavaClasses CODE = Production.of(ROOT);

    @Test
    void hasNoPackagesInACircle() {
        Layers.checkNoCycles(CODE, ROOT);
    }

    @Test
    void leavesNativeCallsToTun() {
        Production.checkNoForeignFunctions(CODE);
    }

    @Test
    void leavesNettyToTheFilter() {
        Production.checkDoesNotSee(
                CODE,
                "an agent without an l7 section never loads Netty",
                "io.netty..",
                "dev.asterism.l7.transport..");
    }

    @Test
    void readsYamlInOnePlace() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".config..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.yaml..", "com.fasterxml.jackson.dataformat..")
                .because("everything else gets typed records")
                .allowEmptyShould(true)
                .check(CODE);
    }

    @Test
    void namesClassesByWhatTheyDo() {
        Names.check(CODE);
    }

    @Test
    void staysWithinItsBudgets() throws IOException {
        Budgets.checkSources();
        Budgets.checkSignatures(CODE, NO_DATA_PATH);
    }

    @Test
    void neverSleepsInTests() {
        Production.checkNobodySleeps(Production.testsOf(ROOT));
    }
}
