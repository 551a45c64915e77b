package dev.asterism.l7.exchange;

import static dev.asterism.l7.exchange.ProxyRig.GET;
import static dev.asterism.l7.exchange.ProxyRig.OK;
import static dev.asterism.l7.http2.FrameBytes.PREFACE;
import static dev.asterism.l7.http2.FrameBytes.block;
import static dev.asterism.l7.http2.FrameBytes.data;
import static dev.asterism.l7.http2.FrameBytes.frame;
import static dev.asterism.l7.http2.FrameBytes.get;
import static dev.asterism.l7.http2.FrameBytes.goAway;
import static dev.asterism.l7.http2.FrameBytes.headers;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.ping;
import static dev.asterism.l7.http2.FrameBytes.reset;
import static dev.asterism.l7.http2.FrameBytes.settings;
import static dev.asterism.l7.http2.FrameBytes.windowUpdate;
import static dev.asterism.l7.http2.FrameBytes.with;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.stream.Stream;

/** Golden streams with HTTP/2 on one side or both. */
final class GoldenFrames {

    private static final byte[] HELLO = join(PREFACE, settings());
    private static final byte[] GRPC_MESSAGE = data(1, false, "\0\0\0\0\2hi");

    private GoldenFrames() {}

    static Stream<GoldenStream> all() {
        return Stream.of(fronts(), errors(), upstreams(), both()).flatMap(streams -> streams);
    }

    private static GoldenStream front(String name) {
        return new GoldenStream("h2: " + name, Spoken.HTTP_2, UpstreamProtocol.HTTP_1);
    }

    private static GoldenStream upstream(String name) {
        return new GoldenStream("to h2: " + name, Spoken.HTTP, UpstreamProtocol.HTTP_2);
    }

    private static GoldenStream both(String name) {
        return new GoldenStream("h2 to h2: " + name, Spoken.DETECTED, UpstreamProtocol.HTTP_2);
    }

    private static byte[] post(int stream, String... more) {
        String[] fields = with(more);
        fields[0] = ":method: POST";
        return headers(stream, false, fields);
    }

    private static Stream<GoldenStream> fronts() {
        byte[] fields = block(with("x-a: b"));
        byte[] padded = join(new byte[] {2, 0, 0, 0, 0, 7}, fields, new byte[2]);
        return Stream.of(
                front("get").client(HELLO, get(1)).server(OK),
                front("post with trailers")
                        .client(HELLO, post(1), data(1, false, "abc"), headers(1, true, "t: u"))
                        .server(OK),
                front("length")
                        .client(HELLO, post(1, "content-length: 3"), data(1, true, "abc"))
                        .server(OK),
                front("priority, padding")
                        .client(HELLO, frame(1, 1 | 4 | 8 | 32, 1, padded))
                        .server(OK),
                front("continuations")
                        .client(
                                HELLO,
                                frame(1, 1, 1, fields),
                                frame(9, 0, 1, block("x-c: d")),
                                frame(9, 4, 1, block("cookie: e", "cookie: f")))
                        .server(OK),
                front("padded data")
                        .client(
                                HELLO,
                                post(1),
                                frame(0, 8 | 1, 1, new byte[] {3, 'a', 'b', 0, 0, 0}))
                        .server(OK),
                front("settings, ping, priority, unknown frames")
                        .client(
                                HELLO,
                                settings(1, 0, 4, 100, 5, 20_000, 0x99, 1),
                                ping(),
                                frame(2, 0, 3, new byte[5]),
                                frame(0x77, 0xff, 9, new byte[3]),
                                windowUpdate(0, 9),
                                get(1))
                        .server(OK),
                front("two after each other")
                        .client(HELLO, get(1))
                        .server(OK)
                        .client(get(3))
                        .server(OK),
                front("interim answers and chunks with trailers")
                        .client(HELLO, get(1))
                        .server(
                                "HTTP/1.1 103 Early Hints\r\nLink: l\r\n\r\nHTTP/1.1 200 OK\r\n",
                                "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nT: u\r\n\r\n"),
                front("answer up to the end")
                        .client(HELLO, get(1))
                        .server("HTTP/1.1 200 OK\r\n\r\nhi")
                        .serverEnds(),
                front("reset")
                        .client(HELLO, post(1), data(1, false, "a"), reset(1, 8), get(3))
                        .thatBreaksOff()
                        .server(OK),
                front("window that opens")
                        .client(PREFACE, settings(4, 1), get(1))
                        .server(OK)
                        .client(windowUpdate(1, 1)),
                front("client says goodbye").client(HELLO, get(1), goAway(0, 0)).server(OK),
                front("client ends").client(HELLO, get(1)).server(OK).clientEnds());
    }

