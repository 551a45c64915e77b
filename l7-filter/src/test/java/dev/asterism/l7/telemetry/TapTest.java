package dev.asterism.l7.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.proxy.Observer;
import dev.asterism.l7.proxy.ShownField;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TapTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:10Z");

    private static final int MANY = 20_000;

    private final FilterConfig config = FilterFiles.config("l7: {enabled: true}");
    private final FilterMetrics metrics = new FilterMetrics(config, new AccessLog(config));
    private final Observer loop = metrics.ofLoop();
    private final Observer otherLoop = metrics.ofLoop();

    private Tap open(String service, String from, String code, String route) {
        return open(
                new TapQuestion(
                        service, Selector.parse(from), route, TapQuestion.codes(code), false, 100));
    }

    private Tap open(TapQuestion question) {
        return Objects.requireNonNull(metrics.taps().open(question, 0));
    }

    private static TapQuestion everything(boolean fields, int perSecond) {
        return new TapQuestion("", Selector.ANY, "", List.of(), fields, perSecond);
    }

    private static String taken(Tap tap) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            tap.write(json, Set.of("token"), NOW, 2 * SECOND);
            json.writeEndObject();
        }
        return text.toString();
    }

    private static int count(String taken) {
        return taken.split("\"time\"", -1).length - 1;
    }

    @Test
    void showsRequestsOfAllLoopsOnceAsInTheAccessLog() throws IOException {
        Tap tap = open("orders", "any", "", "");
        TestRequest request = new TestRequest();
        request.path = "/a?token=secret";
        loop.ended(request);
        otherLoop.ended(new TestRequest());

        assertThat(taken(tap))
                .startsWith(
                        "{\"requests\":[{\"time\":\"2026-11-29T12:00:09.003Z\",\"dir\":\"outbound\","
                                + "\"service\":\"orders\",\"route\":\"route-1\",\"pool\":\"default\","
                                + "\"endpoint\":\"orders-1\",\"peer\":\"web-1\"")
                .contains("\"path\":\"/a?token=(redacted)\"")
                .endsWith("],\"left_out\":0}");
        assertThat(taken(tap)).isEqualTo("{\"requests\":[],\"left_out\":0}");
    }

    @ParameterizedTest
    @CsvSource({
        "orders, any, '', '', true",
        "'', any, '', '', true",
        "other, any, '', '', false",
        "orders, group:web, '', '', true",
        "orders, group:db, '', '', false",
        "orders, node:web-1, 2xx, route-1, true",
        "orders, any, '', route-2, false",
        "orders, any, 200, '', true",
        "orders, any, 201, '', false",
        "orders, any, '5xx, 200', '', true",
        "orders, any, '4xx,5xx,0', '', false",
    })
    void showsWhatWasAskedFor(String service, String from, String code, String route, boolean shown)
            throws IOException {
        Tap tap = open(service, from, code, route);
        loop.ended(new TestRequest());

        assertThat(count(taken(tap))).isEqualTo(shown ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6xx", "5x", "99", "600", "5xx,", "x", "-1"})
    void refusesOtherCodes(String code) {
        assertThatThrownBy(() -> TapQuestion.codes(code))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no code: write 5xx, 503, 0 for no answer");
    }

    @Test
    void takesSoManyASecondAndCountsTheRest() throws IOException {
        Tap tap = open(everything(false, 3));
        for (int second = 0; second < 2; second++) {
            for (int i = 0; i < 5; i++) {
                TestRequest request = new TestRequest();
                request.endedNanos = second * SECOND + i;
                loop.ended(request);
            }
        }

        String taken = taken(tap);
        assertThat(count(taken)).isEqualTo(6);
        assertThat(taken).endsWith("\"left_out\":4}");
    }

    /** Both loops leave out nearly everything while somebody reads the count: none is lost, none counted twice. */
    @Test
    void whatSeveralLoopsLeaveOutIsCountedOnce() throws Exception {
        Tap tap = open(everything(false, 1));
        List<Thread> threads =
                Stream.of(loop, otherLoop)
                        .map(each -> Thread.ofPlatform().unstarted(() -> endsMany(each)))
                        .toList();
        threads.forEach(Thread::start);
        long shown = 0;
        long leftOut = 0;
        boolean over = false;
        while (!over) {
            over = threads.stream().noneMatch(Thread::isAlive);
            String taken = taken(tap);
            shown += count(taken);
            leftOut += Long.parseLong(taken.replaceAll(".*\"left_out\":(\\d+)}", "$1"));
        }

        assertThat(shown).isEqualTo(1);
        assertThat(leftOut).isEqualTo(2 * MANY - 1);
    }

    private static void endsMany(Observer loop) {
        for (int i = 0; i < MANY; i++) {
            loop.ended(new TestRequest());
        }
    }

    @Test
    void whoDoesNotReadCostsABoundedAmountOfMemory() throws IOException {
        Tap tap = open(everything(false, TapQuestion.MOST_PER_SECOND));
        for (int i = 0; i < 3 * Tap.MOST_WAITING; i++) {
            TestRequest request = new TestRequest();
            request.endedNanos = i * 1_000_000L;
            loop.ended(request);
        }

        String taken = taken(tap);
        assertThat(count(taken)).isEqualTo(Tap.MOST_WAITING);
        assertThat(taken).endsWith("\"left_out\":" + 2 * Tap.MOST_WAITING + "}");
    }

    @Test
    void isClosedWhenNobodyAsks() {
        Tap tap = open(everything(true, 1));
        assertThat(loop.wantsFields(new TestRequest())).isTrue();
        TestRequest request = new TestRequest();
        request.endedNanos = Tap.ABANDONED_NANOS;
        loop.ended(request);
        assertThat(metrics.taps().find(tap.id())).isSameAs(tap);

        tap.asked(SECOND);
        request.endedNanos = Tap.ABANDONED_NANOS + SECOND;
        loop.ended(request);
        assertThat(metrics.taps().find(tap.id())).isSameAs(tap);

        request.endedNanos++;
        loop.ended(request);
        assertThat(metrics.taps().find(tap.id())).isNull();
        assertThat(loop.wantsFields(new TestRequest())).isFalse();
    }

    @Test
    void onlySoManyAreOpenAtOnce() {
        for (int i = 0; i < Taps.MOST; i++) {
            open(everything(false, 1));
        }
        assertThat(metrics.taps().open(everything(false, 1), Tap.ABANDONED_NANOS)).isNull();
        assertThat(metrics.taps().open(everything(false, 1), Tap.ABANDONED_NANOS + 1)).isNotNull();
    }

    @Test
    void showsFieldsWithoutSecrets() throws IOException {
        Tap tap = open(everything(true, 100));
        TestRequest request = new TestRequest();
        request.requestFields =
                List.of(
                        new ShownField("Accept", "*/*"),
                        new ShownField("Authorization", "Bearer abc"),
                        new ShownField("Token", "abc"),
                        new ShownField("referer", "https://a/?token=abc&b=1"));
        request.answerFields = List.of(new ShownField("set-cookie", "a=abc"));
        loop.ended(request);

        assertThat(taken(tap))
                .contains(
                        "\"request_fields\":[{\"name\":\"Accept\",\"value\":\"*/*\"},"
                                + "{\"name\":\"Authorization\",\"value\":\"(redacted)\"},"
                                + "{\"name\":\"Token\",\"value\":\"(redacted)\"},"
                                + "{\"name\":\"referer\",\"value\":\"https://a/?token=(redacted)&b=1\"}],"
                                + "\"answer_fields\":[{\"name\":\"set-cookie\",\"value\":\"(redacted)\"}]")
                .doesNotContain("abc");
    }

    /** Who sends large heads must not fill the heap of a node on which somebody looks on. */
    @Test
    void largeFieldsCostABoundedAmountOfMemory() throws IOException {
        Tap tap = open(everything(true, TapQuestion.MOST_PER_SECOND));
        TestRequest request = new TestRequest();
        request.requestFields = List.of(new ShownField("x-large", "x".repeat(32 << 10)));
        for (int i = 0; i < 500; i++) {
            loop.ended(request);
        }

        String taken = taken(tap);
        assertThat(taken.length()).isLessThan(2 * Tap.MOST_BYTES);
        assertThat(count(taken)).isBetween(20, 40);
        assertThat(taken).endsWith("\"left_out\":" + (500 - count(taken)) + "}");
        loop.ended(request);
        assertThat(count(taken(tap))).isEqualTo(1);
    }

    @Test
    void showsFieldsOnlyToTheTapThatWantsThem() throws IOException {
        Tap plain = open(everything(false, 100));
        open(new TapQuestion("other", Selector.ANY, "", List.of(), /* fields= */ true, 100));
        TestRequest request = new TestRequest();
        assertThat(loop.wantsFields(request)).isFalse();
        request.requestFields = List.of(new ShownField("a", "b"));
        loop.ended(request);

        assertThat(taken(plain)).doesNotContain("request_fields");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_001})
    void refusesOtherRates(int perSecond) {
        assertThatThrownBy(() -> everything(false, perSecond))
                .hasMessage("a tap shows 1 to 1000 requests a second");
    }
}
