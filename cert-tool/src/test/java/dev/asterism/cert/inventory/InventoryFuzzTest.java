package dev.asterism.cert.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Inventories: whatever a file says, it ends in hosts or in problems with their lines. */
class InventoryFuzzTest {

    static Stream<FuzzTarget> targets() {
        return Stream.of(
                FuzzTarget.of("inventory", InventoryFuzzTest::checkRead)
                        .seed(
                                "defaults: {duration: 90d}\nhosts:\n  - {name: a, networks: [10.0.0.1/8]}\n")
                        .seed("hosts:\n  - &h\n    name: a\n    networks: 10.0.0.1/8\n  - *h\n")
                        .words(
                                "hosts:",
                                "name:",
                                "networks: ",
                                "- ",
                                "*h",
                                "&h ",
                                "[",
                                "{",
                                "\n",
                                "<<: "));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    /** Either problems with places, or hosts that can be files. */
    private static String checkRead(byte[] input) {
        InventoryReader.Outcome outcome =
                InventoryReader.read("f", new String(input, StandardCharsets.UTF_8));
        outcome.problems().forEach(problem -> assertThat(problem.line()).isPositive());
        if (outcome.problems().isEmpty()) {
            outcome.hosts()
                    .forEach(host -> assertThat(host.name()).isNotEmpty().doesNotContain("/"));
            return "hosts";
        }
        String message = outcome.problems().getFirst().message();
        return message.substring(0, Math.min(20, message.length()));
    }
}
