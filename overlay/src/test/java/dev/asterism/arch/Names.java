package dev.asterism.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;

/** Class names that say nothing. */
public final class Names {

    private static final String EMPTY_NAMES =
            ".*\\.[A-Za-z0-9$]*(Manager|Helper|Utils?|Common|Info|Impl)";
    private static final String EMPTY_PACKAGES = "..util..";

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
}
