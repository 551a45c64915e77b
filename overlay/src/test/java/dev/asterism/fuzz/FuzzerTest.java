package dev.asterism.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FuzzerTest {

    @Test
    void findsWhatOnlyAFewInputsBreakAndMakesThemSmall() {
        FuzzTarget target =
                FuzzTarget.of(
                                "self-test",
                                input -> {
                                    if (new String(input, StandardCharsets.US_ASCII)
                                            .matches("(?s).*<b>.*</b>.*")) {
                                        throw new IllegalStateException("found");
                                    }
                                    return "fine";
                                })
                        .seed("some text that is longer than needed")
                        .words("<b>", "</b>", "<i>");

        assertThatThrownBy(() -> Fuzzer.run(target))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("self-test does not hold")
                .hasMessageContaining(Path.of("target", "fuzz", "self-test").toString())
                .hasMessageContaining("as text: <b></b>\n")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    /** Each step alone is likely, all of them together are not: only kept outcomes lead there. */
    @Test
    void goesOnFromInputsThatBroughtSomethingNew() {
        byte[] secret = {9, 200 - 256, 33, 4, 77, 150 - 256};
        FuzzTarget target =
                FuzzTarget.of(
                                "self-test",
                                input -> {
                                    int right = 0;
                                    while (right < Math.min(secret.length, input.length)
                                            && input[right] == secret[right]) {
                                        right++;
                                    }
                                    if (right == secret.length) {
                                        throw new IllegalStateException("found");
                                    }
                                    return "up to " + right;
                                })
                        .seed(new byte[secret.length])
                        .mostBytes(16);

        assertThatThrownBy(() -> Fuzzer.run(target, 3_000_000))
                .isInstanceOf(AssertionError.class)
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void countsMemoryByTheLengthOfTheInput() {
        FuzzTarget target =
                FuzzTarget.of(
                                "self-test",
                                input -> {
                                    byte[] made =
                                            new byte[input.length == 7 ? 100_000 : input.length];
                                    return made.length == 0 ? "nothing" : "something";
                                })
                        .seed("seven b")
                        .mayAllocate(10_000, 2);

        assertThatThrownBy(() -> Fuzzer.run(target))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("it allocated 100")
                .hasMessageContaining("at most 10014");
    }

    @Test
    void triesEveryCutOfAnExample() {
        List<Integer> lengths = new ArrayList<>();
        FuzzTarget target =
                FuzzTarget.of(
                                "self-test",
                                input -> {
                                    lengths.add(input.length);
                                    return "";
                                })
                        .seed("0123456789");

        Fuzzer.run(target);

        assertThat(lengths).contains(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    @Test
    void mutatesTheSameWayFromTheSameSeed() {
        List<byte[]> known = List.of(new byte[] {1, 2, 3}, "text".getBytes(StandardCharsets.UTF_8));
        List<byte[]> once = mutations(5, known);

        assertThat(mutations(5, known)).usingElementComparator(Arrays::compare).isEqualTo(once);
        assertThat(mutations(6, known)).usingElementComparator(Arrays::compare).isNotEqualTo(once);
        assertThat(once).allMatch(input -> input.length <= 20);
    }

    private static List<byte[]> mutations(long seed, List<byte[]> known) {
        Mutator mutator = new Mutator(new Random(seed), List.of(), 20);
        List<byte[]> made = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            made.add(mutator.mutate(known));
        }
        return made;
    }
}
