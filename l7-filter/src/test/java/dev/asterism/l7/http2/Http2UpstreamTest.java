package dev.asterism.l7.http2;

import static dev.asterism.l7.exchange.ProxyRig.GET;
import static dev.asterism.l7.http.WireText.text;
import static dev.asterism.l7.http2.FrameBytes.PREFACE;
import static dev.asterism.l7.http2.FrameBytes.data;
import static dev.asterism.l7.http2.FrameBytes.get;
import static dev.asterism.l7.http2.FrameBytes.goAway;
import static dev.asterism.l7.http2.FrameBytes.headers;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.reset;
import static dev.asterism.l7.http2.FrameBytes.settings;
import static dev.asterism.l7.http2.FrameBytes.windowUpdate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.ProxyRig;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients of both kinds in front of an HTTP/2 server. */
class Http2UpstreamTest {

    private final ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_2);
    private final MemoryConn client = rig.client();
    private final FrameBytes fromServer = new FrameBytes();
    private final FrameBytes toClient = new FrameBytes();

    private List<String> got() {
        return fromServer.readStreams(rig.server().sent());
    }

    private List<String> seen() {
        return toClient.readStreams(client.sent());
    }

    @Test
    void greetsWithPrefaceAndSettings() {
        client.arrive(GET);

        byte[] sent = rig.server().sent();
        assertThat(sent).startsWith(PREFACE);
        assertThat(fromServer.read(sent))
                .containsExactly(
                        "SETTINGS",
                        "WINDOW_UPDATE 0 " + ((16 << 20) - 65535),
                        "HEADERS 1 [:method: GET, :scheme: http, :authority: h, :path: /a] end");
    }

    @Test
    void forgivesFramesForManyStreamsThatClientsHaveCancelled() {
        MemoryConn shared = rig.client();
        shared.arrive(GET);
        rig.server().arrive(settings());
        for (int i = 0; i < 50; i++) {
            MemoryConn gone = rig.client();
            gone.arrive(GET);
            gone.end();
        }
        assertThat(got()).endsWith("RST_STREAM 101 " + ErrorCode.CANCEL);
        for (int id = 3; id <= 101; id += 2) {
            rig.server().arrive(join(headers(id, false, ":status: 200"), data(id, true, "late")));
        }
        rig.server().arrive(join(headers(1, false, ":status: 200"), data(1, true, "mine")));

        assertThat(shared.sentText()).contains("mine");
        assertThat(rig.servers()).isOne();
        assertThat(rig.server().isClosed()).isFalse();
    }

    @Test
    void saysOnceThatItKnowsOfASmallerTable() {
        client.arrive(GET);
        rig.server().sent();
        rig.server()
                .arrive(
                        join(
                                settings(Frame.HEADER_TABLE_SIZE, 4096),
                                settings(Frame.HEADER_TABLE_SIZE, 100),
                                settings(Frame.HEADER_TABLE_SIZE, 0)));
        rig.server().sent();
        byte[] second = sentFor(GET);
        byte[] third = sentFor(GET);

        assertThat(second[Frame.HEADER_BYTES]).isEqualTo((byte) 0x20);
        assertThat(third).hasSize(second.length - 1);
        rig.server().arrive(settings(Frame.HEADER_TABLE_SIZE, 50));
        rig.server().sent();
        assertThat(sentFor(GET)).hasSize(third.length);
    }

    private byte[] sentFor(String request) {
        rig.client().arrive(request);
        return rig.server().sent();
    }

    @Test
    void passesOnARequestOfHttp1() {
        client.arrive(
                text(
                        "POST /p HTTP/1.1\r\nHost: h\r\nX-A: B\r\nConnection: x-c\r\nX-C: d\r\nTE: trailers\r\n",
                        "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nT: u\r\n\r\n"));
        assertThat(got())
                .containsExactly(
                        "HEADERS 1 [:method: POST, :scheme: http, :authority: h, :path: /p, x-a: B, te: trailers]",
                        "DATA 1 ab",
                        "HEADERS 1 [t: u] end");

        rig.server()
                .arrive(
                        join(
                                settings(),
                                headers(1, false, ":status: 103", "link: l"),
                                headers(1, false, ":status: 200", "x-d: e"),
                                data(1, false, "hi"),
                                headers(1, true, "v: w")));
        assertThat(client.sentText())
                .isEqualTo(
                        text(
                                "HTTP/1.1 103 \r\nlink: l\r\n\r\nHTTP/1.1 200 \r\nx-d: e\r\n",
                                "transfer-encoding: chunked\r\n\r\n",
                                "2\r\nhi\r\n0\r\nv: w\r\n\r\n"));
    }

    @Test
    void keepsALengthOnBothSides() {
        client.arrive("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab");
        assertThat(got())
                .containsExactly(
                        "HEADERS 1 [:method: POST, :scheme: http, :authority: h, :path: /p, content-length: 2]",
                        "DATA 1 ab end");

        rig.server()
                .arrive(
                        join(
                                settings(),
                                headers(1, false, ":status: 200", "content-length: 2"),
                                data(1, true, "hi")));
        assertThat(client.sentText()).isEqualTo("HTTP/1.1 200 \r\ncontent-length: 2\r\n\r\nhi");
    }

    @Test
    void passesGrpcThrough() {
        client.arrive(join(PREFACE, settings()));
        toClient.read(client.sent());
        client.arrive(
                join(
                        headers(
                                1,
                                false,
                                ":method: POST",
                                ":scheme: http",
                                ":authority: h",
                                ":path: /s/m",
                                "content-type: application/grpc",
                                "te: trailers"),
                        data(1, true, "\0\0\0\0\1m")));
        assertThat(got())
                .containsExactly(
                        "HEADERS 1 [:method: POST, :scheme: http, :authority: h, :path: /s/m,"
                                + " content-type: application/grpc, te: trailers]",
                        "DATA 1 \0\0\0\0\1m end");

        rig.server()
                .arrive(
                        join(
                                settings(),
                                headers(1, false, ":status: 200", "content-type: application/grpc"),
                                data(1, false, "\0\0\0\0\1r"),
                                headers(1, true, "grpc-status: 0")));
        assertThat(seen())
                .containsExactly(
                        "HEADERS 1 [:status: 200, content-type: application/grpc]",
                        "DATA 1 \0\0\0\0\1r",
                        "HEADERS 1 [grpc-status: 0] end");
    }

    @Test
    void answersGrpcWithTrailersOnlyWhenTheServerIsGone() {
        client.arrive(join(PREFACE, settings()));
        client.arrive(
                headers(
                        1,
                        true,
                        ":method: POST",
                        ":scheme: http",
                        ":authority: h",
                        ":path: /s/m",
                        "content-type: application/grpc"));
        rig.server().breaks();

        assertThat(seen())
                .containsExactly(
                        "HEADERS 1 [:status: 200, x-mesh-reason: upstream_reset, content-type: application/grpc,"
                                + " grpc-status: 14, grpc-message: upstream_reset] end");
    }

    @Test
    void sharesAConnection() {
        MemoryConn other = rig.client();
        client.arrive(GET);
        other.arrive(GET);
        rig.server()
                .arrive(
                        join(
                                settings(),
                                headers(3, true, ":status: 204"),
                                headers(1, true, ":status: 204")));

        assertThat(rig.servers()).isOne();
        assertThat(client.sentText()).isEqualTo("HTTP/1.1 204 \r\n\r\n");
        assertThat(other.sentText()).isEqualTo("HTTP/1.1 204 \r\n\r\n");
    }

    @Test
    void opensAnotherConnectionWhenTheServerTakesNoMoreStreams() {
        client.arrive(GET);
        rig.server().arrive(settings(Frame.MAX_CONCURRENT_STREAMS, 1));
        rig.client().arrive(GET);

        assertThat(rig.servers()).isEqualTo(2);
    }

    /** What one connection was told holds for the next before its settings are there. */
    @Test
    void doesNotCrowdANewConnectionToSuchAServer() {
        client.arrive(GET);
        rig.server().arrive(settings(Frame.MAX_CONCURRENT_STREAMS, 1));
        rig.client().arrive(GET);
        rig.client().arrive(GET);

        assertThat(rig.servers()).isEqualTo(3);
    }

    @Test
    void opensAnotherConnectionAfterGoAway() {
        MemoryConn other = rig.client();
        client.arrive(GET);
        other.arrive(GET);
        rig.server().arrive(join(settings(), goAway(1, 0)));
        assertThat(other.sentText()).startsWith("HTTP/1.1 502 ");
        assertThat(client.sentText()).isEmpty();

        other.arrive(GET);
        assertThat(rig.servers()).isEqualTo(2);
        rig.server(0).arrive(headers(1, true, ":status: 200"));
        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
        assertThat(rig.server(0).isClosed()).isTrue();
    }

    @Test
    void resetsAStreamWhoseClientIsGone() {
        client.arrive(GET);
        got();
        client.end();

        assertThat(got()).containsExactly("RST_STREAM 1 " + ErrorCode.CANCEL);
        rig.server()
                .arrive(join(settings(), headers(1, false, ":status: 200"), data(1, true, "late")));
        assertThat(rig.server().isClosing()).isFalse();
    }

    @Test
    void stopsTheServerWhenTheClientIsSlow() {
        client.arrive(GET);
        got();
        client.take(10);
        rig.server().arrive(join(settings(), headers(1, false, ":status: 200")));
        fromServer.read(rig.server().sent());
        int sent = 0;
        byte[] piece = data(1, false, "x".repeat(16384));
        long window = Http2Settings.CLIENT.streamWindow();
        while (window >= 16384) {
            rig.server().arrive(piece);
            sent += 16384;
            window -= 16384;
            for (String frame : fromServer.read(rig.server().sent())) {
                window +=
                        frame.startsWith("WINDOW_UPDATE 1 ")
                                ? Integer.parseInt(frame.substring(16))
                                : 0;
            }
        }
        assertThat(sent).isLessThan(1 << 20);
        assertThat(client.pending()).isLessThan(1 << 20);

        client.take(Integer.MAX_VALUE);
        assertThat(fromServer.read(rig.server().sent()))
                .anyMatch(s -> s.startsWith("WINDOW_UPDATE 1 "));
    }

    @Test
    void keepsToTheServersWindows() {
        client.arrive("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
        rig.server().arrive(settings(Frame.INITIAL_WINDOW_SIZE, 70_000));
        got();
        client.arrive("x".repeat(100_000));

        assertThat(bytes(got())).isEqualTo(65_535);
        assertThat(client.isPaused()).isTrue();
        rig.server().arrive(windowUpdate(0, 100_000));
        assertThat(bytes(got())).isEqualTo(70_000 - 65_535);
        rig.server().arrive(windowUpdate(1, 100_000));
        assertThat(bytes(got())).isEqualTo(30_000);
        assertThat(client.isPaused()).isFalse();
    }

    /** RFC 9113, 6.5.3, as for clients. */
    @Test
    void acknowledgesSettingsBeforeTheDataThatTheyLetOut() {
        client.arrive("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");
        rig.server().arrive(settings(Frame.INITIAL_WINDOW_SIZE, 0));
        client.arrive("hello");
        assertThat(fromServer.read(rig.server().sent())).endsWith("SETTINGS ack");

        rig.server().arrive(settings(Frame.INITIAL_WINDOW_SIZE, 10));

        assertThat(fromServer.read(rig.server().sent()))
                .containsExactly("SETTINGS ack", "DATA 1 hello end");
    }

    private static int bytes(List<String> frames) {
        return frames.stream()
                .filter(s -> s.startsWith("DATA 1 "))
                .mapToInt(s -> s.replace(" end", "").length() - 7)
                .sum();
    }

    @Test
    void saysWhenAStreamIsReset() {
        client.arrive(GET);
        rig.server().arrive(join(settings(), reset(1, 2)));
        assertThat(client.sentText()).startsWith("HTTP/1.1 502 ").contains("upstream_reset");

        client.arrive(GET);
        rig.server()
                .arrive(join(headers(3, false, ":status: 200"), data(3, false, "x"), reset(3, 2)));
        assertThat(client.sentText()).endsWith("1\r\nx\r\n");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void doesNotPassOnABadAnswer() {
        String[][] bad = {
            {"x: y"},
            {":status: 20"},
            {":status: 200", "X: y"},
            {":status: 200", "connection: close"},
            {":status: 101"},
            {":status: 200", "x: a\r\nb: c"},
            {":status: 200", ":path: /"}
        };
        for (String[] fields : bad) {
            client.arrive(GET);
            int stream = stream(got());
            rig.server().arrive(join(settings(), headers(stream, false, fields)));

            assertThat(client.sentText()).as(fields[0]).contains("502 ", "bad_answer");
            assertThat(got()).containsExactly("RST_STREAM " + stream + " 1");
        }
    }

    private static int stream(List<String> frames) {
        return Integer.parseInt(frames.getLast().split(" ")[1]);
    }

    @Test
    void refusesDataBeforeTheHeadAndOverItsLength() {
        client.arrive(GET);
        rig.server().arrive(join(settings(), data(1, false, "x")));
        assertThat(client.sentText()).contains("bad_answer");

        client.arrive(GET);
        rig.server()
                .arrive(
                        join(
                                headers(3, false, ":status: 200", "content-length: 1"),
                                data(3, false, "xy")));
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void leavesTheBodyOfARequestThatWasAnsweredEarly() {
        client.arrive(join(PREFACE, settings()));
        client.arrive(
                headers(1, false, ":method: POST", ":scheme: http", ":authority: h", ":path: /"));
        got();
        rig.server().arrive(join(settings(), headers(1, true, ":status: 403")));

        assertThat(got()).containsExactly("RST_STREAM 1 " + ErrorCode.CANCEL);
        assertThat(seen()).containsExactly("HEADERS 1 [:status: 403] end");
        client.arrive(data(1, true, "more"));
        assertThat(got()).isEmpty();
    }

    @Test
    void takesAHeadAnswerWithALength() {
        client.arrive("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
        rig.server()
                .arrive(join(settings(), headers(1, true, ":status: 200", "content-length: 7")));

        assertThat(client.sentText()).isEqualTo("HTTP/1.1 200 \r\ncontent-length: 7\r\n\r\n");
    }

    @Test
    void addsNoBodyToAnAnswerThatHasNone() {
        client.arrive("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + GET + GET);
        rig.server().arrive(join(settings(), headers(1, false, ":status: 200"), data(1, true, "")));
        rig.server().arrive(join(headers(3, false, ":status: 304"), data(3, true, "")));
        rig.server().arrive(join(headers(5, false, ":status: 204"), headers(5, true, "t: u")));

        assertThat(client.sentText())
                .isEqualTo(
                        text(
                                "HTTP/1.1 200 \r\n\r\n",
                                "HTTP/1.1 304 \r\n\r\n",
                                "HTTP/1.1 204 \r\n\r\n"));
    }

    @Test
    void cutsAnAnswerToHeadThatHasABody() {
        client.arrive("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
        got();
        rig.server()
                .arrive(join(settings(), headers(1, false, ":status: 200"), data(1, true, "x")));

        assertThat(got()).containsExactly("RST_STREAM 1 " + ErrorCode.PROTOCOL_ERROR);
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void passesOnByteByByte() {
        MemoryConn other = rig.client();
        for (byte each : join(PREFACE, settings(), get(1))) {
            other.arrive(new byte[] {each});
        }
        byte[] answer =
                join(
                        settings(),
                        headers(1, false, ":status: 200"),
                        data(1, false, "a"),
                        data(1, true, "b"));
        for (byte each : answer) {
            rig.server().arrive(new byte[] {each});
        }

        assertThat(toClient.readStreams(other.sent()))
                .containsExactly("HEADERS 1 [:status: 200]", "DATA 1 a", "DATA 1 b end");
    }
}
