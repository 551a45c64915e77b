package dev.asterism.l7.identity;

import static dev.asterism.l7.match.SampleRequest.forwarded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.match.SampleRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceHeadersTest {

    private static final String GOOD = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String MADE = "traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]";
    private static final String UUID =
            "x-request-id: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";

    private static final TracePolicy BEGINS = new TracePolicy(true, 0, false);
    private static final TracePolicy OWN = new TracePolicy(true, TracePolicy.BEGINS_NONE, true);

    private final FieldNames names = FieldNames.with(TraceHeaders.NAMES);
    private final TraceHeaders traces = new TraceHeaders(names);
    private final TraceContext context = new TraceContext();
    private final Random random = new Random(3);

    @ParameterizedTest
    @ValueSource(
            strings = {
                GOOD,
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-09",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more.of.it",
            })
    void aGoodTraceGoesOn(String parent) {
        Head head =
                complete(
                        "Traceparent: " + parent,
                        "tracestate: a=1",
                        "tracestate: b=2",
                        "x-request-id: abc");

        assertThat(forwarded(head))
                .contains(
                        "traceparent: " + parent,
                        "tracestate: a=1",
                        "tracestate: b=2",
                        "x-request-id: abc")
                .hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
                "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.x",
                "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
                "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
            })
    void aBadTraceBeginsAnewWithoutItsState(String parent) {
        Head head = complete("traceparent: " + parent, "tracestate: a=1");

        assertThat(forwarded(head))
                .anyMatch(field -> field.matches(MADE))
                .noneMatch(field -> field.startsWith("tracestate"))
                .noneMatch(field -> parent.length() > 2 && field.contains(parent));
    }

    @Test
    void twoTracesAreNone() {
        Head head = complete("traceparent: " + GOOD, "traceparent: " + GOOD);

        assertThat(forwarded(head).stream().filter(field -> field.startsWith("traceparent")))
                .hasSize(1)
                .allMatch(field -> field.matches(MADE) && !field.contains(GOOD));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a#b", "\u00e9"})
    void aBadRequestIdIsReplaced(String id) {
        Head head = complete("x-request-id: " + id, "traceparent: " + GOOD);

        assertThat(forwarded(head).stream().filter(field -> field.startsWith("x-request-id")))
                .hasSize(1)
                .allMatch(field -> field.matches(UUID));
    }

    @Test
    void whatIsMissingIsMadeAndNeverTwiceTheSame() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            List<String> fields = forwarded(complete());

            assertThat(fields)
                    .anyMatch(field -> field.matches(UUID))
                    .anyMatch(field -> field.matches(MADE));
            fields.stream().filter(field -> !field.startsWith("host")).forEach(seen::add);
        }
        assertThat(seen).hasSize(4000);
    }

    @Test
    void whetherANewTraceIsRecordedIsSaidInItsFlags() {
        Head recorded = SampleRequest.own("GET", "/");
        Head other = SampleRequest.own("GET", "/");

        traces.complete(recorded, 1, 2, new TracePolicy(true, 10_000, false), 10_000, context);
        traces.complete(other, 1, 2, BEGINS, BEGINS.sampleTenThousandths(), context);

        assertThat(forwarded(recorded)).anyMatch(field -> field.matches("traceparent: .*-01"));
        assertThat(forwarded(other)).anyMatch(field -> field.matches("traceparent: .*-00"));
    }

    private Head complete(String... fields) {
        Head head = SampleRequest.text("GET", "/", fields);
        names.number(head);
        complete(head, BEGINS);
        return head;
    }

    private void complete(Head head, TracePolicy policy) {
        traces.complete(
                head,
                random.nextLong(),
                random.nextLong(),
                policy,
                policy.sampleTenThousandths(),
                context);
    }

    private Head numbered(String... fields) {
        Head head = SampleRequest.text("GET", "/", fields);
        names.number(head);
        return head;
    }

    @Test
    void noTraceBeginsUnlessASampleIsGiven() {
        Head none = numbered();
        Head bad = numbered("traceparent: x", "tracestate: a=1");
        complete(none, TracePolicy.STANDARD);
        complete(bad, TracePolicy.STANDARD);

        assertThat(forwarded(none)).anyMatch(field -> field.matches(UUID)).hasSize(2);
        assertThat(forwarded(bad)).anyMatch(field -> field.matches(UUID)).hasSize(2);
        assertThat(context.trace()).isEmpty();
    }

    @Test
    void aTraceThatGoesOnIsToldWithItsParent() {
        complete(numbered("traceparent: " + GOOD), TracePolicy.STANDARD);

        assertThat(context.trace()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(context.parent()).isEqualTo("00f067aa0ba902b7");
        assertThat(context.span()).isEmpty();
        assertThat(context.isKept()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"00,01,01", "00,00,00", "00,03,03", "01,ff,03", "cc,09,01", "cc,08,00"})
    void aSpanOfOursIsTheParentAndTheSampledFlagStays(String version, String flags, String sent) {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        Head head =
                numbered(
                        "traceparent: " + version + "-" + trace + "-00f067aa0ba902b7-" + flags,
                        "tracestate: a=1");
        complete(head, OWN);

        assertThat(context.trace()).isEqualTo(trace);
        assertThat(context.parent()).isEqualTo("00f067aa0ba902b7");
        assertThat(context.span()).matches("[0-9a-f]{16}").isNotEqualTo(context.parent());
        assertThat(context.isKept()).isEqualTo(sent.equals("01") || sent.equals("03"));
        assertThat(forwarded(head))
                .contains(
                        "traceparent: 00-" + trace + "-" + context.span() + "-" + sent,
                        "tracestate: a=1")
                .hasSize(4);
    }

    @Test
    void ofTracesThatBeginHereTheGivenShareIsSampled() {
        TracePolicy policy = new TracePolicy(true, 500, true);
        int sampled = 0;
        for (int i = 0; i < 20_000; i++) {
            Head head = numbered();
            complete(head, policy);
            boolean flagged = forwarded(head).stream().anyMatch(f -> f.matches("traceparent.*-01"));
            assertThat(context.isKept()).isEqualTo(flagged);
            assertThat(context.parent()).isEmpty();
            assertThat(forwarded(head))
                    .anyMatch(f -> f.contains(context.trace() + "-" + context.span()));
            sampled += flagged ? 1 : 0;
        }
        assertThat(sampled).isBetween(900, 1_100);
    }
}
