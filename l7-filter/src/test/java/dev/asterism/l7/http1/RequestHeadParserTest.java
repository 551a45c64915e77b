package dev.asterism.l7.http1;

import static dev.asterism.l7.http.WireText.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RequestHeadParserTest {

    private static final String HOST = "Host: a\r\n";

    private final RequestHeadParser parser =
            new RequestHeadParser(FieldNames.standard(), HttpLimits.STANDARD);
    private final Head head = new Head();

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal(
                        "both lengths",
                        400,
                        post("Content-Length: 3\r\nTransfer-Encoding: chunked")),
                refusal(
                        "both lengths, other order",
                        400,
                        post("Transfer-Encoding: chunked\r\nContent-Length: 3")),
                refusal(
                        "both with length zero",
                        400,
                        post("Content-Length: 0\r\nTransfer-Encoding: chunked")),
                refusal("two lengths", 400, post("Content-Length: 3\r\nContent-Length: 4")),
                refusal("two equal lengths", 400, post("Content-Length: 3\r\nContent-Length: 3")),
                refusal("list of lengths", 400, post("Content-Length: 3, 3")),
                refusal("length with plus", 400, post("Content-Length: +3")),
                refusal("length with minus", 400, post("Content-Length: -3")),
                refusal("length in hex", 400, post("Content-Length: 0x3")),
                refusal("length with inner space", 400, post("Content-Length: 1 2")),
                refusal("empty length", 400, post("Content-Length:")),
                refusal("length over 18 digits", 400, post("Content-Length: 1234567890123456789")),
                refusal("space before colon", 400, post("Content-Length : 3")),
                refusal("space before colon of another", 400, post("X : 3")),
                refusal("tab before colon", 400, post("Transfer-Encoding\t: chunked")),
                refusal("folded line", 400, post("X: a\r\n b")),
                refusal("folded with tab", 400, post("X: a\r\n\tb")),
                refusal("first field line folded", 400, "GET / HTTP/1.1\r\n " + HOST + "\r\n"),
                refusal("bare LF behind a field", 400, "GET / HTTP/1.1\r\nHost: a\n\r\n"),
                refusal("bare LF behind the first line", 400, "GET / HTTP/1.1\nHost: a\r\n\r\n"),
                refusal("bare LF for the empty line", 400, "GET / HTTP/1.1\r\nHost: a\r\n\nX"),
                refusal("bare CR in a value", 400, post("X: a\rb")),
                refusal("NUL in a value", 400, post("X: a\0b")),
                refusal("control in a value", 400, post("X: a\1b")),
                refusal("DEL in a value", 400, post("X: a\177b")),
                refusal("NUL in a name", 400, post("X\0: a")),
                refusal("empty name", 400, post(": a")),
                refusal("line without colon", 400, post("Xa")),
                refusal("brackets in a name", 400, post("X[: a")),
                refusal("UTF-8 in a name", 400, post("X\303\251: a")),
                refusal(
                        "chunked twice",
                        400,
                        post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")),
                refusal("chunked, chunked", 400, post("Transfer-Encoding: chunked, chunked")),
                refusal("chunked not last", 400, post("Transfer-Encoding: chunked, gzip")),
                refusal("gzip, chunked", 400, post("Transfer-Encoding: gzip, chunked")),
                refusal("identity", 400, post("Transfer-Encoding: identity")),
                refusal("xchunked", 400, post("Transfer-Encoding: xchunked")),
                refusal("chunked in quotes", 400, post("Transfer-Encoding: \"chunked\"")),
                refusal("chunked with parameter", 400, post("Transfer-Encoding: chunked;a=b")),
                refusal("chunked with vertical tab", 400, post("Transfer-Encoding: \13chunked")),
                refusal("empty transfer encoding", 400, post("Transfer-Encoding:")),
                refusal(
                        "chunked in 1.0",
                        400,
                        "POST / HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n"),
                refusal("no host", 400, "GET / HTTP/1.1\r\nX: a\r\n\r\n"),
                refusal("two hosts", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
                refusal("two hosts in 1.0", 400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
                refusal("host with comma", 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
                refusal("host with user", 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
                refusal("host with path", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                refusal("host with space", 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
                refusal("other host than the target", 400, line("GET http://b/ HTTP/1.1")),
                refusal("target with user", 400, line("GET http://u@a/ HTTP/1.1")),
                refusal("target without host", 400, line("GET http:///x HTTP/1.1")),
                refusal("target of another scheme", 400, line("GET ftp://a/ HTTP/1.1")),
                refusal("query without path", 400, line("GET http://a?x HTTP/1.1")),
                refusal("target without slash", 400, line("GET x HTTP/1.1")),
                refusal("asterisk with GET", 400, line("GET * HTTP/1.1")),
                refusal("asterisk and more", 400, line("OPTIONS *x HTTP/1.1")),
                refusal("fragment", 400, line("GET /#x HTTP/1.1")),
                refusal("control in target", 400, line("GET /\1 HTTP/1.1")),
                refusal("UTF-8 in target", 400, line("GET /\303\251 HTTP/1.1")),
                refusal("CONNECT", 405, line("CONNECT a:443 HTTP/1.1")),
                refusal("two spaces before target", 400, line("GET  / HTTP/1.1")),
                refusal("two spaces before version", 400, line("GET /  HTTP/1.1")),
                refusal("tab for space", 400, line("GET\t/ HTTP/1.1")),
                refusal("space behind version", 400, line("GET / HTTP/1.1 ")),
                refusal("space before method", 400, line(" GET / HTTP/1.1")),
                refusal("no version", 400, line("GET /")),
                refusal("version in lower case", 400, line("GET / http/1.1")),
                refusal("version 2.0", 505, line("GET / HTTP/2.0")),
                refusal("version 1.2", 505, line("GET / HTTP/1.2")),
                refusal("version of two digits", 400, line("GET / HTTP/1.10")),
                refusal("method with brackets", 400, line("G{T / HTTP/1.1")),
                refusal("method too long", 400, "G".repeat(33) + line(" / HTTP/1.1")),
                refusal("five empty lines", 400, "\r\n".repeat(5) + line("GET / HTTP/1.1")),
                refusal("other expectation", 417, post("Expect: 200-ok")),
                refusal("bad Connection word", 400, post("Connection: cl@se")),
                refusal("33 Connection words", 400, post("Connection: a" + ",a".repeat(32))),
                refusal("target over 8 KiB", 414, "GET /" + "a".repeat(8200) + line(" HTTP/1.1")),
                refusal("head over 32 KiB", 431, post("X: " + "a".repeat(33_000))),
                refusal("129 fields", 431, post("X: a\r\n".repeat(127) + "X: a")));
    }

    private static Arguments refusal(String name, int status, String text) {
        return Arguments.of(name, status, text);
    }

    private static String post(String fields) {
        return line("POST / HTTP/1.1", fields + "\r\n");
    }

    /** A head with this first line and a host. */
    private static String line(String first) {
        return line(first, "");
    }

    private static String line(String first, String fields) {
        return first + "\r\n" + HOST + fields + "\r\n";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void refuses(String name, int status, String text) {
        byte[] in = bytes(text);

        assertThat(parser.parse(in, 0, in.length, head)).isEqualTo(-status);
        for (int end = 0; end < in.length; end++) {
            int result = parser.parse(in, 0, end, head);
            assertThat(result).as("of %d bytes", end).isNegative();
        }
    }

    static Stream<Arguments> acceptances() {
        return Stream.of(
                Arguments.of("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / [host=a]"),
                Arguments.of("GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / [host=]"),
                Arguments.of("\r\nGET / HTTP/1.1\r\nHost:a\r\n\r\n", "GET / [host=a]"),
                Arguments.of(
                        "GET /a?b=c%20 HTTP/1.1\r\nhOST: \t a:80 \t\r\n\r\n",
                        "GET /a?b=c%20 [host=a:80]"),
                Arguments.of("GET / HTTP/1.0\r\n\r\n", "GET / [] 1.0 close"),
                Arguments.of(
                        "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
                        "GET / [connection!=Keep-Alive] 1.0"),
                Arguments.of(
                        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                        "GET / [host=a, connection!=close] close"),
                Arguments.of(
                        text(
                                "GET / HTTP/1.1\r\nHost: a\r\nX-B: 1\r\nConnection: , x-b ,Upgrade\r\n",
                                "Upgrade: websocket\r\n\r\n"),
                        "GET / [host=a, x-b!=1, connection!=, x-b ,Upgrade, upgrade!=websocket] upgrades"),
                Arguments.of(
                        "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: A\r\n\r\n",
                        "GET / [host=a, connection!=upgrade, upgrade!=h2c, http2-settings!=A]"),
                Arguments.of(
                        text(
                                "GET / HTTP/1.1\r\nX-Mesh-Peer: p\r\nHost: a\r\nContent-Type: t\r\n",
                                "Connection: x-mesh-peer, host, content-type\r\n\r\n"),
                        "GET / [x-mesh-peer=p, host=a, content-type!=t, connection!=x-mesh-peer, host, content-type]"),
                Arguments.of("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * [host=a]"),
                Arguments.of(
                        "GET http://a/x HTTP/1.1\r\nHost: A\r\n\r\n", "GET /x [host=A] absolute a"),
                Arguments.of(
                        "GET HTTPS://a HTTP/1.1\r\nHost: a\r\n\r\n", "GET / [host=a] absolute a"),
                Arguments.of(
                        "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 007\r\n\r\n",
                        "PUT / [host=a, content-length=007] length 7"),
                Arguments.of(
                        "PUT / HTTP/1.1\r\nHost: a\r\nTRANSFER-encoding: Chunked\r\n\r\n",
                        "PUT / [host=a, transfer-encoding!=Chunked] chunked"),
                Arguments.of(
                        "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n",
                        "PUT / [host=a, expect=100-Continue] expects"),
                Arguments.of(
                        "PUT / HTTP/1.0\r\nHost: a\r\nExpect: x\r\n\r\n",
                        "PUT / [host=a, expect=x] 1.0 close"),
                Arguments.of(
                        "GET / HTTP/1.1\r\nHost: a\r\nX: a\tb\351\r\n\r\n",
                        "GET / [host=a, x=a\tb\351]"));
    }

    @ParameterizedTest
    @MethodSource("acceptances")
    void accepts(String text, String meaning) {
        byte[] in = bytes(text);

        assertThat(parser.parse(in, 0, in.length, head)).isEqualTo(in.length);
        assertThat(describe(head)).isEqualTo(meaning);
    }

    @ParameterizedTest
    @MethodSource("acceptances")
    void waitsForTheRestAtEveryByte(String text, String meaning) {
        byte[] in = bytes(text);

        for (int end = 0; end < in.length; end++) {
            assertThat(parser.parse(in, 0, end, head))
                    .as("of %d", end)
                    .isEqualTo(RequestHeadParser.MORE);
        }
    }

    @ParameterizedTest
    @MethodSource("acceptances")
    void readsFromAnyPlace(String text, String meaning) {
        byte[] in = bytes("xyz" + text + "GET /next");

        assertThat(parser.parse(in, 3, in.length, head)).isEqualTo(text.length() + 3);
        assertThat(describe(head)).isEqualTo(meaning);
    }

    @Test
    void survivesMutations() {
        Random random = new Random(7);
        byte[][] seeds = acceptances().map(a -> bytes((String) a.get()[0])).toArray(byte[][]::new);
        int accepted = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] in = seeds[random.nextInt(seeds.length)].clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                in[random.nextInt(in.length)] =
                        (byte)
                                (random.nextBoolean()
                                        ? random.nextInt(256)
                                        : ":, \t\r\n\0/*".charAt(random.nextInt(9)));
            }
            int end = parser.parse(in, 0, in.length, head);
            assertThat(end).isLessThanOrEqualTo(in.length);
            if (end > 0) {
                accepted++;
                assertStrict(in, end);
            }
        }
        assertThat(accepted).isBetween(1_000, 45_000);
    }

    /** What holds for everything that is accepted, whatever it was. */
    private void assertStrict(byte[] in, int end) {
        String text = new String(in, 0, end, StandardCharsets.ISO_8859_1).stripLeading();
        assertThat(text.replace("\r\n", "")).doesNotContain("\r", "\n", "\0");
        assertThat(text).doesNotContain("\r\n ", "\r\n\t");
        assertThat(head.find(FieldNames.HOST) >= 0 || head.has(Head.HTTP_10)).isTrue();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String describe(Head head) {
        StringBuilder text = new StringBuilder();
        text.append(part(head, Head.METHOD)).append(' ').append(part(head, Head.PATH)).append(" [");
        for (int row = 0; row < head.count(); row++) {
            text.append(row == 0 ? "" : ", ");
            text.append(
                    range(head, head.nameAt(row), head.nameLength(row))
                            .toLowerCase(java.util.Locale.ROOT));
            boolean hop = head.id(row) != 0 && head.id(row) <= FieldNames.LAST_HOP;
            text.append(hop ? "!=" : "=");
            text.append(range(head, head.valueAt(row), head.valueLength(row)));
        }
        text.append(']');
        text.append(head.has(Head.HTTP_10) ? " 1.0" : "");
        text.append(head.has(Head.CLOSE) ? " close" : "");
        text.append(head.has(Head.CHUNKED) ? " chunked" : "");
        text.append(head.has(Head.UPGRADES) ? " upgrades" : "");
        text.append(head.has(Head.EXPECTS_CONTINUE) ? " expects" : "");
        text.append(head.has(Head.ABSOLUTE) ? " absolute " + part(head, Head.AUTHORITY) : "");
        text.append(head.contentLength() >= 0 ? " length " + head.contentLength() : "");
        return text.toString();
    }

    private static String part(Head head, int part) {
        return range(head, head.partAt(part), head.partLength(part));
    }

    private static String range(Head head, int at, int length) {
        return new String(head.bytes(), at, length, StandardCharsets.ISO_8859_1);
    }
}
