package dev.asterism.lighthouse;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.asterism.arch.Budgets;
import dev.asterism.arch.Layers;
import dev.asterism.arch.Names;
import dev.asterism.arch.Production;
import dev.asterism.arch.Purity;
import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.asterism.lighthouse";
    private static final Pattern NO_DATA_PATH = Pattern.compile("(?!)");

    private static final JavaClasses CODE = Production.of(ROOT);

    @Test
    void hasNoPackagesInACircle() {
        Layers.checkNoCycles(CODE, ROOT);
    }

    @Test
    void touchesNoClockThreadSocketFileOrRandomness() {
        Purity.check(CODE);
        Production.checkNoForeignFunctions(CODE);
    }

    @Test
    void seesTheEngineOnly() {
        Production.checkDoesNotSee(
                CODE,
                "discovery runs in the simulator as it does in the agent",
                "dev.asterism.tun..",
                "dev.asterism.cert..",
                "dev.asterism.l7..",
                "dev.asterism.agent..",
                "io.netty..",
                "picocli..",
                "org.yaml..",
                "com.fasterxml.jackson..");
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
