package dev.asterism.lighthouse.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages of members: what is taken can be sent on, reads as the same, and is never more than so many addresses. */
class LighthouseFuzzTest {

    static Stream<FuzzTarget> targets() {
        return Stream.of(message());
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static FuzzTarget message() {
        FuzzTarget target =
                FuzzTarget.of("lighthouse-message", LighthouseFuzzTest::check)
                        .mostBytes(9001)
                        .mayAllocate(128 << 10, 256);
        // More addresses than anybody keeps.
        target.seed(HexFormat.of().parseHex("0803" + "12c801" + "1200".repeat(100)));
        for (String file : List.of("messages.json", "recorded.json")) {
            for (JsonNode vector : read(file)) {
                target.seed(HexFormat.of().parseHex(vector.path("hex").asText()));
            }
        }
        return target;
    }

    private static String check(byte[] input) {
        LighthouseMessage message = LighthouseMessage.decode(Bytes.owning(input));
        if (message == null) {
            return "refused";
        }
        int bound = MessageReader.MAX_ADDRESSES;
        assertThat(message.ipv4().size()).isLessThanOrEqualTo(bound);
        assertThat(message.ipv6().size()).isLessThanOrEqualTo(bound);
        assertThat(message.relays().size()).isLessThanOrEqualTo(2 * bound);
        byte[] written = message.encode();
        LighthouseMessage again =
                Objects.requireNonNull(LighthouseMessage.decode(Bytes.copyOf(written)));
        assertThat(again.kind()).isEqualTo(message.kind());
        assertThat(again.form()).isEqualTo(message.form());
        assertThat(again.overlay()).isEqualTo(message.overlay());
        assertThat(again.addresses()).isEqualTo(message.addresses());
        if (message.relays().size() <= bound) { // two fields are joined in one
            assertThat(again.encode()).isEqualTo(written);
        }
        return message.kind()
                + " "
                + message.form()
                + message.ipv4().isEmpty()
                + message.ipv6().isEmpty()
                + message.relays().isEmpty();
    }

    private static JsonNode read(String name) {
        try (InputStream in = LighthouseFuzzTest.class.getResourceAsStream("/vectors/" + name)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
