package dev.asterism.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.overlay.handshake.KnownPrefixes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StateFuzzTest {

    private static final String KEY = "0123456789abcdef".repeat(4);

    static Stream<FuzzTarget> targets() {
        return Stream.of(
                FuzzTarget.of("state-file", StateFuzzTest::check)
                        .seed(
                                "asterism known prefixes 1\n%1$s 192.0.2.0\n%1$s 2001:db8:7::\n"
                                        .formatted(KEY))
                        .seed("asterism known prefixes 1\n")
                        .words(
                                KEY,
                                " ",
                                "\n",
                                "\r\n",
                                "asterism known prefixes 1\n",
                                "::",
                                "10.0.0.0"));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    /** What is read is written as what reads the same. */
    private static String check(byte[] input) {
        List<KnownPrefixes.Entry> entries;
        try {
            entries = KnownPrefixFile.parse(input);
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
            return String.valueOf(e.getMessage()).replaceAll("[0-9]+", "");
        }
        KnownPrefixes known = new KnownPrefixes();
        known.restore(entries);
        assertThat(known.entries().size()).isLessThanOrEqualTo(entries.size());
        byte[] text = KnownPrefixFile.text(entries).getBytes(StandardCharsets.US_ASCII);
        try {
            assertThat(KnownPrefixFile.parse(text)).isEqualTo(entries);
        } catch (IOException e) {
            throw new AssertionError("what was written is refused", e);
        }
        return "read " + Math.min(3, entries.size());
    }
}
