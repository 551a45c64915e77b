package dev.asterism.arch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What code that must replay from a seed may not touch. */
public final class Purity {

    private static final List<String> HIDDEN_CLOCKS =
            List.of(
                    "java.lang.System.nanoTime",
                    "java.lang.System.currentTimeMillis",
                    "java.time.Instant.now",
                    "java.time.LocalDate.now",
                    "java.time.LocalDateTime.now",
                    "java.time.ZonedDateTime.now",
                    "java.time.OffsetDateTime.now",
                    "java.time.Clock.systemUTC",
                    "java.time.Clock.systemDefaultZone",
                    "java.time.Clock.system",
                    "java.util.Date.<init>");

    private static final List<String> HIDDEN_DICE =
            List.of(
                    "java.lang.Math.random",
                    "java.util.UUID.randomUUID",
                    "java.lang.System.identityHashCode");

    private static final List<String> HIDDEN_INPUTS =
            List.of(
                    "java.lang.System.getenv",
                    "java.lang.System.getProperty",
                    "java.lang.Integer.getInteger",
                    "java.lang.Long.getLong",
                    "java.lang.Boolean.getBoolean");

    private static final List<String> UNORDERED_FACTORIES =
            List.of(
                    "java.util.Map.of",
                    "java.util.Map.ofEntries",
                    "java.util.Map.copyOf",
                    "java.util.Set.of",
                    "java.util.Set.copyOf",
                    "java.util.stream.Collectors.toSet",
                    "java.util.stream.Collectors.toUnmodifiableSet",
                    "java.util.stream.Collectors.toUnmodifiableMap",
                    "java.util.stream.Collectors.toConcurrentMap");

    /** These are ordered when they are told which map to make. */
    private static final List<String> UNORDERED_WITHOUT_MAP_FACTORY =
            List.of(
                    "java.util.stream.Collectors.toMap:4",
                    "java.util.stream.Collectors.groupingBy:3");

    private static final List<String> UNORDERED_CLASSES =
            List.of(
                    "java.util.HashMap",
                    "java.util.HashSet",
                    "java.util.Hashtable",
                    "java.util.IdentityHashMap",
                    "java.util.WeakHashMap",
                    "java.util.concurrent.ConcurrentHashMap");

    private static final List<String> OUTSIDE_WORLD =
            List.of(
                    "java.net.",
                    "java.nio.file.",
                    "java.nio.channels.",
                    "java.io.File",
                    "java.io.RandomAccessFile",
                    "java.io.PrintStream",
                    "java.io.Console",
                    "javax.net.");

    private static final List<String> DICE_CLASSES =
            List.of(
                    "java.security.SecureRandom",
                    "java.util.Random",
                    "java.util.SplittableRandom",
                    "java.util.concurrent.ThreadLocalRandom");

    /** Is a SecureRandom by its type only. */
    private static final String GIVES_ONE_VALUE = "dev.asterism.overlay.noise.GivenRandom";

    private static final Set<String> THREADS =
            new TreeSet<>(
                    List.of(
                            "java.lang.Thread",
                            "java.lang.ThreadLocal",
                            "java.util.Timer",
                            "java.util.concurrent.Executors",
                            "java.util.concurrent.ExecutorService",
                            "java.util.concurrent.ForkJoinPool",
                            "java.util.concurrent.ScheduledExecutorService"));

    private Purity() {}

    public static void check(JavaClasses code) {
        banCalls(code, HIDDEN_CLOCKS, "time comes as io.Tick, or a test cannot choose it");
        banCalls(
                code,
                HIDDEN_DICE,
                "randomness comes as io.RandomSource, or a seed does not replay");
        banCalls(code, HIDDEN_INPUTS, "configuration comes as a record, and from nowhere else");
        banCalls(
                code,
                UNORDERED_FACTORIES,
                "their order differs from run to run, and order decides packets");
        noClasses()
                .should()
                .callCodeUnitWhere(isCallWithFewerParameters())
                .because("without a map factory they make a HashMap; order decides packets")
                .check(code);
        banClasses(
                code, UNORDERED_CLASSES, "their order is an accident, and order decides packets");
        banClasses(code, OUTSIDE_WORLD, "sockets and files are behind io's ports");
        JavaClasses drawing =
                code.that(describe("draw", c -> !GIVES_ONE_VALUE.equals(c.getName())));
        banClasses(drawing, DICE_CLASSES, "randomness comes as io.RandomSource");
        noClasses()
                .should()
                .dependOnClassesThat(
                        describe("start or are threads", c -> THREADS.contains(c.getName())))
                .because("callers own the threads; the engine is duty cycles")
                .check(code);
    }

    private static void banCalls(JavaClasses code, List<String> banned, String reason) {
        DescribedPredicate<JavaAccess<?>> isBanned =
                describe(
                        "target one of " + banned,
                        access ->
                                banned.contains(
                                        access.getTargetOwner().getName()
                                                + "."
                                                + access.getTarget().getName()));
        noClasses().should().accessTargetWhere(isBanned).because(reason).check(code);
    }

    private static void banClasses(JavaClasses code, List<String> prefixes, String reason) {
        DescribedPredicate<JavaClass> isBanned =
                describe("are one of " + prefixes, c -> matching(c, prefixes) != null);
        noClasses().should().dependOnClassesThat(isBanned).because(reason).check(code);
    }

    /** A prefix that ends in a dot or is part of a class name stands for all that starts so. */
    private static @Nullable String matching(JavaClass c, List<String> prefixes) {
        return prefixes.stream()
                .filter(
                        prefix ->
                                prefix.endsWith(".") || prefix.equals("java.io.File")
                                        ? c.getName().startsWith(prefix)
                                        : c.getName().equals(prefix))
                .findFirst()
                .orElse(null);
    }

    private static DescribedPredicate<JavaCall<?>> isCallWithFewerParameters() {
        return describe(
                "call one of " + UNORDERED_WITHOUT_MAP_FACTORY + " with fewer parameters",
                call ->
                        UNORDERED_WITHOUT_MAP_FACTORY.stream()
                                .anyMatch(rule -> matchesWithFewer(call.getTarget(), rule)));
    }

    private static boolean matchesWithFewer(CodeUnitCallTarget target, String rule) {
        String name = target.getOwner().getName() + "." + target.getName();
        int colon = rule.indexOf(':');
        return name.equals(rule.substring(0, colon))
                && target.getRawParameterTypes().size()
                        < Integer.parseInt(rule.substring(colon + 1));
    }
}
