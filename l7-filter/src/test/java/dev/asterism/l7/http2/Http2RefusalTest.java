package dev.asterism.l7.http2;

import static dev.asterism.l7.http2.FrameBytes.PREFACE;
import static dev.asterism.l7.http2.FrameBytes.block;
import static dev.asterism.l7.http2.FrameBytes.data;
import static dev.asterism.l7.http2.FrameBytes.frame;
import static dev.asterism.l7.http2.FrameBytes.get;
import static dev.asterism.l7.http2.FrameBytes.headers;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.ping;
import static dev.asterism.l7.http2.FrameBytes.reset;
import static dev.asterism.l7.http2.FrameBytes.settings;
import static dev.asterism.l7.http2.FrameBytes.windowUpdate;
import static dev.asterism.l7.http2.FrameBytes.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.io.MemoryConn;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that break the rules of HTTP/2: what ends a stream and what the connection. */
class Http2RefusalTest extends Http2ClientRig {

    static Stream<Arguments> malformed() {
        return Stream.of(
                malformed("no method", ":scheme: http", ":authority: h", ":path: /"),
                malformed("no path", ":method: GET", ":scheme: http", ":authority: h"),
                malformed("no scheme", ":method: GET", ":authority: h", ":path: /"),
                malformed("no authority", ":method: GET", ":scheme: http", ":path: /"),
                malformed(
                        "empty path", ":method: GET", ":scheme: http", ":authority: h", ":path: "),
                malformed(
                        "path without slash",
                        ":method: GET",
                        ":scheme: http",
                        ":authority: h",
                        ":path: a"),
                malformed(
                        "asterisk with GET",
                        ":method: GET",
                        ":scheme: http",
                        ":authority: h",
                        ":path: *"),
                malformed(
                        "space in path",
                        ":method: GET",
                        ":scheme: http",
                        ":authority: h",
                        ":path: /a b"),
                malformed(
                        "request line in path",
                        ":method: GET",
                        ":scheme: http",
                        ":authority: h",
                        ":path: / HTTP/1.1\r\nX: y"),
                malformed(
                        "space in method",
                        ":method: G T",
                        ":scheme: http",
                        ":authority: h",
                        ":path: /"),
                malformed(
                        "space in authority",
                        ":method: GET",
                        ":scheme: http",
                        ":authority: h i",
                        ":path: /"),
                malformed(
                        "user in authority",
                        ":method: GET",
                        ":scheme: http",
                        ":authority: u@h",
                        ":path: /"),
                malformed(
                        "two paths",
                        ":method: GET",
                        ":scheme: http",
                        ":authority: h",
                        ":path: /",
                        ":path: /"),
                malformed(
                        "pseudo field behind others",
                        ":method: GET",
                        ":scheme: http",
                        ":authority: h",
                        "x: y",
                        ":path: /"),
                malformed(
                        "unknown pseudo field",
                        ":method: GET",
                        ":scheme: http",
                        ":authority: h",
                        ":path: /",
                        ":x: y"),
                malformed(
                        "status",
                        ":method: GET",
                        ":scheme: http",
                        ":authority: h",
                        ":path: /",
                        ":status: 200"),
                malformed("upper case", with("X: y")),
                malformed("space in a name", with("x y: z")),
                malformed("colon in a name", with("x:: z")),
                malformed("line end in a name", with("x\r\ny: z")),
                malformed("line end in a value", with("x: y\r\nz: 1")),
                malformed("bare CR in a value", with("x: y\rz")),
                malformed("bare LF in a value", with("x: y\nz")),
                malformed("NUL in a value", with("x: y\0z")),
                malformed("blank before a value", with("x:  y")),
                malformed("connection", with("connection: close")),
                malformed("transfer-encoding", with("transfer-encoding: chunked")),
                malformed("keep-alive", with("keep-alive: 1")),
                malformed("proxy-connection", with("proxy-connection: 1")),
                malformed("upgrade", with("upgrade: h2c")),
                malformed("te", with("te: gzip")),
                malformed("two lengths", with("content-length: 1", "content-length: 1")),
                malformed("length that is none", with("content-length: x")),
                malformed("length without a body", with("content-length: 1")),
                malformed("other host", with("host: i")),
                malformed("two hosts", with("host: h", "host: h")));
    }

