package dev.asterism.l7.http2;

import static dev.asterism.l7.http.WireText.text;
import static dev.asterism.l7.http2.FrameBytes.PREFACE;
import static dev.asterism.l7.http2.FrameBytes.block;
import static dev.asterism.l7.http2.FrameBytes.data;
import static dev.asterism.l7.http2.FrameBytes.frame;
import static dev.asterism.l7.http2.FrameBytes.get;
import static dev.asterism.l7.http2.FrameBytes.goAway;
import static dev.asterism.l7.http2.FrameBytes.headers;
import static dev.asterism.l7.http2.FrameBytes.int32;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.ping;
import static dev.asterism.l7.http2.FrameBytes.reset;
import static dev.asterism.l7.http2.FrameBytes.settings;
import static dev.asterism.l7.http2.FrameBytes.windowUpdate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.ProxyRig;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTP/2 clients in front of an HTTP/1 server. */
class Http2ServerTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final String[] POST = {
        ":method: POST", ":scheme: http", ":authority: h", ":path: /p"
    };

    private final ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
    private final MemoryConn client = rig.client();
    private final FrameBytes frames = new FrameBytes();

    private void greet(int... settings) {
        client.arrive(join(PREFACE, settings(settings)));
        frames.read(client.sent());
    }

    private List<String> seen() {
        return frames.readStreams(client.sent());
    }

    @Test
    void saysItsSettingsFirst() {
        client.arrive(join(PREFACE, settings()));

        assertThat(frames.read(client.sent()))
                .containsExactly(
                        "SETTINGS", "WINDOW_UPDATE 0 " + ((1 << 20) - 65535), "SETTINGS ack");
    }

    @Test
    void passesOnARequestAndItsAnswer() {
        greet();
        client.arrive(get(1));
        assertThat(rig.server().sentText()).isEqualTo("GET /a HTTP/1.1\r\nhost: h\r\n\r\n");

        rig.server().arrive(OK);
        assertThat(seen())
                .containsExactly("HEADERS 1 [:status: 200, content-length: 2]", "DATA 1 hi end");
    }

    @Test
    void passesOnByteByByte() {
        byte[] all =
                join(
                        PREFACE,
                        settings(),
                        headers(1, false, POST),
                        data(1, false, "ab"),
                        data(1, false, "c"),
                        headers(1, true, "t: u"));
        for (byte each : all) {
            client.arrive(new byte[] {each});
        }

        assertThat(rig.server().sentText())
                .isEqualTo(
                        text(
                                "POST /p HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n",
                                "2\r\nab\r\n1\r\nc\r\n0\r\nt: u\r\n\r\n"));
    }

    @Test
    void passesOnInTwoPiecesCutAnywhere() {
        byte[] all =
                join(
                        PREFACE,
                        settings(Frame.INITIAL_WINDOW_SIZE, 70_000),
                        frame(Frame.HEADERS, 0, 1, block(Arrays.copyOf(POST, 2))),
                        frame(
                                Frame.CONTINUATION,
                                Frame.END_HEADERS,
                                1,
                                block(Arrays.copyOfRange(POST, 2, 4))),
                        data(1, false, "abc"),
                        ping(),
                        headers(1, true, "t: u"),
                        get(3));
        for (int cut = 1; cut < all.length; cut++) {
            ProxyRig each = new ProxyRig(UpstreamProtocol.HTTP_1);
            MemoryConn conn = each.client();
            conn.arrive(Arrays.copyOf(all, cut));
            conn.arrive(Arrays.copyOfRange(all, cut, all.length));

            assertThat(each.server(0).sentText())
                    .as("cut at %d", cut)
                    .startsWith("POST /p HTTP/1.1\r\n")
                    .endsWith("\r\n\r\n3\r\nabc\r\n0\r\nt: u\r\n\r\n");
            assertThat(each.server(1).sentText()).startsWith("GET /a ");
            assertThat(new FrameBytes().readStreams(conn.sent())).containsExactly("PING ack");
        }
    }

    @Test
    void answersStreamsInTheOrderOfTheirAnswers() {
        greet();
        client.arrive(join(get(1), get(3), get(5)));
        rig.server(1).arrive(OK);
        rig.server(2).arrive(OK);
        rig.server(0).arrive(OK);

        assertThat(seen().stream().filter(s -> s.startsWith("DATA")))
                .containsExactly("DATA 3 hi end", "DATA 5 hi end", "DATA 1 hi end");
    }

    @Test
    void passesOnTrailersAndInterimAnswers() {
        greet();
        client.arrive(get(1));
        rig.server()
                .arrive(
                        text(
                                "HTTP/1.1 103 Early\r\nLink: l\r\n\r\nHTTP/1.1 200 OK\r\n",
                                "Transfer-Encoding: chunked\r\n\r\n",
                                "1\r\nx\r\n0\r\nGrpc-Status: 0\r\n\r\n"));

        assertThat(seen())
                .containsExactly(
                        "HEADERS 1 [:status: 103, link: l]",
                        "HEADERS 1 [:status: 200]",
                        "DATA 1 x",
                        "HEADERS 1 [grpc-status: 0] end");
    }

    @Test
    void joinsCookiesForHttp1() {
        greet();
        client.arrive(
                headers(
                        1,
                        true,
                        ":method: GET",
                        ":scheme: http",
                        ":authority: h",
                        ":path: /",
                        "cookie: a",
                        "x: y",
                        "cookie: b"));

        assertThat(rig.server().sentText()).endsWith("\r\ncookie: a; b\r\nx: y\r\n\r\n");
    }

    @Test
    void saysThatAPostHasNoBody() {
        greet();
        client.arrive(headers(1, true, POST));

        assertThat(rig.server().sentText()).contains("content-length: 0\r\n");
    }

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

    private static String[] with(String... more) {
        String[] all = {":method: GET", ":scheme: http", ":authority: h", ":path: /"};
        String[] joined = Arrays.copyOf(all, all.length + more.length);
        System.arraycopy(more, 0, joined, all.length, more.length);
        return joined;
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

    @Test
    void endsAStreamWhoseBodyBreaksItsPromise() {
        greet();
        client.arrive(join(headers(1, false, withLength(3)), data(1, true, "ab")));
        client.arrive(join(headers(3, false, withLength(3)), data(3, false, "abcd")));

        assertThat(seen()).containsExactly("RST_STREAM 1 1", "RST_STREAM 3 1");
        assertThat(rig.server(0).isClosed()).isTrue();
        assertThat(rig.server(1).isClosed()).isTrue();
    }

    private static String[] withLength(int bytes) {
        String[] fields = Arrays.copyOf(POST, 5);
        fields[4] = "content-length: " + bytes;
        return fields;
    }

    @Test
    void endsAStreamWithBadTrailers() {
        greet();
        client.arrive(join(headers(1, false, POST), headers(1, true, ":path: /")));
        client.arrive(join(headers(3, false, POST), headers(3, false, "x: y")));
        client.arrive(join(headers(5, false, POST), headers(5, true, "X: y")));

        assertThat(seen()).containsExactly("RST_STREAM 1 1", "RST_STREAM 3 1", "RST_STREAM 5 1");
    }

    @Test
    void refusesStreamsOverTheLimit() {
        greet();
        for (int i = 0; i < 101; i++) {
            client.arrive(get(2 * i + 1));
        }

        assertThat(seen()).containsExactly("RST_STREAM 201 " + ErrorCode.REFUSED_STREAM);
        assertThat(rig.servers()).isEqualTo(100);
    }

    @Test
    void endsAFloodOfResets() {
        greet();
        for (int i = 0; i < 200; i++) {
            client.arrive(join(get(2 * i + 1), reset(2 * i + 1, 8)));
        }
        assertThat(seen()).isEmpty();
        client.arrive(join(get(401), reset(401, 8)));

        assertThat(seen()).containsExactly("GOAWAY 401 " + ErrorCode.ENHANCE_YOUR_CALM);
    }

    @Test
    void allowsResetsThatComeSlowly() {
        greet();
        for (int i = 0; i < 1000; i++) {
            client.arrive(join(get(2 * i + 1), reset(2 * i + 1, 8)));
            rig.loop().pass(TimeUnit.MILLISECONDS.toNanos(160));
        }

        assertThat(seen()).isEmpty();
    }

    @Test
    void endsAFloodOfRequestsThatItMustReset() {
        greet();
        for (int i = 0; i <= 200; i++) {
            client.arrive(headers(2 * i + 1, true, "x: y"));
        }

        assertThat(seen().getLast()).startsWith("GOAWAY 401 11");
    }

    @Test
    void endsAFloodOfContinuations() {
        greet();
        client.arrive(frame(Frame.HEADERS, 0, 1, block(POST)));
        for (int i = 0; i < 20; i++) {
            client.arrive(frame(Frame.CONTINUATION, 0, 1, new byte[0]));
        }

        assertThat(seen()).containsExactly("GOAWAY 0 " + ErrorCode.ENHANCE_YOUR_CALM);
    }

    @Test
    void endsABlockWithoutEnd() {
        greet();
        byte[] piece = block("x: " + "y".repeat(16_000));
        client.arrive(frame(Frame.HEADERS, 0, 1, piece));
        client.arrive(
                join(
                        frame(Frame.CONTINUATION, 0, 1, piece),
                        frame(Frame.CONTINUATION, 0, 1, piece),
                        frame(Frame.CONTINUATION, 0, 1, piece)));

        assertThat(seen()).containsExactly("GOAWAY 0 " + ErrorCode.ENHANCE_YOUR_CALM);
    }

    static Stream<byte[]> idleFrames() {
        return Stream.of(
                ping(),
                settings(),
                frame(Frame.PRIORITY, 0, 3, new byte[5]),
                frame(77, 0, 0, new byte[3]),
                windowUpdate(0, 1),
                data(1, false, ""),
                frame(Frame.SETTINGS, Frame.ACK, 0, new byte[0]));
    }

    @ParameterizedTest
    @MethodSource("idleFrames")
    void endsAFloodOfFramesThatMoveNothing(byte[] each) {
        greet();
        client.arrive(headers(1, false, POST));
        for (int i = 0; i < 900; i++) {
            client.arrive(each);
        }
        assertThat(client.isClosing()).isFalse();
        for (int i = 0; i < 200; i++) {
            client.arrive(each);
        }

        assertThat(seen().getLast()).isEqualTo("GOAWAY 1 " + ErrorCode.ENHANCE_YOUR_CALM);
    }

    @Test
    void answersAListThatIsTooLarge() {
        greet();
        String[] fields =
                with(
                        "a: " + "v".repeat(11_000),
                        "b: " + "v".repeat(11_000),
                        "c: " + "v".repeat(11_000));
        byte[] block = block(fields);
        client.arrive(frame(Frame.HEADERS, Frame.END_STREAM, 1, Arrays.copyOf(block, 16384)));
        client.arrive(frame(Frame.CONTINUATION, 0, 1, Arrays.copyOfRange(block, 16384, 32768)));
        client.arrive(
                frame(
                        Frame.CONTINUATION,
                        Frame.END_HEADERS,
                        1,
                        Arrays.copyOfRange(block, 32768, block.length)));

        assertThat(seen())
                .containsExactly("HEADERS 1 [:status: 431, x-mesh-reason: bad_request] end");
        client.arrive(get(3));
        assertThat(rig.server().sentText()).startsWith("GET /a ");
    }

    @Test
    void refusesConnect() {
        greet();
        client.arrive(headers(1, false, ":method: CONNECT", ":authority: h:1"));

        assertThat(seen()).containsExactly("HEADERS 1 [:status: 405, x-mesh-reason: method] end");
    }

    @Test
    void keepsToTheClientsWindows() {
        greet(Frame.INITIAL_WINDOW_SIZE, 10);
        client.arrive(get(1));
        rig.server()
                .arrive(
                        "HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n"
                                + "0123456789".repeat(2)
                                + "abcde");

        assertThat(seen()).endsWith("DATA 1 0123456789");
        client.arrive(windowUpdate(1, 3));
        assertThat(seen()).containsExactly("DATA 1 012");
        client.arrive(settings(Frame.INITIAL_WINDOW_SIZE, 5));
        assertThat(seen()).isEmpty();
        client.arrive(windowUpdate(1, 6));
        assertThat(seen()).containsExactly("DATA 1 3");
        client.arrive(settings(Frame.INITIAL_WINDOW_SIZE, 100));
        assertThat(seen()).containsExactly("DATA 1 456789abcde end");
    }

    @Test
    void sendsTrailersBehindDataThatWaits() {
        greet(Frame.INITIAL_WINDOW_SIZE, 1);
        client.arrive(get(1));
        rig.server()
                .arrive(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nt: u\r\n\r\n");

        assertThat(seen()).endsWith("DATA 1 a");
        client.arrive(windowUpdate(1, 10));
        assertThat(seen()).containsExactly("DATA 1 bc", "HEADERS 1 [t: u] end");
    }

    @Test
    void stopsReadingTheServerWhenAStreamWaits() {
        greet();
        String body = "x".repeat(1_000_000);
        client.arrive(get(1));
        rig.server().arrive("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + body);
        assertThat(rig.server().isPaused()).isTrue();

        int got = count(seen());
        assertThat(got).isEqualTo(Frame.FIRST_WINDOW);
        for (int i = 0; i < 100 && got < 1_000_000; i++) {
            client.arrive(join(windowUpdate(0, 50_000), windowUpdate(1, 50_000)));
            got += count(seen());
        }
        assertThat(got).isEqualTo(1_000_000);
        assertThat(rig.server().isPaused()).isFalse();
    }

    private static int count(List<String> frames) {
        return frames.stream()
                .filter(s -> s.startsWith("DATA 1 "))
                .mapToInt(s -> s.replace(" end", "").length() - 7)
                .sum();
    }

    @Test
    void creditsAStreamOnlyWhenTheServerTakesItsBody() {
        greet();
        client.arrive(headers(1, false, POST));
        rig.server().sent();
        rig.server().take(0);
        byte[] piece = data(1, false, "x".repeat(16384));
        client.arrive(join(piece, piece, piece, piece));
        assertThat(frames.read(client.sent())).contains("WINDOW_UPDATE 1 32768");
        byte[] more = data(1, false, "y".repeat(16384));
        for (int i = 0; i < 12; i++) {
            client.arrive(more);
        }
        List<String> before = frames.read(client.sent());
        client.arrive(join(more, more));

        assertThat(before).isNotEmpty();
        assertThat(frames.read(client.sent())).isEmpty();
        rig.server().take(Integer.MAX_VALUE);
        assertThat(frames.read(client.sent())).anyMatch(s -> s.startsWith("WINDOW_UPDATE 1 "));
    }

    @Test
    void endsTheRequestUpstreamWhenTheClientResetsIt() {
        greet();
        client.arrive(join(get(1), reset(1, 8)));

        assertThat(rig.server().isClosed()).isTrue();
    }

    @Test
    void tellsTheClientThatAnAnswerIsCut() {
        greet();
        client.arrive(get(1));
        rig.server().arrive("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
        rig.server().end();

        assertThat(seen()).endsWith("DATA 1 ab", "RST_STREAM 1 " + ErrorCode.INTERNAL_ERROR);
    }

    @Test
    void toleratesABodyBehindItsAnswerAndThenStopsIt() {
        greet();
        client.arrive(headers(1, false, POST));
        rig.server().arrive(OK);
        assertThat(seen()).endsWith("DATA 1 hi end");
        client.arrive(data(1, false, "x"));
        assertThat(seen()).isEmpty();

        client.arrive(join(data(1, false, "x".repeat(16384)), data(1, false, "x".repeat(16384))));
        assertThat(seen()).containsExactly("RST_STREAM 1 " + ErrorCode.NO_ERROR);
        client.arrive(data(1, true, "late"));
        assertThat(seen()).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithFramesBehindAnAnswer() {
        greet();
        client.arrive(headers(1, false, POST));
        rig.server().arrive(OK);
        client.arrive(headers(1, false, "x: y"));

        assertThat(seen()).endsWith("RST_STREAM 1 " + ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void finishesItsStreamsAfterGoAway() {
        greet();
        client.arrive(join(get(1), goAway(0, 0), get(3)));
        assertThat(seen()).containsExactly("RST_STREAM 3 " + ErrorCode.REFUSED_STREAM);

        rig.server().arrive(OK);
        assertThat(seen()).endsWith("DATA 1 hi end");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void takesPaddingAndPriorities() {
        greet();
        byte[] block = block(with());
        byte[] padded = join(new byte[] {2, 0, 0, 0, 0, 9}, block, new byte[2]);
        int flags = Frame.END_HEADERS | Frame.PADDED | Frame.PRIORITISED;
        client.arrive(frame(Frame.HEADERS, flags, 1, padded));
        client.arrive(
                frame(
                        Frame.DATA,
                        Frame.PADDED | Frame.END_STREAM,
                        1,
                        new byte[] {3, 'o', 'k', 0, 0, 0}));

        assertThat(rig.server().sentText()).endsWith("2\r\nok\r\n0\r\n\r\n");
    }

    @Test
    void writesOnceForABatch() {
        greet();
        client.arrive(get(1));
        int before = client.writes();
        rig.server()
                .arrive(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n");

        assertThat(client.writes() - before).isOne();
    }

    @Test
    void survivesMutations() {
        byte[] seed =
                join(
                        PREFACE,
                        settings(Frame.INITIAL_WINDOW_SIZE, 100),
                        get(1),
                        headers(3, false, POST),
                        data(3, false, "abc"),
                        ping(),
                        windowUpdate(3, 9),
                        headers(3, true, "t: u"),
                        reset(1, 8),
                        frame(Frame.HEADERS, 1, 5, block(with())),
                        frame(Frame.CONTINUATION, 4, 5, block("x: y")),
                        goAway(0, 0));
        Random random = new Random(5);
        int ended = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] in = seed.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                in[24 + random.nextInt(in.length - 24)] = (byte) random.nextInt(256);
            }
            MemoryConn each = rig.client();
            int cut = random.nextInt(in.length);
            each.arrive(Arrays.copyOf(in, cut));
            each.arrive(Arrays.copyOfRange(in, cut, in.length));
            ended += each.isClosing() ? 1 : 0;
            each.breaks();
        }
        assertThat(ended).isBetween(2_000, 19_000);
    }

    @Test
    void knowsTheLastStreamInGoAway() {
        greet();
        client.arrive(join(get(1), get(7), frame(Frame.RST_STREAM, 0, 9, int32(0))));

        assertThat(seen()).containsExactly("GOAWAY 7 " + ErrorCode.PROTOCOL_ERROR);
        assertThat(rig.server(0).isClosed()).isTrue();
        assertThat(rig.server(1).isClosed()).isTrue();
    }
}
