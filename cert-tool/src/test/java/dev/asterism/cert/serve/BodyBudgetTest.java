package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyBudgetTest {

    private static final int LARGEST = 64 * 1024;
    private static final int COMMON = 2 * LARGEST;

    private final BodyBudget budget = new BodyBudget(LARGEST, COMMON);

    private static byte[] message(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8191, 8192, 8193, 16384, 65535, 65536})
    void readsEachLengthWholeAndGivesItsShareBack(int length) throws IOException {
        try (BodyBudget.Body body = budget.read(new ByteArrayInputStream(message(length)))) {
            assertThat(body.bytes()).isEqualTo(message(length));
            assertThat(budget.free()).isLessThanOrEqualTo(COMMON);
        }

        assertThat(budget.free()).isEqualTo(COMMON);
    }

    @Test
    void refusesWhatIsTooLargeAndGivesItsShareBack() {
        InputStream in = new ByteArrayInputStream(message(LARGEST + 1));

        assertThatThrownBy(() -> budget.read(in)).isInstanceOf(BodyBudget.TooLargeException.class);

        assertThat(budget.free()).isEqualTo(COMMON);
    }

    @Test
    void largeOnesShareAndSmallOnesAreNeverKeptOut() throws IOException {
        BodyBudget.Body large = budget.read(new ByteArrayInputStream(message(LARGEST)));

        assertThatThrownBy(() -> budget.read(new ByteArrayInputStream(message(LARGEST))))
                .isInstanceOf(BodyBudget.FullException.class);
        budget.read(new ByteArrayInputStream(message(BodyBudget.SMALL - 1))).close();

        large.close();
        budget.read(new ByteArrayInputStream(message(LARGEST))).close();
        assertThat(budget.free()).isEqualTo(COMMON);
    }
}
