package dev.asterism.l7.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.io.BufferPool;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What fields say about time and about coming again; what is kept of bodies. */
class RetryFieldsTest {

    private static final FieldNames NAMES = FieldNames.standard();

    private static Head head(String... fields) {
        Head head = new Head();
        head.clearForOwn();
        for (String field : fields) {
            int colon = field.indexOf(": ");
            String name = field.substring(0, colon);
            head.addField(
                    Ascii.bytes(name), Ascii.bytes(field.substring(colon + 2)), NAMES.idOf(name));
        }
        return head;
    }

    @ParameterizedTest
    @CsvSource({
        "grpc-timeout: 2H, 7200000",
        "grpc-timeout: 3M, 180000",
        "grpc-timeout: 15S, 15000",
        "grpc-timeout: 99999999m, 99999999",
        "grpc-timeout: 5000u, 5",
        "grpc-timeout: 7000000n, 7",
        "grpc-timeout: 0S, 0",
        "x-mesh-deadline: 250, 250",
    })
    void readsDeadlines(String field, long millis) {
        assertThat(DeadlineFields.nanos(head(field)))
                .isEqualTo(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @ParameterizedTest
    @CsvSource({
        "grpc-timeout: 123456789S",
        "grpc-timeout: 5",
        "grpc-timeout: S",
        "grpc-timeout: -1S",
        "grpc-timeout: 5x",
        "x-mesh-deadline: soon",
        "x-mesh-deadline: -5",
        "x-other: 5",
    })
    void takesWhatCannotBeReadAsNothing(String field) {
        assertThat(DeadlineFields.nanos(head(field))).isEqualTo(DeadlineFields.NONE);
    }

    @Test
    void takesTheLeastOfBoth() {
        assertThat(DeadlineFields.nanos(head("x-mesh-deadline: 900", "grpc-timeout: 1S")))
                .isEqualTo(TimeUnit.MILLISECONDS.toNanos(900));
    }

    @ParameterizedTest
    @CsvSource({
        "retry-after: 3, 3000",
        "retry-after: 86400, 300000",
        "retry-after: 0, 0",
        "grpc-retry-pushback-ms: 40, 40",
        "grpc-retry-pushback-ms: 99999999, 300000",
    })
    void readsWhenToComeAgain(String field, long millis) {
        assertThat(ServerAdvice.of(head(field))).isEqualTo(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void readsADateAgainstTheAnswersOwn() {
        assertThat(
                        ServerAdvice.of(
                                head(
                                        "date: Fri, 20 Nov 2026 10:00:00 GMT",
                                        "retry-after: Fri, 20 Nov 2026 10:00:07 GMT")))
                .isEqualTo(TimeUnit.SECONDS.toNanos(7));
        assertThat(ServerAdvice.of(head("retry-after: Fri, 20 Nov 2026 10:00:07 GMT")))
                .isEqualTo(ServerAdvice.NONE);
        assertThat(ServerAdvice.of(head("retry-after: later", "date: today")))
                .isEqualTo(ServerAdvice.NONE);
    }

    @Test
    void aPushBackThatIsNegativeOrUnreadableForbids() {
        assertThat(ServerAdvice.of(head("grpc-retry-pushback-ms: -1")))
                .isEqualTo(ServerAdvice.NEVER);
        assertThat(ServerAdvice.of(head("grpc-retry-pushback-ms: x")))
                .isEqualTo(ServerAdvice.NEVER);
        assertThat(ServerAdvice.of(head())).isEqualTo(ServerAdvice.NONE);
    }

    @Test
    void readsConditionsAsAFileListsThem() {
        RetryConditions on =
                RetryConditions.parse(List.of("reset", "503", "grpc:unavailable", "connect"));
        assertThat(on.words()).containsExactly("connect", "reset", "503", "grpc:unavailable");
        assertThat(RetryConditions.parse(List.of("5xx")).codes()).hasSize(100);
        assertThatThrownBy(() -> RetryConditions.parse(List.of("conect")))
                .hasMessageContaining("'conect'");
        assertThatThrownBy(() -> RetryConditions.parse(List.of("grpc:gone")))
                .hasMessageContaining("'gone'");
    }

    @Test
    void allBodiesTogetherStayUnderTheQuota() {
        ReplayQuota quota = new ReplayQuota(100 << 10);
        BufferPool pool = new BufferPool();
        byte[] piece = new byte[40 << 10];
        ReplayBody first = new ReplayBody(pool, quota);
        ReplayBody second = new ReplayBody(pool, quota);
        first.begin(64 << 10);
        second.begin(64 << 10);

        first.keep(piece, 0, piece.length, true);
        second.keep(piece, 0, piece.length, true);

        assertThat(first.isWhole()).isTrue();
        assertThat(second.isWhole()).as("no room for a second 64 KiB").isFalse();
        first.clear();
        assertThat(quota.left()).isEqualTo(100 << 10);
    }

    @Test
    void aBodyOverItsLimitIsGivenUp() {
        ReplayQuota quota = new ReplayQuota(1 << 20);
        ReplayBody body = new ReplayBody(new BufferPool(), quota);
        body.begin(10);
        body.keep(new byte[6], 0, 6, false);
        assertThat(body.isWhole()).isTrue();
        body.keep(new byte[6], 0, 6, false);

        assertThat(body.isWhole()).isFalse();
        assertThat(quota.left()).isEqualTo(1 << 20);
    }
}
