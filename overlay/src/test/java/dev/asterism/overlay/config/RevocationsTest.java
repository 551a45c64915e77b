package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.asterism.sim.FuzzSeed;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RevocationsTest {

    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);

    /** Makes a file something that is no YAML. */
    private static final String BROKEN = "oops: ]\n";

    @Test
    void findsTheGoodEntriesBesideBadOnes() {
        assertThat(in("pki:\n  blocklist:\n    - " + A + "\n    - not hex\n    - " + B + "\n"))
                .containsExactly(A, B);
    }

    @Test
    void readsAnyCase() {
        assertThat(in("pki: {blocklist: ['" + A.toUpperCase(java.util.Locale.ROOT) + "']}"))
                .containsExactly(A);
    }

    @Test
    void takesOnlyTheKeyOfPkiWhereTheFileIsYaml() {
        assertThat(in("other: {blocklist: [" + A + "]}\npki: {ca: " + B + "}\n")).isEmpty();
    }

    @Test
    void findsThemInWhatIsNoYaml() {
        assertThat(in("pki:\n  blocklist:\n    - " + A + "\n    - \"" + B + "\"\n" + BROKEN))
                .containsExactly(A, B);
        assertThat(in(BROKEN + "pki:\n  blocklist:\n  - " + A + "\n  ca: " + B + "\n"))
                .containsExactly(A);
        assertThat(in(BROKEN + "pki: {ca: " + B + ", blocklist: [" + A + "], key: k}\n"))
                .containsExactly(A);
        assertThat(in(BROKEN + "pki:\n  blocklist: [\n" + A + ",\n" + B + "]\n"))
                .containsExactly(A, B);
    }

    @Test
    void leavesOutCommentsAndWhatIsNoFingerprint() {
        String file =
                BROKEN
                        + "pki:\n  blocklist:\n    # - "
                        + A
                        + "\n    - c"
                        + A
                        + "\n    - "
                        + B
                        + " # lost laptop\n  ca: "
                        + "c".repeat(64)
                        + "\n";

        assertThat(in(file)).containsExactly(B);
        assertThat(in(BROKEN + "# blocklist: [" + A + "]\n")).isEmpty();
    }

    @Test
    void joinsAllFiles() {
        assertThat(
                        Revocations.in(
                                List.of(
                                        new ConfigText("1.yml", BROKEN),
                                        new ConfigText("2.yml", "pki: {blocklist: [" + A + "]}"))))
                .containsExactly(A);
    }

    @Test
    void takesAnyText() {
        SplittableRandom random = new SplittableRandom(FuzzSeed.of(11));
        String good = "pki:\n  blocklist: [\n    - " + A + "]\n# " + BROKEN;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(good);
            for (int change = random.nextInt(6); change >= 0; change--) {
                text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(160));
            }
            String mutated = text.substring(0, random.nextInt(text.length() + 1));

            assertThatCode(() -> in(mutated)).as(mutated).doesNotThrowAnyException();
        }
    }

    private static SortedSet<String> in(String text) {
        return Revocations.in(List.of(new ConfigText("c.yml", text)));
    }
}
