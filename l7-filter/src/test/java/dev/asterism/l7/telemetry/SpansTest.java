package dev.asterism.l7.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.identity.TraceHeaders;
import dev.asterism.l7.identity.TracePolicy;
import dev.asterism.l7.match.SampleRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is sent to a collector, read by OpenTelemetry's own classes. */
class SpansTest {

    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final TracePolicy EXPORTS =
            new TracePolicy(true, 10_000, false, "http://127.0.0.1:4318", List.of());

    private final Spans spans = new Spans();

    private static void traced(TestRequest request, TracePolicy policy, String parent) {
        TraceHeaders headers = new TraceHeaders(FieldNames.with(TraceHeaders.NAMES));
        FieldNames names = FieldNames.with(TraceHeaders.NAMES);
        Head head = SampleRequest.own("GET", "/");
        if (!parent.isEmpty()) {
            byte[] value = parent.getBytes(StandardCharsets.US_ASCII);
            head.addField(
                    "traceparent".getBytes(StandardCharsets.US_ASCII),
                    value,
                    names.idOf("traceparent"));
        }
        int sample = policy.sampleOf(request.caller(), request.service());
        headers.complete(head, 1, 2, policy, sample, request.trace);
    }

    private List<Span> sent() throws InvalidProtocolBufferException {
        Spans.Batch batch = spans.take(100, "gate-1", 5_000_000_000L);
        ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(batch.body());
        assertKnown(request);
        ResourceSpans resource = request.getResourceSpans(0);
        assertThat(texts(resource.getResource().getAttributesList()))
                .containsEntry("service.name", "asterism")
                .containsEntry("service.instance.id", "gate-1");
        assertThat(resource.getScopeSpans(0).getScope().getName()).isEqualTo("asterism.l7");
        assertThat(resource.getScopeSpans(0).getSpansCount()).isEqualTo(batch.count());
        return resource.getScopeSpans(0).getSpansList();
    }

    /** A number that the schema does not have, or of another type, would be left over. */
    private static void assertKnown(Message message) {
        assertThat(message.getUnknownFields().asMap()).isEmpty();
        message.getAllFields()
                .values()
                .forEach(
                        value -> {
                            if (value instanceof Message one) {
                                assertKnown(one);
                            } else if (value instanceof List<?> all) {
                                for (Object each : all) {
                                    if (each instanceof Message one) {
                                        assertKnown(one);
                                    }
                                }
                            }
                        });
    }

    private static Map<String, String> texts(List<KeyValue> pairs) {
        Map<String, String> texts = new TreeMap<>();
        for (KeyValue pair : pairs) {
            var value = pair.getValue();
            texts.put(
                    pair.getKey(),
                    value.hasIntValue()
                            ? String.valueOf(value.getIntValue())
                            : value.hasArrayValue()
                                    ? value.getArrayValue().getValuesList().stream()
                                            .map(each -> each.getStringValue())
                                            .toList()
                                            .toString()
                                    : value.getStringValue());
        }
        return texts;
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Test
    void aRequestAndItsAttemptsContinueTheCallersTrace() throws InvalidProtocolBufferException {
        TestRequest request = new TestRequest().status(503);
        request.path = "/a/b?key=s3cret";
        request.reason = "upstream_reset";
        traced(request, EXPORTS, PARENT);
        spans.attempted(request);
        spans.ended(request, false);
        List<Span> sent = sent();

        assertThat(sent).hasSize(2);
        Span attempt = sent.get(0);
        Span whole = sent.get(1);
        assertThat(hex(whole.getTraceId())).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(hex(whole.getParentSpanId())).isEqualTo("b7ad6b7169203331");
        assertThat(hex(whole.getSpanId())).isEqualTo(request.trace.span());
        assertThat(attempt.getTraceId()).isEqualTo(whole.getTraceId());
        assertThat(attempt.getParentSpanId()).isEqualTo(whole.getSpanId());
        assertThat(attempt.getSpanId()).isNotEqualTo(whole.getSpanId()).hasSize(8);
        assertThat(whole.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(attempt.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        assertThat(whole.getName()).isEqualTo("GET orders");
        assertThat(whole.getStartTimeUnixNano()).isEqualTo(6_000_000_000L);
        assertThat(whole.getEndTimeUnixNano()).isEqualTo(6_003_000_000L);
        assertThat(whole.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(whole.getStatus().getMessage()).isEqualTo("upstream_reset");
        assertThat(texts(whole.getAttributesList()))
                .containsEntry("mesh.peer", "web-1")
                .containsEntry("mesh.peer.groups", "[web]")
                .containsEntry("mesh.service", "orders")
                .containsEntry("mesh.route", "route-1")
                .containsEntry("mesh.attempts", "2")
                .containsEntry("http.response.status_code", "503")
                .containsEntry("mesh.reason", "upstream_reset")
                .containsEntry("url.path", "/a/b");
        assertThat(texts(attempt.getAttributesList()))
                .containsEntry("mesh.attempt", String.valueOf(request.number()))
                .containsEntry("mesh.endpoint", "orders-1");
        assertThat(sent.toString()).doesNotContain("s3cret");
    }

    @Test
    void whatIsNotSampledIsNotSent() {
        TestRequest unsampled = new TestRequest();
        traced(unsampled, EXPORTS, PARENT.replaceFirst("01$", "00"));
        spans.ended(unsampled, true);
        TestRequest off = new TestRequest();
        traced(off, new TracePolicy(true, 10_000, true), PARENT);
        spans.ended(off, true);
        spans.ended(new TestRequest(), true);

        assertThat(spans.take(100, "gate-1", 0).count()).isZero();
    }

    @Test
    void samplesByCallerAndService() {
        TracePolicy policy =
                new TracePolicy(
                        true,
                        100,
                        false,
                        "http://127.0.0.1:4318",
                        List.of(
                                new TracePolicy.Rule(Selector.parse("group:web"), "orders", 10_000),
                                new TracePolicy.Rule(Selector.ANY, "health", 0)));
        Caller web = new Caller("web-1", List.of("web"), "10.42.0.7", "ab", "mesh");
        Caller ci = new Caller("ci-1", List.of("ci"), "10.42.0.8", "ab", "mesh");

        assertThat(policy.sampleOf(web, "orders")).isEqualTo(10_000);
        assertThat(policy.sampleOf(ci, "orders")).isEqualTo(100);
        assertThat(policy.sampleOf(web, "health")).isZero();
        TestRequest begun = new TestRequest();
        traced(begun, policy, "");
        assertThat(begun.trace.isExported()).isTrue();
        assertThat(begun.trace.parentId()).isZero();
    }

    @Test
    void dropsAndCountsWhatFindsNoRoom() {
        TestRequest request = new TestRequest();
        traced(request, EXPORTS, PARENT);
        for (int i = 0; i < Spans.MOST + 7; i++) {
            spans.ended(request, true);
        }
        assertThat(spans.droppedCount()).isEqualTo(7);
        assertThat(spans.take(10_000, "gate-1", 0).count()).isEqualTo(Spans.MOST);
        spans.lost(3);
        spans.sent(5);
        assertThat(spans.droppedCount()).isEqualTo(10);
        assertThat(spans.sentCount()).isEqualTo(5);
    }
}
