package dev.asterism.l7.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HeadLines;
import dev.asterism.l7.http.HttpLimits;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Header blocks, whatever they are: a list within the limit, which our encoder writes and our decoder reads again. */
class HpackFuzzTest {

    static Stream<FuzzTarget> targets() {
        return Stream.of(
                FuzzTarget.of("l7-hpack", HpackFuzzTest::check)
                        .seed(hex("828684418cf1e3c2e5f23a6ba0ab90f4ff"))
                        .seed(hex("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"))
                        .seed(hex("4882640258 85aec3771a4b".replace(" ", "")))
                        .seed(hex("20 3fe11f 400161 0162 be be 0f2f00".replace(" ", "")))
                        .mostBytes(512)
                        .mayAllocate(2 << 20, 512));
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    /** Twice, as the second block finds the table that the first has left. */
    private static String check(byte[] input) {
        HpackDecoder decoder = new HpackDecoder(FieldNames.standard(), HttpLimits.STANDARD);
        StringBuilder outcome = new StringBuilder();
        for (int i = 0; i < 2; i++) {
            Head head = new Head();
            boolean good = decoder.trailers(input, 0, input.length, head);
            assertThat(head.ownLength()).isLessThan(HttpLimits.STANDARD.headBytes() + 8192);
            assertThat(head.count()).isLessThanOrEqualTo(HttpLimits.STANDARD.fields());
            outcome.append(good ? "good " : "bad ").append(Math.min(3, head.count()));
            if (!good) {
                break;
            }
            if (!head.has(Head.MALFORMED | Head.TOO_LARGE)) {
                again(head);
                outcome.append(" again");
            }
        }
        return outcome.toString();
    }

    private static void again(Head head) {
        byte[] block = new byte[head.writtenBytes()];
        int length = HpackEncoder.trailers(head, block, 0);
        Head second = new Head();
        HpackDecoder decoder = new HpackDecoder(FieldNames.standard(), HttpLimits.STANDARD);
        assertThat(decoder.trailers(block, 0, length, second)).isTrue();
        assertThat(second.has(Head.MALFORMED | Head.TOO_LARGE)).isFalse();
        List<String> left = new ArrayList<>(HeadLines.fields(head));
        left.removeAll(HeadLines.fields(second));
        assertThat(HeadLines.fields(head)).containsAll(HeadLines.fields(second));
        assertThat(left).allMatch(field -> !field.startsWith("x"));
    }
}
