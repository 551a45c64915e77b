package dev.asterism.overlay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.overlay.io.Bytes;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Control messages of members: whatever is taken reads the same after it was written. */
class RelayFuzzTest {

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
                FuzzTarget.of("relay-message", RelayFuzzTest::check)
                        .mostBytes(9001)
                        .mayAllocate(64 << 10, 64);
        RelayMessageTest.vectors()
                .forEach(v -> target.seed(HexFormat.of().parseHex((String) v.get()[0])));
        return target;
    }

    private static String check(byte[] input) {
        RelayMessage message = RelayMessage.decode(Bytes.owning(input));
        if (message == null) {
            return "refused";
        }
        assertThat(RelayMessage.decode(Bytes.owning(message.encode()))).isEqualTo(message);
        return message.kind() + " " + message.form();
    }
}
