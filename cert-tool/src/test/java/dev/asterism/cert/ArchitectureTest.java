package dev.asterism.cert;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import dev.asterism.arch.Budgets;
import dev.asterism.arch.Layers;
import dev.asterism.arch.Names;
import dev.asterism.arch.Production;
import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.asterism.cert";
    private static final Pattern NO_DATA_PATH = Pattern.compile("(?!)");

    private static final JavaClasses CODE = Production.of(ROOT);

    @Test
    void hasNoPackagesInACircle() {
        Layers.checkNoCycles(CODE, ROOT);
    }

    @Test
    void seesCertificatesOnly() {
        Production.checkDoesNotSee(
                CODE,
                "a tool that holds CA keys must be small enough to be read",
                "dev.asterism.overlay.config..",
                "dev.asterism.overlay.firewall..",
                "dev.asterism.overlay.handshake..",
                "dev.asterism.overlay.node..",
                "dev.asterism.overlay.path..",
                "dev.asterism.overlay.relay..",
                "dev.asterism.overlay.route..",
                "dev.asterism.overlay.tunnel..",
                "dev.asterism.lighthouse..",
                "dev.asterism.tun..",
                "dev.asterism.l7..",
                "dev.asterism.agent..",
                "io.netty..");
        Production.checkDoesNotSee(
                CODE.that(
                        DescribedPredicate.describe(
                                "issue without a server",
                                c ->
                                        !c.getPackageName().startsWith(ROOT + ".serve")
                                                && !c.getName()
                                                        .startsWith(ROOT + ".cli.ServeMode"))),
                "only the enrolment server talks to a network or a database",
                "java.net..",
                "java.sql..",
                "javax.net..",
                "com.sun.net..");
        Production.checkNoForeignFunctions(CODE);
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
