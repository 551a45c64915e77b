package dev.asterism.l7.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However a golden stream is cut: both sides get the same, after each step. */
class GoldenSplitTest {

    /** Of a stream up to this long every pair of cuts is played, of a longer one so many pairs. */
    private static final int EVERY_PAIR_BYTES = 100;

    private static final int PAIRS = 1_000;

    static Stream<GoldenStream> all() {
        return GoldenStreams.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void saysTheSameByteByByte(GoldenStream stream) {
        assertThat(stream.play(position -> true)).isEqualTo(whole(stream));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void saysTheSameInTwoPiecesCutAnywhere(GoldenStream stream) {
        List<String> whole = whole(stream);
        for (int i = 0; i < stream.length(); i++) {
            int cut = i;
            assertThat(stream.play(position -> position == cut))
                    .as("cut behind %d", i)
                    .isEqualTo(whole);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void saysTheSameInThreePieces(GoldenStream stream) {
        List<String> whole = whole(stream);
        int length = stream.length();
        if (length <= EVERY_PAIR_BYTES) {
            for (int first = 0; first < length; first++) {
                for (int second = first + 1; second < length; second++) {
                    pair(stream, first, second, whole);
                }
            }
            return;
        }
        Random random = new Random(length);
        for (int n = 0; n < PAIRS; n++) {
            pair(stream, random.nextInt(length), random.nextInt(length), whole);
        }
    }

    private static void pair(GoldenStream stream, int first, int second, List<String> whole) {
        assertThat(stream.play(position -> position == first || position == second))
                .as("cut behind %d and %d", first, second)
                .isEqualTo(whole);
    }

    private static List<String> whole(GoldenStream stream) {
        return stream.play(position -> false);
    }

    /** A table in which nothing is answered would prove little. */
    @Test
    void theTableAnswersMostOfItsRequests() {
        long answered =
                GoldenStreams.all()
                        .filter(stream -> whole(stream).stream().anyMatch(s -> s.contains("200")))
                        .count();
        assertThat(GoldenStreams.all().map(GoldenStream::toString)).doesNotHaveDuplicates();
        assertThat(answered).isGreaterThan(50);
    }
}
