package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.asterism.sim.FuzzSeed;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No text makes the reader throw. */
class ConfigReaderRobustnessTest {

    private static final String[] FRAGMENTS = {
        "[",
        "]",
        "{",
        "}",
        ":",
        ": ",
        "- ",
        "\n",
        "\n  ",
        "\t",
        "&a ",
        "*a",
        "<<: *all",
        "!!int ",
        "!x ",
        "'",
        "\"",
        "\\U00110000",
        "\\x",
        "| ",
        "> ",
        "%",
        "@",
        "#",
        "---\n",
        "...\n",
        "~",
        "null",
        "-1",
        "99999999999999999999",
        "1e999",
        ".nan",
        "0x",
        "/",
        "::",
        "[::]:",
        "\uD800",
        "\uFEFF",
        "\u0000",
        "yes",
        "2026-11-21",
        "any",
        "(",
        "a{9999}",
        ","
    };

    @Test
    void survivesEveryTruncation() {
        String text = Configs.allKeys();

        for (int length = 0; length <= text.length(); length++) {
            readSafely(text.substring(0, length));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void survivesMutations(long seed) {
        Random random = new Random(FuzzSeed.of(seed));
        String original = Configs.allKeys();

        for (int round = 0; round < 250; round++) {
            StringBuilder text = new StringBuilder(original);
            for (int change = random.nextInt(4); change >= 0; change--) {
                mutate(text, random);
            }
            readSafely(text.toString());
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

    private static void mutate(StringBuilder text, Random random) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(4)) {
            case 0 -> text.deleteCharAt(at);
            case 1 -> text.setCharAt(at, (char) random.nextInt(0x180));
            case 2 -> text.insert(at, FRAGMENTS[random.nextInt(FRAGMENTS.length)]);
            default -> {
                int end = Math.min(text.length(), at + random.nextInt(30));
                String piece = text.substring(at, end);
                text.insert(random.nextInt(text.length()), piece);
            }
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