    private static Arguments malformed(String name, String... fields) {
        return Arguments.of(name, fields);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void endsAMalformedRequestAndGoesOn(String name, String[] fields) {
        greet();
        client.arrive(join(headers(1, true, fields), get(3)));

        assertThat(seen()).containsExactly("RST_STREAM 1 " + ErrorCode.PROTOCOL_ERROR);
        assertThat(rig.servers()).isOne();
        assertThat(rig.server().sentText()).startsWith("GET /a ");
    }

    static Stream<Arguments> connectionErrors() {
        byte[] priority = {0, 0, 0, 1, 0};
        byte[] request = block(with());
        int both = Frame.END_HEADERS | Frame.END_STREAM;
        return Stream.of(
                error("ping before settings", 1, PREFACE, ping()),
                error(
                        "settings ack first",
                        1,
                        PREFACE,
                        frame(Frame.SETTINGS, Frame.ACK, 0, new byte[0])),
                error("data on stream 0", 1, ready(), data(0, false, "x")),
                error("headers on stream 0", 1, ready(), headers(0, true, with())),
                error("headers on an even stream", 1, ready(), headers(2, true, with())),
                error("headers on an older stream", 1, ready(), get(5), get(3)),
                error("data on an idle stream", 1, ready(), data(1, true, "x")),
                error("window of an idle stream", 1, ready(), windowUpdate(1, 1)),
                error("reset of an idle stream", 1, ready(), reset(1, 8)),
                error(
                        "data on a closed stream",
                        5,
                        ready(),
                        get(1),
                        reset(1, 8),
                        data(1, true, "x")),
                error("push", 1, ready(), frame(Frame.PUSH_PROMISE, 4, 1, new byte[4])),
                error(
                        "continuation of nothing",
                        1,
                        ready(),
                        frame(Frame.CONTINUATION, 4, 1, request)),
                error(
                        "another frame in a block",
                        1,
                        ready(),
                        frame(Frame.HEADERS, 1, 1, request),
                        ping()),
                error(
                        "continuation of another",
                        1,
                        ready(),
                        frame(Frame.HEADERS, 1, 1, request),
                        frame(Frame.CONTINUATION, 4, 3, request)),
                error(
                        "frame of 16,385 bytes",
                        6,
                        ready(),
                        frame(Frame.DATA, 0, 1, new byte[16385])),
                error(
                        "settings of five bytes",
                        6,
                        ready(),
                        frame(Frame.SETTINGS, 0, 0, new byte[5])),
                error("settings on a stream", 1, ready(), frame(Frame.SETTINGS, 0, 1, new byte[0])),
                error(
                        "settings ack with payload",
                        6,
                        ready(),
                        frame(Frame.SETTINGS, 1, 0, new byte[6])),
                error("push of 2", 1, ready(), settings(Frame.ENABLE_PUSH, 2)),
                error("window over 31 bits", 3, ready(), settings(Frame.INITIAL_WINDOW_SIZE, -1)),
                error("frame size too small", 1, ready(), settings(Frame.MAX_FRAME_SIZE, 16383)),
                error("ping of seven bytes", 6, ready(), frame(Frame.PING, 0, 0, new byte[7])),
                error("ping on a stream", 1, ready(), frame(Frame.PING, 0, 1, new byte[8])),
                error(
                        "reset of three bytes",
                        6,
                        ready(),
                        get(1),
                        frame(Frame.RST_STREAM, 0, 1, new byte[3])),
                error(
                        "window of three bytes",
                        6,
                        ready(),
                        frame(Frame.WINDOW_UPDATE, 0, 0, new byte[3])),
                error("window of nothing", 1, ready(), windowUpdate(0, 0)),
                error("window over the most", 3, ready(), windowUpdate(0, Integer.MAX_VALUE)),
                error("goaway on a stream", 1, ready(), frame(Frame.GOAWAY, 0, 1, new byte[8])),
                error("goaway of four bytes", 6, ready(), frame(Frame.GOAWAY, 0, 0, new byte[4])),
                error("priority of itself", 1, ready(), frame(Frame.PRIORITY, 0, 1, priority)),
                error("priority on stream 0", 1, ready(), frame(Frame.PRIORITY, 0, 0, priority)),
                error(
                        "priority of four bytes",
                        6,
                        ready(),
                        frame(Frame.PRIORITY, 0, 1, new byte[4])),
                error(
                        "padding over the frame",
                        1,
                        ready(),
                        headers(1, false, with()),
                        frame(Frame.DATA, Frame.PADDED, 1, new byte[] {1})),
                error(
                        "headers with such padding",
                        1,
                        ready(),
                        frame(Frame.HEADERS, both | Frame.PADDED, 1, new byte[] {9, 0})),
                error(
                        "block that is none",
                        9,
                        ready(),
                        frame(Frame.HEADERS, both, 1, new byte[] {-1})),
                error(
                        "data over the stream's window",
                        3,
                        ready(),
                        headers(1, false, with()),
                        tooMuch()));
    }

    private static byte[] ready() {
        return join(PREFACE, settings());
    }

    private static byte[] tooMuch() {
        byte[] piece = data(1, false, "x".repeat(16384));
        byte[][] pieces = new byte[24][];
        Arrays.fill(pieces, piece);
        return join(pieces);
    }

    private static Arguments error(String name, int code, byte[]... sent) {
        return Arguments.of(name, code, sent);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("connectionErrors")
    void endsTheConnectionWith(String name, int code, byte[][] sent) {
        if (name.contains("stream's window")) {
            rig.withSlowConnect();
        }
        client.arrive(join(sent));

        assertThat(seen().getLast()).matches("GOAWAY [0-9]+ " + code);
        assertThat(client.isOutputShut()).isTrue();
    }

    @Test
    void endsAConnectionWithAnotherPreface() {
        MemoryConn other = rig.http2Client();
        other.arrive("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");

        assertThat(frames.readStreams(other.sent()))
                .containsExactly("GOAWAY 0 " + ErrorCode.PROTOCOL_ERROR);
    }
}
