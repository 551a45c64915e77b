package dev.asterism.l7.exchange;

import static dev.asterism.l7.http.WireText.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests in which one server could see another request than the next. A strict server behind the proxy gets the
 * requests that the proxy understood, each once, or none.
 */
class SmugglingTest {

    private static final String POST = "POST / HTTP/1.1\r\nHost: h\r\n";
    private static final String OTHER = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String END = "0\r\n\r\n" + OTHER;
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

    /** Two ways to say where the body ends. */
    static Stream<Arguments> framing() {
        return Stream.of(
                refused("CL.TE", POST, "Content-Length: 6\r\n", CHUNKED, "\r\n", END),
                refused("TE.CL", POST, CHUNKED, "Content-Length: 6\r\n\r\n", END),
                refused("CL.TE of nothing", POST, "Content-Length: 0\r\n", CHUNKED, "\r\n", END),
                refused(
                        "CL.TE lower case",
                        POST,
                        "content-length: 6\r\ntransfer-encoding: chunked\r\n\r\n",
                        END),
                refused(
                        "TE.TE identity",
                        POST,
                        CHUNKED,
                        "Transfer-Encoding: identity\r\n\r\n",
                        END),
                refused("TE.TE twice", POST, CHUNKED, CHUNKED, "\r\n", END),
                refused(
                        "TE.TE in a list",
                        POST,
                        "Transfer-Encoding: chunked, chunked\r\n\r\n",
                        END),
                refused(
                        "TE identity, chunked",
                        POST,
                        "Transfer-Encoding: identity, chunked\r\n\r\n",
                        END),
                refused(
                        "TE chunked, identity",
                        POST,
                        "Transfer-Encoding: chunked, identity\r\n\r\n",
                        END),
                refused("TE gzip, chunked", POST, "Transfer-Encoding: gzip, chunked\r\n\r\n", END),
                refused("TE chunked;q=1", POST, "Transfer-Encoding: chunked;q=1\r\n\r\n", END),
                refused("TE empty", POST, "Transfer-Encoding: \r\n\r\n", END),
                refused("TE comma", POST, "Transfer-Encoding: ,chunked\r\n\r\n", END),
                refused("TE xchunked", POST, "Transfer-Encoding: xchunked\r\n\r\n", END),
                refused("TE quoted", POST, "Transfer-Encoding: \"chunked\"\r\n\r\n", END),
                refused("TE behind VT", POST, "Transfer-Encoding:\13chunked\r\n\r\n", END),
                refused("TE behind FF", POST, "Transfer-Encoding:\14chunked\r\n\r\n", END),
                refused("TE and NUL", POST, "Transfer-Encoding: chunked\0\r\n\r\n", END),
                refused(
                        "TE behind no-break space",
                        POST,
                        "Transfer-Encoding: \240chunked\r\n\r\n",
                        END),
                refused(
                        "space before TE's colon",
                        POST,
                        "Transfer-Encoding : chunked\r\n\r\n",
                        END),
                refused("tab before TE's colon", POST, "Transfer-Encoding\t: chunked\r\n\r\n", END),
                refused("TE in HTTP/1.0", "POST / HTTP/1.0\r\nHost: h\r\n", CHUNKED, "\r\n", END),
                refused("space before CL's colon", POST, "Content-Length : 6\r\n\r\n", END),
                refused("no-break space in CL's name", POST, "Content-Length\240: 6\r\n\r\n", END),
                refused("two CL", POST, "Content-Length: 6\r\nContent-Length: 5\r\n\r\n", END),
                refused(
                        "two CL that are equal",
                        POST,
                        "Content-Length: 6\r\nContent-Length: 6\r\n\r\n",
                        END),
                refused("CL in a list", POST, "Content-Length: 6, 6\r\n\r\n", END),
                refused("CL with plus", POST, "Content-Length: +6\r\n\r\n", END),
                refused("CL with minus", POST, "Content-Length: -6\r\n\r\n", END),
                refused("CL in hex", POST, "Content-Length: 0x6\r\n\r\n", END),
                refused("CL with space", POST, "Content-Length: 6 6\r\n\r\n", END),
                refused("CL with letter", POST, "Content-Length: 6a\r\n\r\n", END),
                refused("CL with point", POST, "Content-Length: 6.0\r\n\r\n", END),
                refused("CL empty", POST, "Content-Length:\r\n\r\n", END),
                refused(
                        "CL over 63 bits",
                        POST,
                        "Content-Length: 18446744073709551622\r\n\r\n",
                        END),
                refused("CL and VT", POST, "Content-Length: 6\13\r\n\r\n", END));
    }