    private static Stream<GoldenStream> errors() {
        return Stream.of(
                front("malformed request, then a good one")
                        .client(HELLO, headers(1, true, with("connection: close")), get(3))
                        .server(OK),
                front("body over its length")
                        .client(HELLO, post(1, "content-length: 1"), data(1, true, "ab"), get(3)),
                front("no block").client(HELLO, frame(1, 5, 1, new byte[] {-1})),
                front("frame too long").client(HELLO, new byte[] {0, 64, 1, 0, 0, 0, 0, 0, 1}),
                front("data of nothing").client(HELLO, data(1, true, "x")),
                front("ping between a block").client(HELLO, frame(1, 1, 1, block(with())), ping()));
    }

    private static Stream<GoldenStream> upstreams() {
        return Stream.of(
                upstream("get")
                        .client(GET)
                        .server(settings(), headers(1, false, ":status: 200"), data(1, true, "hi")),
                upstream("get without a body")
                        .client(GET)
                        .server(settings(), headers(1, true, ":status: 204", "x: y")),
                upstream("chunks with trailers")
                        .client(
                                "POST /p HTTP/1.1\r\nHost: h\r\nTE: trailers\r\n",
                                "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nT: u\r\n\r\n")
                        .server(
                                settings(3, 10, 1, 0),
                                headers(1, false, ":status: 103", "link: l"),
                                headers(1, false, ":status: 200"),
                                data(1, false, "h"),
                                data(1, false, "i"),
                                headers(1, true, "v: w")),
                upstream("small window")
                        .client("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
                        .server(settings(4, 1), windowUpdate(1, 5))
                        .server(headers(1, true, ":status: 200")),
                upstream("one after the other")
                        .client(GET, GET)
                        .server(settings(), headers(1, true, ":status: 200"))
                        .server(headers(3, true, ":status: 201"), ping()),
                upstream("reset").client(GET).server(settings(), reset(1, 7)),
                upstream("reset in the body")
                        .client(GET)
                        .server(settings(), headers(1, false, ":status: 200"), data(1, false, "h"))
                        .server(reset(1, 2)),
                upstream("goodbye to all").client(GET).server(settings(), goAway(0, 0)),
                upstream("goodbye to later ones")
                        .client(GET)
                        .server(settings(), goAway(1, 0), headers(1, true, ":status: 200")),
                upstream("push").client(GET).server(settings(), frame(5, 4, 1, new byte[8])),
                upstream("malformed answer")
                        .client(GET)
                        .server(settings(), headers(1, true, ":status: 200", "Upper: x")),
                upstream("no answer").client(GET).serverEnds());
    }

    private static Stream<GoldenStream> both() {
        byte[] call = post(1, "te: trailers", "content-type: application/grpc");
        byte[] reply = headers(1, false, ":status: 200", "content-type: application/grpc");
        return Stream.of(
                both("gRPC call")
                        .client(HELLO, call, GRPC_MESSAGE, data(1, true, ""))
                        .server(settings(), reply, GRPC_MESSAGE)
                        .server(headers(1, true, "grpc-status: 0", "grpc-message: ok")),
                both("gRPC stream of both")
                        .client(HELLO, call, GRPC_MESSAGE)
                        .server(settings(), reply, GRPC_MESSAGE)
                        .client(GRPC_MESSAGE, data(1, true, ""))
                        .server(GRPC_MESSAGE, headers(1, true, "grpc-status: 0")),
                both("gRPC status without a body")
                        .client(HELLO, call, GRPC_MESSAGE, data(1, true, ""))
                        .server(
                                settings(),
                                headers(
                                        1,
                                        true,
                                        ":status: 200",
                                        "content-type: application/grpc",
                                        "grpc-status: 5")),
                both("gRPC to a server that goes")
                        .client(HELLO, call, GRPC_MESSAGE, data(1, true, ""))
                        .serverEnds(),
                both("streams beside each other")
                        .client(
                                HELLO,
                                post(1),
                                get(3),
                                data(1, false, "a"),
                                get(5),
                                data(1, true, "b"))
                        .server(
                                settings(),
                                headers(3, false, ":status: 200"),
                                headers(1, false, ":status: 201"),
                                data(3, false, "x"),
                                data(1, true, "y"),
                                data(3, true, "z"),
                                headers(5, true, ":status: 404")));
    }
}
