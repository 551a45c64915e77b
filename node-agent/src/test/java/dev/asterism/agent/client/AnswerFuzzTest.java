package dev.asterism.agent.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.overlay.text.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerFuzzTest {

    static Stream<FuzzTarget> targets() {
        return Stream.of(
                FuzzTarget.of("control-answer", AnswerFuzzTest::check)
                        .seed(
                                "{\"v\":1,\"ok\":true,\"peers\":[{\"name\":\"a\",\"n\":12,\"x\":[\"10.42.0.2\"]}]}")
                        .seed(
                                "{\"v\":1,\"ok\":false,\"error\":{\"code\":\"timeout\",\"message\":\"x\\u001b[31m\"}}")
                        .seed("{\"a\":" + "[".repeat(1500))
                        .words(
                                "{",
                                "}",
                                "[",
                                "]",
                                ":",
                                ",",
                                "\"a\"",
                                "null",
                                "true",
                                "1e999",
                                "-0",
                                "1.5",
                                "9".repeat(30),
                                "\\u001b",
                                "\\u202e",
                                "\u00ff")
                        .mayAllocate(512 << 10, 1024));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    /** Nothing that is shown can move the cursor or write from right to left. */
    private static String check(byte[] input) {
        JsonValue value;
        try {
            value = JsonValue.parse(new String(input, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return "refused";
        }
        for (String name : value.names()) {
            assertThat(isPrintable(name)).isTrue();
            assertThat(isPrintable(value.text(name))).isTrue();
            assertThat(value.texts(name)).allMatch(AnswerFuzzTest::isPrintable);
            value.number(name);
            value.isTrue(name);
            value.object(name).objects(name);
        }
        return "fields " + Math.min(3, value.names().size());
    }

    private static boolean isPrintable(String text) {
        return text.codePoints().allMatch(Printable::is);
    }
}
