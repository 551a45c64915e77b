package dev.asterism.l7.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Heads and chunks from a peer, whatever they are: the verdict does not depend on where they stand or how they are cut,
 * nothing is read beyond the end, and what is accepted has no line that another parser could see elsewhere.
 */
class Http1FuzzTest {

    private static final String[] WORDS = {
        "\r\n",
        "\n",
        "\r",
        ": ",
        " :",
        "HTTP/1.1",
        "Content-Length: 1",
        "Transfer-Encoding: chunked",
        "Host: a",
        "\0",
        "\t"
    };

    private static final RequestHeadParser REQUESTS =
            new RequestHeadParser(FieldNames.standard(), HttpLimits.STANDARD);
    private static final AnswerHeadParser ANSWERS =
            new AnswerHeadParser(FieldNames.standard(), HttpLimits.STANDARD);

    @FunctionalInterface
    private interface HeadParser {
        int parse(byte[] in, int from, int to, Head head);
    }

    static Stream<FuzzTarget> targets() {
        return Stream.of(
                FuzzTarget.of("l7-request-head", input -> checkHead(input, REQUESTS::parse))
                        .seed("GET /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n")
                        .seed("POST http://a/x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
                        .seed(
                                "\r\nPUT / HTTP/1.0\r\nHost: a\r\nConnection: x, close\r\nX: 1\r\n\r\n")
                        .seed(
                                "PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
                        .words(WORDS)
                        .mostBytes(1024),
                FuzzTarget.of("l7-answer-head", input -> checkHead(input, ANSWERS::parse))
                        .seed("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX: y\r\n\r\nabc")
                        .seed("HTTP/1.0 404 \r\nTransfer-Encoding: chunked\r\n\r\n")
                        .seed("HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
                        .words(WORDS)
                        .mostBytes(1024),
                FuzzTarget.of("l7-chunks", Http1FuzzTest::checkChunks)
                        .seed("3\r\nabc\r\n0\r\n\r\n")
                        .seed("00a;x=\"y\";z\r\n0123456789\r\n1\r\nx\r\n0\r\nT: u\r\n\r\nrest")
                        .words("\r\n", "0\r\n\r\n", "f", ";a=b", "\"", "\n")
                        .mostBytes(512));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static String checkHead(byte[] input, HeadParser parser) {
        Head head = new Head();
        int end = parser.parse(input, 0, input.length, head);
        assertThat(end).isLessThanOrEqualTo(input.length);
        int fields = head.count();
        byte[] moved = new byte[input.length + 8];
        Arrays.fill(moved, (byte) '\n');
        System.arraycopy(input, 0, moved, 5, input.length);
        int movedEnd = parser.parse(moved, 5, 5 + input.length, head);
        assertThat(movedEnd).isEqualTo(end > 0 ? end + 5 : end);
        if (end <= 0) {
            return end == RequestHeadParser.MORE ? "more" : "refused " + end;
        }
        assertThat(parser.parse(input, 0, end, head)).isEqualTo(end);
        assertThat(head.count()).isEqualTo(fields);
        for (int cut : new int[] {0, end / 2, end - 2, end - 1}) {
            assertThat(parser.parse(input, 0, cut, head)).isEqualTo(RequestHeadParser.MORE);
        }
        String text = new String(input, 0, end, StandardCharsets.ISO_8859_1);
        assertThat(text.replace("\r\n", "")).doesNotContain("\r", "\n", "\0");
        assertThat(text.strip()).doesNotContain("\r\n\r\n", "\r\n ", "\r\n\t");
        return "accepted " + Math.min(4, fields) + " " + head.has(Head.CHUNKED);
    }

    private static String checkChunks(byte[] input) {
        String whole = read(input, input.length + 1);
        assertThat(read(input, 1)).isEqualTo(whole);
        assertThat(read(input, 3)).isEqualTo(whole);
        return whole.substring(0, Math.min(6, whole.length()));
    }

    /** How it ends, where, and the data, with so many bytes more at a time. */
    private static String read(byte[] input, int step) {
        Http1Codec codec =
                Http1Codec.of(
                        new dev.asterism.l7.exchange.Workspace(
                                FieldNames.standard(), HttpLimits.STANDARD));
        BodyReader body = codec.bodyReader();
        body.begin(BodyReader.Kind.CHUNKED, 0);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        Head trailers = new Head();
        int at = 0;
        for (int to = Math.min(step, input.length); !body.isDone() && !body.isBad(); ) {
            int end = body.next(input, at, to, trailers);
            assertThat(end).isBetween(at, to);
            data.write(input, body.dataFrom(), body.dataTo() - body.dataFrom());
            boolean stopped = end == at;
            at = end;
            if (stopped && to == input.length) {
                break;
            }
            if (stopped) {
                to = Math.min(to + step, input.length);
            }
        }
        String how = body.isBad() ? "bad " : body.isDone() ? "done " + at + " " : "more ";
        return how + data.toString(StandardCharsets.ISO_8859_1);
    }
}
