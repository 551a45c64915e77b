package dev.asterism.l7.http2;

import static dev.asterism.l7.http2.FrameBytes.data;
import static dev.asterism.l7.http2.FrameBytes.get;
import static dev.asterism.l7.http2.FrameBytes.headers;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.ProxyRig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests of HTTP/2 that would be two, or another one, as text of HTTP/1: the server behind gets nothing of them, and
 * the good request that follows.
 */
class FrameSmugglingTest extends Http2ClientRig {

    private static final String OTHER = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";

    static Stream<Arguments> heads() {
        return Stream.of(
                fields("H2.TE", with("transfer-encoding: chunked")),
                fields("H2.TE named by Connection", with("connection: transfer-encoding")),
                fields("H2.TE in upper case", with("Transfer-Encoding: chunked")),
                fields("H2.TE behind a line end", with("x: y\r\ntransfer-encoding: chunked")),
                fields("te: chunked", with("te: chunked")),
                fields("two H2.CL", with("content-length: 0", "content-length: 5")),
                fields("H2.CL with plus", with("content-length: +5")),
                fields("H2.CL in a list", with("content-length: 5, 5")),
                fields("H2.CL empty", with("content-length: ")),
                fields("request in a value", with("x: y\r\n\r\n" + OTHER)),
                fields("LF in a value", with("x: y\nhost: i")),
                fields("CR in a value", with("x: y\rhost: i")),
                fields("NUL in a value", with("x: y\0")),
                fields("line end in a name", with("x\r\ny: z")),
                fields(
                        "request in a name",
                        with("x: y", "a\r\n\r\nGET /smuggled HTTP/1.1\r\nb: c")),
                fields("NUL in a name", with("x\0: z")),
                fields("space in a name", with("transfer-encoding : chunked")),
                fields("line end in a cookie", with("cookie: a", "cookie: b\r\nx: y")),
                fields("line end in Host", with("host: h\r\nx: y")),
                fields("another Host", with("host: i")),
                pseudo("line in :path", 3, ":path: / HTTP/1.1\r\nHost: i"),
                pseudo("space in :path", 3, ":path: / HTTP/1.1"),
                pseudo("LF in :path", 3, ":path: /\nx"),
                pseudo("NUL in :path", 3, ":path: /\0"),
                pseudo("absolute :path", 3, ":path: http://i/"),
                pseudo("line in :method", 0, ":method: GET / HTTP/1.1\r\nHost: i\r\n\r\nGET"),
                pseudo("space in :method", 0, ":method: GET /smuggled"),
                pseudo("line end in :authority", 2, ":authority: h\r\nx: y"),
                pseudo("user in :authority", 2, ":authority: h@i"),
                pseudo("path in :authority", 2, ":authority: h/x"),
                pseudo("line end in :scheme", 1, ":scheme: http\r\nx: y"),
                pseudo("URL in :scheme", 1, ":scheme: http://i/?"),
                fields("second :path", with(":path: /smuggled")),
                fields("pseudo place behind a field", with("x: y", ":path: /smuggled")),
                fields(":status", with(":status: 200")),
                fields(":protocol", with(":protocol: websocket")));
    }

    private static Arguments fields(String name, String[] fields) {
        return Arguments.of(name, fields);
    }

    private static Arguments pseudo(String name, int place, String field) {
        String[] fields = with();
        fields[place] = field;
        return Arguments.of(name, fields);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("heads")
    void reachesNoServer(String name, String[] fields) {
        greet();
        client.arrive(join(headers(1, false, fields), data(1, true, OTHER), get(3)));

        assertThat(servers()).singleElement().asString().startsWith("GET /a HTTP/1.1\r\n");
        assertThat(servers().getFirst()).doesNotContain("smuggled");
        assertThat(seen()).containsExactly("RST_STREAM 1 " + ErrorCode.PROTOCOL_ERROR);
    }

    private final List<String> texts = new ArrayList<>();

    /** What each connection to the server that is still open has got. */
    private List<String> servers() {
        for (int i = texts.size(); i < rig.servers(); i++) {
            texts.add(rig.server(i).isClosed() ? "" : rig.server(i).sentText());
        }
        return texts.stream().filter(text -> !text.isEmpty()).toList();
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                body("H2.CL too small", "content-length: 3", data(1, true, OTHER)),
                body(
                        "H2.CL too small, in two",
                        "content-length: 3",
                        data(1, false, "abc"),
                        data(1, true, OTHER)),
                body("H2.CL too large", "content-length: 99", data(1, true, OTHER)),
                body(
                        "TE in trailers",
                        "x: y",
                        data(1, false, "a"),
                        headers(1, true, "transfer-encoding: chunked")),
                body(
                        "line end in trailers",
                        "x: y",
                        data(1, false, "a"),
                        headers(1, true, "t: u\r\n\r\n" + OTHER)),
                body(
                        "pseudo place in trailers",
                        "x: y",
                        data(1, false, "a"),
                        headers(1, true, ":path: /smuggled")),
                body(
                        "trailers that do not end",
                        "x: y",
                        data(1, false, "a"),
                        headers(1, false, "t: u")));
    }

    private static Arguments body(String name, String field, byte[]... frames) {
        return Arguments.of(name, field, join(frames));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void neverBecomesAWholeRequest(String name, String field, byte[] frames) {
        greet();
        String[] post = with(field);
        post[0] = ":method: POST";
        client.arrive(headers(1, false, post));
        client.arrive(join(frames, get(3)));

        assertThat(seen()).containsExactly("RST_STREAM 1 " + ErrorCode.PROTOCOL_ERROR);
        assertThat(rig.server(0).isClosed()).isTrue();
        assertThat(rig.server(0).sentText()).doesNotContain("smuggled", "0\r\n\r\n");
        assertThat(rig.servers()).isEqualTo(2);
        assertThat(rig.server(1).sentText()).startsWith("GET /a HTTP/1.1\r\n");
    }

    /** The head was a whole request and has gone on; what came behind it is no part of it and no other one. */
    @Test
    void aLengthOfNothingIsNotFollowedByABody() {
        greet();
        String[] post = with("content-length: 0");
        post[0] = ":method: POST";
        client.arrive(headers(1, false, post));
        client.arrive(data(1, true, OTHER));

        assertThat(rig.servers()).isOne();
        assertThat(rig.server().sentText()).endsWith("content-length: 0\r\n\r\n");
        assertThat(rig.server().isClosed()).isTrue();
        assertThat(seen()).containsExactly("RST_STREAM 1 " + ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void aBodyThatIsARequestIsABody() {
        greet();
        String[] post = with("content-length: " + OTHER.length());
        post[0] = ":method: POST";
        client.arrive(join(headers(1, false, post), data(1, true, OTHER)));
        rig.server().arrive(ProxyRig.OK);

        assertThat(rig.servers()).isOne();
        assertThat(rig.server().sentText())
                .contains("content-length: " + OTHER.length())
                .endsWith("\r\n\r\n" + OTHER);
        assertThat(seen()).hasSize(2);
    }
}
