package dev.asterism.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;

/** Packages that stand in an order: each may use those before it. */
public final class Layers {

    private Layers() {}

    /**
     * @param root the module's package
     * @param lowToHigh names below the root; all there are must be listed
     */
    public static void check(JavaClasses code, String root, List<String> lowToHigh) {
        classes()
                .should()
                .resideInAnyPackage(packages(root, lowToHigh))
                .because("a package that is not in the list of layers has no place in the order")
                .check(code);
        for (int i = 0; i < lowToHigh.size() - 1; i++) {
            noClasses()
                    .that()
                    .resideInAPackage(root + "." + lowToHigh.get(i) + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(packages(root, lowToHigh.subList(i + 1, lowToHigh.size())))
                    .because("packages use those above them in the list, never those below")
                    .allowEmptyShould(true)
                    .check(code);
        }
    }

    /** For modules whose packages need no order, only no knots. */
    public static void checkNoCycles(JavaClasses code, String root) {
        slices().matching(root + ".(*)..")
                .should()
                .beFreeOfCycles()
                .because("packages in a cycle can only be understood all at once")
                .allowEmptyShould(true)
                .check(code);
    }

    private static String[] packages(String root, List<String> names) {
        return names.stream().map(name -> root + "." + name + "..").toArray(String[]::new);
    }
}
