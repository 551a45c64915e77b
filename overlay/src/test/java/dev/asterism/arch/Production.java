package dev.asterism.arch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;

/** Which classes the rules look at, and rules for all of them. */
public final class Production {

    private Production() {}

    /** A module's own classes as they are shipped. */
    public static JavaClasses of(String root) {
        JavaClasses code =
                new ClassFileImporter()
                        .withImportOption(location -> location.contains("/target/classes/"))
                        .importPackages(root);
        if (code.isEmpty()) {
            throw new IllegalStateException("rules for " + root + " would check nothing");
        }
        return code;
    }

    /** A module's own tests. */
    public static JavaClasses testsOf(String root) {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                .importPackages(root);
    }

    /**
     * @param mayWait full names of classes that wait for a real kernel which gives no other sign
     */
    public static void checkNobodySleeps(JavaClasses code, String... mayWait) {
        List<String> excused = List.of(mayWait);
        noClasses()
                .should()
                .accessTargetWhere(describe("sleep", access -> sleeps(access, excused)))
                .because("a test that sleeps is slow when it passes and wrong when it fails")
                .allowEmptyShould(true)
                .check(code);
    }

    private static boolean sleeps(JavaAccess<?> access, List<String> excused) {
        String target = access.getTargetOwner().getName() + "." + access.getTarget().getName();
        boolean sleep =
                target.equals("java.lang.Thread.sleep")
                        || target.equals("java.util.concurrent.TimeUnit.sleep");
        return sleep && !excused.contains(access.getOriginOwner().getName());
    }

    /** Native calls stay in one module; memory segments are for all. */
    public static void checkNoForeignFunctions(JavaClasses code) {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.lang\\.foreign\\.(Linker|SymbolLookup)(\\$.*)?")
                .because("only tun talks to native code, so only tun can crash the process")
                .check(code);
    }

    /** What a module's classpath should keep away already; said aloud. */
    public static void checkDoesNotSee(JavaClasses code, String why, String... packages) {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .because(why)
                .check(code);
    }
}