    /** Lines that end in more than one way. */
    static Stream<Arguments> lines() {
        return Stream.of(
                refused(
                        "TE in a folded line",
                        POST,
                        "Content-Length: 6\r\n Transfer-Encoding: chunked\r\n\r\n",
                        END),
                refused("TE's value folded", POST, "Transfer-Encoding:\r\n chunked\r\n\r\n", END),
                refused(
                        "TE's value folded by tab",
                        POST,
                        "Transfer-Encoding:\r\n\tchunked\r\n\r\n",
                        END),
                refused("first field folded", "POST / HTTP/1.1\r\n Host: h\r\nHost: h\r\n\r\n"),
                refused(
                        "TE behind a bare LF",
                        POST,
                        "X: a\nTransfer-Encoding: chunked\r\n\r\n",
                        END),
                refused(
                        "TE behind a bare CR",
                        POST,
                        "X: a\rTransfer-Encoding: chunked\r\n\r\n",
                        END),
                refused("CR CR LF", POST, "X: a\r\r\n", CHUNKED, "\r\n", END),
                refused("only LF", "POST / HTTP/1.1\nHost: h\nContent-Length: 6\n\n", END),
                refused("LF behind the first line", "POST / HTTP/1.1\nHost: h\r\n\r\n"),
                refused("LF at the end", POST, "\n", OTHER),
                refused("CR at the end", POST, "\r", OTHER),
                refused("NUL in a value", POST, "X: a\0b\r\n\r\n"),
                refused("NUL in a name", POST, "X\0: a\r\n\r\n"),
                refused("no name", POST, ": a\r\n\r\n"),
                refused("no colon", POST, "Transfer-Encoding chunked\r\n\r\n", END),
                refused(
                        "request in the target",
                        "GET /\rGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"),
                refused("two versions", "GET / HTTP/1.1 HTTP/1.1\r\nHost: h\r\n\r\n"),
                refused("VT for space", "GET\13/ HTTP/1.1\r\nHost: h\r\n\r\n"),
                refused("HTTP/0.9", "GET /\r\nHost: h\r\n\r\n"),
                refused("no host", "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", OTHER),
                refused("two hosts", POST, "Host: i\r\n\r\n"),
                refused("another host in the target", "GET http://i/ HTTP/1.1\r\nHost: h\r\n\r\n"));
    }

