package dev.asterism.l7.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http1.RequestHeadParser;
import dev.asterism.l7.match.SampleRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trace fields of any caller: each request goes on with one good traceparent and one good identifier. */
class TraceFuzzTest {

    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final TracePolicy ALL = new TracePolicy(true, 10_000, false);
    private static final FieldNames NAMES = FieldNames.with(TraceHeaders.NAMES);

    static Stream<FuzzTarget> targets() {
        return Stream.of(
                FuzzTarget.of("l7-trace", TraceFuzzTest::check)
                        .seed("traceparent: " + PARENT + "\r\ntracestate: a=1\r\nx-request-id: abc")
                        .seed("Traceparent:" + PARENT + "\r\ntraceparent: " + PARENT)
                        .seed(
                                "traceparent: cc"
                                        + PARENT.substring(2)
                                        + "-more\r\nx-request-id: a b")
                        .words(PARENT, "traceparent: ", "tracestate: ", "x-request-id: ", "\r\n")
                        .mostBytes(400));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static String check(byte[] input) {
        String fields = new String(input, StandardCharsets.ISO_8859_1);
        byte[] in =
                ("GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
        Head head = new Head();
        RequestHeadParser parser = new RequestHeadParser(NAMES, HttpLimits.STANDARD);
        if (parser.parse(in, 0, in.length, head) <= 0) {
            return "no head";
        }
        new TraceHeaders(NAMES)
                .complete(head, 1, 2, ALL, ALL.sampleTenThousandths(), new TraceContext());
        List<String> sent = SampleRequest.forwarded(head);
        assertThat(one(sent, "traceparent: "))
                .matches(
                        "(?s)(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");
        assertThat(one(sent, "x-request-id: ")).matches("[\\x21-\\x7e]{1,128}");
        new TraceHeaders(NAMES)
                .complete(head, 3, 4, ALL, ALL.sampleTenThousandths(), new TraceContext());
        assertThat(SampleRequest.forwarded(head)).isEqualTo(sent);
        return sent.contains("traceparent: " + PARENT) ? "kept" : "made";
    }

    private static String one(List<String> fields, String name) {
        List<String> found = fields.stream().filter(f -> f.startsWith(name)).toList();
        assertThat(found).hasSize(1);
        return found.getFirst().substring(name.length());
    }
}
