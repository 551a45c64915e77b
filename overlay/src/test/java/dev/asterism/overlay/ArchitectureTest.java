package dev.asterism.overlay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.asterism.arch.Budgets;
import dev.asterism.arch.Layers;
import dev.asterism.arch.Names;
import dev.asterism.arch.Production;
import dev.asterism.arch.Purity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "dev.asterism.overlay";

    /** Low to high; a package may use those before it (docs/architecture.md). */
    private static final List<String> LAYERS =
            List.of(
                    "text",
                    "net",
                    "wire",
                    "io",
                    "aead",
                    "curve",
                    "hash",
                    "config",
                    "packet",
                    "noise",
                    "cert",
                    "enrol",
                    "event",
                    "identity",
                    "revocation",
                    "firewall",
                    "route",
                    "path",
                    "tunnel",
                    "view",
                    "discovery",
                    "relay",
                    "handshake",
                    "lane",
                    "node");

    /** Classes that run once per packet. */
    private static final Pattern DATA_PATH =
            Pattern.compile(
                    "overlay\\.((aead|firewall|io|net|packet|route|wire)\\.|"
                            + "tunnel\\.(Session|ReplayWindow)|lane\\.(\\w*Lane|PacketSender|TunWriter|RelayedDatagrams|PeerObserver|OversizePackets))");

    private static final JavaClasses CODE = Production.of(ROOT);

    @Test
    void keepsItsLayersInOrder() {
        Layers.check(CODE, ROOT, LAYERS);
        Layers.checkNoCycles(CODE, ROOT);
    }

    @Test
    void touchesNoClockThreadSocketFileOrRandomness() {
        Purity.check(CODE);
        Production.checkNoForeignFunctions(CODE);
    }

    @Test
    void seesNoOtherModule() {
        Production.checkDoesNotSee(
                CODE,
                "every module depends on the engine, so it depends on none of them",
                "dev.asterism.lighthouse..",
                "dev.asterism.tun..",
                "dev.asterism.cert..",
                "dev.asterism.l7..",
                "dev.asterism.agent..",
                "io.netty..",
                "picocli..",
                "ch.qos.logback..");
    }

    @Test
    void readsYamlInOnePlace() {
        noClasses()
                .that()
                .haveNameNotMatching(
                        Pattern.quote(ROOT)
                                + "\\.config\\.(YamlSource|NodeConverter|TabsBetweenTokens)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.yaml..", "com.fasterxml.jackson..")
                .because("readers of keys get a Section, and the rest of the engine typed records")
                .check(CODE);
    }

    @Test
    void compilesExpressionsOfUsersInOnePlace() {
        noClasses()
                .that()
                .doNotHaveSimpleName("InterfacePattern")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google.re2j..")
                .because("the library is loaded only where a configuration has such a rule")
                .check(CODE);
    }

    @Test
    void doesNotLogPerPacket() {
        noClasses()
                .that()
                .haveNameMatching(".*" + DATA_PATH.pattern() + ".*")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.slf4j..")
                .because("a guard around a log line costs more than the line tells: count verdicts")
                .check(CODE);
    }

    @Test
    void namesClassesByWhatTheyDo() {
        Names.check(CODE);
    }

    @Test
    void namesEachTypeOnceOverAllModules() throws IOException {
        Names.checkNoneTwice(Path.of(".."));
    }

    @Test
    void staysWithinItsBudgets() throws IOException {
        Budgets.checkSources();
        Budgets.checkSignatures(CODE, DATA_PATH);
    }

    @Test
    void neverSleepsInTests() {
        String fixtureOfTheRule = "dev.asterism.arch.RulesTest$Sleeper";
        Production.checkNobodySleeps(Production.testsOf("dev.asterism"), fixtureOfTheRule);
    }
}