    /** Chunks; the head and what was good may have gone on, but no whole request. */
    static Stream<Arguments> chunks() {
        return Stream.of(
                chunks("LF behind the size", "5\nhello\r\n0\r\n\r\n"),
                chunks("LF in an extension", "5;a\nhello\r\n0\r\n\r\n"),
                chunks("CR in an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n"),
                chunks("size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
                chunks("size behind a space", " 5\r\nhello\r\n0\r\n\r\n"),
                chunks("size with minus", "-5\r\nhello\r\n0\r\n\r\n"),
                chunks("size with underscore", "1_0\r\n0123456789abcdef\r\n0\r\n\r\n"),
                chunks("size over 64 bits", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
                chunks("space behind the size", "5 \r\nhello\r\n0\r\n\r\n"),
                chunks("no size", "\r\nhello\r\n0\r\n\r\n"),
                chunks("data over the size", "4\r\nhello\r\n0\r\n\r\n"),
                chunks("other bytes for CR LF", "5\r\nhelloXX0\r\n\r\n"),
                chunks("LF behind the data", "5\r\nhello\n0\r\n\r\n"),
                chunks("LF at the end", "0\r\n\n"),
                chunks("LF behind the last size", "0\n\r\n"),
                chunks("folded trailer", "0\r\nX: y\r\n z\r\n\r\n"),
                chunks("trailer with space before the colon", "0\r\nX : y\r\n\r\n"),
                chunks("trailer with NUL", "0\r\nX: \0\r\n\r\n"));
    }

    /** What has one meaning, though it looks like two requests. */
    static Stream<Arguments> oneMeaning() {
        return Stream.of(
                passes(
                        "request in a body",
                        "200",
                        List.of("POST / [" + OTHER + "]"),
                        POST,
                        "Content-Length: " + OTHER.length() + "\r\n\r\n",
                        OTHER),
                passes(
                        "request in the body of a GET",
                        "200",
                        List.of("GET / [" + OTHER + "]"),
                        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: "
                                + OTHER.length()
                                + "\r\n\r\n",
                        OTHER),
                passes(
                        "request in a chunk",
                        "200",
                        List.of("POST / [" + OTHER + "]"),
                        POST,
                        CHUNKED,
                        "\r\n" + Integer.toHexString(OTHER.length()) + "\r\n",
                        OTHER,
                        "\r\n0\r\n\r\n"),
                passes(
                        "two requests",
                        "200 200",
                        List.of("POST / []", "GET /smuggled []"),
                        POST,
                        "Content-Length: 0\r\n\r\n",
                        OTHER),
                passes(
                        "TE with underscore",
                        "200",
                        List.of("POST / [0\r\n\r\n]"),
                        POST,
                        "Content-Length: 5\r\nTransfer_Encoding: chunked\r\n\r\n0\r\n\r\n"),
                passes(
                        "CL named by Connection",
                        "200",
                        List.of("POST / [hello]"),
                        POST,
                        "Connection: content-length\r\nContent-Length: 5\r\n\r\nhello"),
                passes(
                        "TE named by Connection",
                        "200",
                        List.of("POST / [hello]"),
                        POST,
                        "Connection: transfer-encoding\r\n",
                        CHUNKED,
                        "\r\n5\r\nhello\r\n0\r\n\r\n"),
                passes(
                        "Host named by Connection",
                        "200",
                        List.of("POST / []"),
                        POST,
                        "Connection: host\r\n\r\n"),
                passes(
                        "TE in a trailer",
                        "200",
                        List.of("POST / []"),
                        POST,
                        CHUNKED,
                        "\r\n0\r\n",
                        CHUNKED,
                        "\r\n"),
                passes(
                        "CL and Host in trailers",
                        "200 200",
                        List.of("POST / []", "GET /smuggled []"),
                        POST,
                        CHUNKED,
                        "\r\n0\r\nContent-Length: 9\r\nHost: i\r\n\r\n",
                        OTHER),
                passes(
                        "extension",
                        "200",
                        List.of("POST / [hello]"),
                        POST,
                        CHUNKED,
                        "\r\n5;a=\"0\";b\r\nhello\r\n0;x\r\n\r\n"),
                passes(
                        "upgrade to h2c",
                        "200",
                        List.of("POST / [hello]"),
                        POST,
                        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAAA\r\n",
                        "Content-Length: 5\r\n\r\nhello"),
                passes(
                        "expectation",
                        "200",
                        List.of("POST / [hello]"),
                        POST,
                        "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"));
    }

    private static Arguments refused(String name, String... pieces) {
        return Arguments.of(name, text(pieces));
    }

    private static Arguments chunks(String name, String body) {
        return Arguments.of(name, text(POST, CHUNKED, "\r\n", body, OTHER));
    }

    private static Arguments passes(
            String name, String outcome, List<String> requests, String... pieces) {
        return Arguments.of(name, outcome, requests, text(pieces));
    }

    static Stream<Arguments> refusals() {
        return Stream.of(framing(), lines(), chunks()).flatMap(cases -> cases);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void reachesNoServer(String name, String raw) {
        RawExchange seen = new RawExchange(raw);

        assertThat(seen.requests).isEmpty();
        assertThat(seen.outcome).isEqualTo("400 close");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oneMeaning")
    void reachesTheServerAsUnderstood(
            String name, String outcome, List<String> requests, String raw) {
        RawExchange seen = new RawExchange(raw);

        assertThat(seen.requests).isEqualTo(requests);
        assertThat(seen.outcome).isEqualTo(outcome);
    }
}
