package dev.asterism.l7.http2;

import static dev.asterism.l7.exchange.ProxyRig.OK;
import static dev.asterism.l7.http.WireText.text;
import static dev.asterism.l7.http2.FrameBytes.POST;
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
import static dev.asterism.l7.http2.FrameBytes.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.ProxyRig;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** HTTP/2 clients in front of an HTTP/1 server. */
class Http2ServerTest extends Http2ClientRig {

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

    /** RFC 9113, 6.5.3: the acknowledgement is due at once, and what the new window lets out is not before it. */
    @Test
    void acknowledgesSettingsBeforeTheDataThatTheyLetOut() {
        client.arrive(join(PREFACE, settings(Frame.INITIAL_WINDOW_SIZE, 0), get(1)));
        rig.server().arrive("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(frames.read(client.sent()))
                .endsWith("HEADERS 1 [:status: 200, content-length: 5]");

        client.arrive(settings(Frame.INITIAL_WINDOW_SIZE, 3));
        assertThat(frames.read(client.sent())).containsExactly("SETTINGS ack", "DATA 1 hel");

        client.arrive(settings(Frame.INITIAL_WINDOW_SIZE, 100));
        assertThat(frames.read(client.sent())).containsExactly("SETTINGS ack", "DATA 1 lo end");
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

    /** A reset would be INTERNAL to it, whatever has happened. */
    @Test
    void tellsAClientOfGrpcWhyAnAnswerIsCut() {
        greet();
        client.arrive(headers(1, true, with("content-type: application/grpc")));
        rig.server()
                .arrive(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/grpc\r\nContent-Length: 5\r\n\r\nab");
        rig.server().end();

        assertThat(seen())
                .endsWith(
                        "DATA 1 ab",
                        "HEADERS 1 [grpc-status: 14, grpc-message: upstream_reset, x-mesh-reason: upstream_reset] end");
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
