package dev.asterism.l7.exchange;

import static dev.asterism.l7.exchange.ProxyRig.GET;
import static dev.asterism.l7.exchange.ProxyRig.OK;
import static dev.asterism.l7.exchange.ProxyRig.SWITCHES;
import static dev.asterism.l7.exchange.ProxyRig.UPGRADE;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.stream.Stream;

/**
 * The golden streams: HTTP/1 on both sides and what detection makes of first bytes; {@link GoldenFrames} has the
 * rest.
 */
public final class GoldenStreams {

    private static final String POST = "POST /p HTTP/1.1\r\nHost: h\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
    private static final String NOTHING = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private GoldenStreams() {}

    /** All of them. */
    public static Stream<GoldenStream> all() {
        return Stream.of(requests(), bodies(), answers(), ends(), detected(), GoldenFrames.all())
                .flatMap(streams -> streams);
    }

    private static GoldenStream http1(String name) {
        return new GoldenStream(name, Spoken.HTTP, UpstreamProtocol.HTTP_1);
    }

    private static GoldenStream found(String name) {
        return new GoldenStream(name, Spoken.DETECTED, UpstreamProtocol.HTTP_1);
    }

    private static Stream<GoldenStream> requests() {
        return Stream.of(
                http1("get").client(GET).server(OK),
                http1("get behind an empty line").client("\r\n" + GET).server(OK),
                http1("absolute form")
                        .client("GET http://h/x?y HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n")
                        .server(OK),
                http1("options of the server")
                        .client("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")
                        .server("HTTP/1.1 204 No Content\r\nAllow: GET\r\n\r\n"),
                http1("fields of the hop")
                        .client(
                                "GET / HTTP/1.1\r\nHost:\t h \r\nConnection: keep-alive, x-a\r\nX-A: 1\r\n",
                                "X-B:2\t3 \r\nTE: trailers\r\nKeep-Alive: 3\r\nX-C:\r\n\r\n")
                        .server(OK),
                http1("HTTP/1.0").client("GET / HTTP/1.0\r\n\r\n").server(OK),
                http1("HTTP/1.0 that stays")
                        .client("GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n")
                        .server(OK)
                        .client(GET)
                        .server(OK),
                http1("last request")
                        .client("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                        .server(OK),
                http1("three in a pipe")
                        .client(GET, POST, "Content-Length: 3\r\n\r\nabc", GET)
                        .server(OK)
                        .server(NOTHING)
                        .server(OK),
                http1("method that begins as the preface of HTTP/2 does")
                        .client("PRINT / HTTP/1.1\r\nHost: h\r\n\r\n")
                        .server(OK),
                http1("method of the preface")
                        .client("PRI / HTTP/1.1\r\nHost: h\r\n\r\n")
                        .server(OK),
                http1("two after each other").client(GET).server(OK).client(GET).server(OK),
                http1("pipe behind chunks")
                        .client(POST, CHUNKED, "1\r\na\r\n0\r\n\r\n", GET)
                        .server(OK)
                        .server(OK));
    }

    private static Stream<GoldenStream> bodies() {
        return Stream.of(
                http1("length").client(POST, "Content-Length: 11\r\n\r\nhello world").server(OK),
                http1("length of nothing").client(POST, "Content-Length: 0\r\n\r\n").server(OK),
                http1("chunks")
                        .client(POST, CHUNKED, "5\r\nhello\r\n06\r\n world\r\n0\r\n\r\n")
                        .server(OK),
                http1("chunk extensions")
                        .client(POST, CHUNKED, "3 ; a = \"b\\\"\t;\";c;d=e\r\nabc\r\n00;x\r\n\r\n")
                        .server(OK),
                http1("chunks with trailers")
                        .client(
                                POST,
                                "Trailer: T\r\n",
                                CHUNKED,
                                "2\r\nab\r\n0\r\nT: u\r\nContent-Length: 9\r\nV: \r\n\r\n")
                        .server(OK),
                http1("expectation that the server meets")
                        .client(POST, "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")
                        .server("HTTP/1.1 100 Continue\r\n\r\n")
                        .client("abc")
                        .server(OK),
                http1("answer before the body")
                        .client(POST, "Content-Length: 30\r\n\r\nabc")
                        .server("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
                        .client("defghi"),
                http1("answer and body in turn")
                        .client(POST, "Content-Length: 6\r\n\r\nabc")
                        .server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
                        .client("def")
                        .server("1\r\ny\r\n0\r\n\r\n"),
                http1("gRPC without HTTP/2")
                        .client(
                                "POST /s/m HTTP/1.1\r\nHost: h\r\nContent-Type: application/grpc\r\n",
                                "TE: trailers\r\n",
                                CHUNKED,
                                "5\r\n\0\0\0\0\0\r\n0\r\n\r\n")
                        .server(
                                "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\n",
                                CHUNKED,
                                "5\r\n\0\0\0\0\0\r\n0\r\ngrpc-status: 0\r\n\r\n"));
    }

    private static Stream<GoldenStream> answers() {
        return Stream.of(
                http1("answer in chunks with trailers")
                        .client(GET)
                        .server(
                                "HTTP/1.1 200 OK\r\nTrailer: T\r\n",
                                CHUNKED,
                                "002;x=y\r\nhi\r\n1\r\n!\r\n0\r\nT: u\r\n\r\n"),
                http1("answer up to the end")
                        .client(GET)
                        .server("HTTP/1.1 200 OK\r\nX: y\r\n\r\nhi")
                        .server("there")
                        .serverEnds(),
                http1("answer of HTTP/1.0")
                        .client(GET)
                        .server("HTTP/1.0 200 Fine\r\nContent-Length: 2\r\n\r\nhi"),
                http1("chunks for HTTP/1.0")
                        .client("GET / HTTP/1.0\r\nHost: h\r\n\r\n")
                        .server("HTTP/1.1 200 OK\r\n", CHUNKED, "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"),
                http1("interim answers")
                        .client(GET)
                        .server(
                                "HTTP/1.1 103 Early Hints\r\nLink: l\r\n\r\nHTTP/1.1 102 P\r\n\r\n",
                                OK),
                http1("no content")
                        .client(GET, GET)
                        .server("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nX: y\r\n\r\n")
                        .server(OK),
                http1("not modified")
                        .client(GET, GET)
                        .server("HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n")
                        .server(OK),
                http1("head")
                        .client("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", GET)
                        .server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
                        .server(OK),
                http1("no reason").client(GET).server("HTTP/1.1 299\r\nContent-Length: 0\r\n\r\n"),
                http1("WebSocket")
                        .client(UPGRADE)
                        .server(SWITCHES, "\201\2hi")
                        .client("\201\1x")
                        .server("\210\0")
                        .serverEnds(),
                http1("WebSocket refused").client(UPGRADE).server(OK).client(GET).server(OK));
    }

    private static Stream<GoldenStream> ends() {
        return Stream.of(
                http1("two lengths").client(POST, "Content-Length: 1\r\nContent-Length: 1\r\n\r\n"),
                http1("length and chunks").client(POST, "Content-Length: 1\r\n", CHUNKED),
                http1("no host").client("GET / HTTP/1.1\r\n\r\n"),
                http1("other version").client("GET / HTTP/2.0\r\nHost: h\r\n\r\n"),
                http1("bad chunk").client(POST, CHUNKED, "1\r\nab").thatBreaksOff(),
                http1("bad size").client(POST, CHUNKED, "g").thatBreaksOff(),
                http1("bad trailers").client(POST, CHUNKED, "0\r\nX : y\r\n\r\n").thatBreaksOff(),
                http1("client goes").client(POST, "Content-Length: 5\r\n\r\nabc").clientEnds(),
                http1("bad answer").client(GET).server("HTTP/1.1 200 OK\r\nX : y\r\n\r\n"),
                http1("bad status").client(GET).server("HTTP/1.1 2000 OK\r\n\r\n"),
                http1("bad chunks of an answer")
                        .client(GET)
                        .server("HTTP/1.1 200 OK\r\n", CHUNKED, "1\r\nabc"),
                http1("answer too short")
                        .client(GET)
                        .server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc")
                        .serverEnds(),
                http1("no answer").client(GET).serverEnds(),
                http1("answer that nobody asked for").client(GET).server(OK).server(OK),
                http1("upgrade that nobody asked for").client(GET).server(SWITCHES));
    }

    private static Stream<GoldenStream> detected() {
        return Stream.of(
                found("found HTTP/1").client(GET).server(OK),
                found("found a method like the preface")
                        .client("PRINT / HTTP/1.1\r\nHost: h\r\n\r\n")
                        .server(OK),
                found("found TLS")
                        .client("\26\3\1\0\5\1\0\0\1\0")
                        .server("\25\3\1\0\2\2\50")
                        .serverEnds(),
                found("found no HTTP").client("\0\1\r\n").server("abc").client("more").clientEnds(),
                found("found what may be HTTP").client("SSH-2.0-x\r\n"),
                found("found a preface that is none").client("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"));
    }
}
