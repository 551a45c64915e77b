package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.asterism.sim.FuzzSeed;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No text makes the reader throw; ConfigFuzzTest mutates texts, here are the cases that can all be tried. */
class ConfigReaderRobustnessTest {

    @Test
    void survivesEveryTruncation() {
        String text = Configs.allKeys();

        for (int length = 0; length <= text.length(); length++) {
            readSafely(text.substring(0, length));
        }
    }

    /** Keeps the YAML whole and so reaches the binders. */
    @ParameterizedTest
    @ValueSource(longs = {5, 6})
    void survivesEveryKindOfValueInEveryPlace(long seed) {
        Random random = new Random(FuzzSeed.of(seed));
        String[] values = {
            "x",
            "[]",
            "[x]",
            "[[x]]",
            "{}",
            "{a: b}",
            "~",
            "''",
            "-1",
            "1.5",
            "true",
            "1e99",
            "[{}]",
            "[~]",
            "2026-01-01",
            "{~: ~}",
            "[{route: ~}]",
            "99999999999999999999",
            "[1, {}]"
        };
        String[] lines = Configs.allKeys().split("\n", -1);

        for (int round = 0; round < 250; round++) {
            String[] copy = lines.clone();
            for (int change = 0; change < 3; change++) {
                int at = random.nextInt(copy.length);
                int colon = copy[at].indexOf(": ");
                if (colon > 0) {
                    String value = values[random.nextInt(values.length)];
                    copy[at] = copy[at].substring(0, colon + 2) + value;
                }
            }
            readSafely(String.join("\n", copy));
        }
    }

    private static void readSafely(String text) {
        assertThatCode(() -> checkOutcome(ConfigReader.read("c.yml", text)))
                .as(text)
                .doesNotThrowAnyException();
    }

    private static void checkOutcome(ConfigOutcome outcome) {
        if (outcome instanceof ConfigOutcome.Refused refused) {
            assertThat(refused.problems()).isNotEmpty();
            refused.problems().forEach(p -> assertThat(p.toString()).startsWith("c.yml:"));
        }
    }
}
