package dev.asterism.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.File;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules find what they are for. */
class RulesTest {

    @ParameterizedTest
    @ValueSource(
            classes = {
                ReadsTheClock.class,
                ReadsTheWallClock.class,
                RollsDice.class,
                AsksTheSystem.class,
                MakesAnUnorderedMap.class,
                MakesAnUnorderedConcurrentMap.class,
                CollectsWithoutOrder.class,
                GroupsWithoutOrder.class,
                HoldsAFile.class,
                StartsAThread.class
            })
    void findWhatIsImpure(Class<?> sinner) {
        assertThatThrownBy(() -> Purity.check(new ClassFileImporter().importClasses(sinner)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(sinner.getSimpleName());
    }

    @Test
    void letOrderedCollectionsPass() {
        assertThatCode(() -> Purity.check(new ClassFileImporter().importClasses(Ordered.class)))
                .doesNotThrowAnyException();
    }

    @Test
    void findAnEmptyName() {
        assertThatThrownBy(
                        () ->
                                Names.check(
                                        new ClassFileImporter().importClasses(TunnelManager.class)))
                .hasMessageContaining("name the verb");
    }

    @Test
    void findASleeper() {
        assertThatThrownBy(
                        () ->
                                Production.checkNobodySleeps(
                                        new ClassFileImporter().importClasses(Sleeper.class)))
                .hasMessageContaining("wrong when it fails");
        assertThatCode(
                        () ->
                                Production.checkNobodySleeps(
                                        new ClassFileImporter().importClasses(Sleeper.class),
                                        Sleeper.class.getName()))
                .doesNotThrowAnyException();
    }

    @Test
    void findALongParameterList() {
        var code = new ClassFileImporter().importClasses(Greedy.class);

        assertThatThrownBy(() -> Budgets.checkSignatures(code, Pattern.compile("nothing")))
                .hasMessageContaining("Greedy.take");
        assertThatCode(() -> Budgets.checkSignatures(code, Pattern.compile("Greedy")))
                .doesNotThrowAnyException();
    }

    @Test
    void findALongMethod() {
        List<String> lines =
                new ArrayList<>(List.of("class A {", "    void m(", "            int a) {"));
        for (int i = 0; i < 60; i++) {
            lines.add("        a++;");
        }
        lines.addAll(List.of("    }", "}"));

        assertThat(Budgets.longMethods("A.java", lines)).containsExactly("A.java:2: 63 lines");

        lines.remove(3);
        lines.remove(3);
        lines.remove(3);
        assertThat(Budgets.longMethods("A.java", lines)).isEmpty();
    }

    @Test
    void letALongTypePass() {
        List<String> lines = new ArrayList<>(List.of("class A {", "    static final class B {"));
        for (int i = 0; i < 80; i++) {
            lines.add("        int a" + i + ";");
        }
        lines.addAll(List.of("    }", "}"));

        assertThat(Budgets.longMethods("A.java", lines)).isEmpty();
    }

    static final class ReadsTheClock {
        long now() {
            return System.nanoTime();
        }
    }

    static final class ReadsTheWallClock {
        Instant now() {
            return Instant.now();
        }
    }

    static final class RollsDice {
        int roll() {
            return new Random(1).nextInt(6);
        }
    }

    static final class AsksTheSystem {
        String home() {
            return String.valueOf(System.getenv("HOME"));
        }
    }

    static final class MakesAnUnorderedMap {
        Map<Integer, Integer> map() {
            return Map.of(1, 2, 3, 4);
        }
    }

    static final class MakesAnUnorderedConcurrentMap {
        Map<Integer, Integer> map() {
            return new ConcurrentHashMap<>();
        }
    }

    static final class CollectsWithoutOrder {
        Set<String> set(String... words) {
            return Arrays.stream(words).collect(Collectors.toSet());
        }
    }

    static final class GroupsWithoutOrder {
        Map<Integer, List<String>> groups(String... words) {
            return Arrays.stream(words).collect(Collectors.groupingBy(String::length));
        }
    }

    static final class HoldsAFile {
        final File file = new File("x");
    }

    static final class StartsAThread {
        Thread thread() {
            return Thread.ofPlatform().unstarted(() -> {});
        }
    }

    static final class Ordered {
        Map<Integer, List<String>> groups(String... words) {
            return Arrays.stream(words)
                    .collect(
                            Collectors.groupingBy(
                                    String::length, TreeMap::new, Collectors.toList()));
        }
    }

    static final class TunnelManager {}

    static final class Sleeper {
        void sleep() throws InterruptedException {
            Thread.sleep(1);
        }
    }

    static final class Greedy {
        int take(int a, int b, int c, int d, int e, int f, int g) {
            return a + b + c + d + e + f + g;
        }
    }
}
