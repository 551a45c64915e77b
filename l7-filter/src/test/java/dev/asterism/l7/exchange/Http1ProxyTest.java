package dev.asterism.l7.exchange;

import static dev.asterism.l7.exchange.ProxyRig.GET;
import static dev.asterism.l7.exchange.ProxyRig.OK;
import static dev.asterism.l7.http.WireText.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTP/1 clients, HTTP/1 servers. */
class Http1ProxyTest {

    private final ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
    private final MemoryConn client = rig.client();

    /** What the client sends, what the server must get, what the server answers, what the client must get. */
    static Stream<Arguments> exchanges() {
        return Stream.of(
                exchange("get", GET, GET, OK, OK),
                exchange(
                        "post with length",
                        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
                        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
                        OK,
                        OK),
                exchange(
                        "post in chunks, extensions and all",
                        text(
                                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
                                "3 ; a = \"b\\\"\t;\";c;d=e\r\nabc\r\n0\r\n\r\n"),
                        "POST / HTTP/1.1\r\nHost: h\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                        OK,
                        OK),
                exchange(
                        "trailers of a request, without those that frame",
                        text(
                                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
                                "0\r\nX: y\r\nContent-Length: 9\r\nHost: i\r\n\r\n"),
                        "POST / HTTP/1.1\r\nHost: h\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n",
                        OK,
                        OK),
                exchange(
                        "answer in chunks with trailers",
                        GET,
                        GET,
                        text(
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n002\r\n",
                                "hi\r\n0\r\nT: u\r\n\r\n"),
                        text(
                                "HTTP/1.1 200 OK\r\nTrailer: T\r\ntransfer-encoding: chunked\r\n\r\n2\r\n",
                                "hi\r\n0\r\nT: u\r\n\r\n")),
                exchange(
                        "fields of the hop stay behind",
                        text(
                                "GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, x-a\r\nX-A: 1\r\n",
                                "X-B: 2\r\nKeep-Alive: 3\r\nTE: trailers\r\nProxy-Connection: p\r\n",
                                "Upgrade: h2c\r\nHTTP2-Settings: s\r\n\r\n"),
                        "GET / HTTP/1.1\r\nHost: h\r\nX-B: 2\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nKeep-Alive: 5\r\nConnection: x-c\r\nX-C: 1\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                exchange(
                        "absolute form",
                        "GET http://h/x HTTP/1.1\r\nHost: h\r\n\r\n",
                        "GET /x HTTP/1.1\r\nhost: h\r\n\r\n",
                        OK,
                        OK),
                exchange(
                        "HEAD keeps the length and has no body",
                        "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n",
                        "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"),
                exchange(
                        "304 keeps the length and has no body",
                        GET,
                        GET,
                        "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n",
                        "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n"),
                exchange(
                        "204 has neither",
                        GET,
                        GET,
                        "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nX: y\r\n\r\n",
                        "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n"),
                exchange(
                        "status line without a reason",
                        GET,
                        GET,
                        "HTTP/1.1 299\r\nContent-Length: 0\r\n\r\n",
                        "HTTP/1.1 299\r\nContent-Length: 0\r\n\r\n"),
                exchange(
                        "interim answers",
                        GET,
                        GET,
                        "HTTP/1.1 103 Early Hints\r\nLink: l\r\n\r\n" + OK,
                        "HTTP/1.1 103 Early Hints\r\nLink: l\r\n\r\n" + OK),
                exchange(
                        "answer of HTTP/1.0 is one of 1.1",
                        GET,
                        GET,
                        "HTTP/1.0 200 Fine\r\nContent-Length: 2\r\n\r\nhi",
                        "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi"),
                exchange(
                        "client of HTTP/1.0",
                        "GET / HTTP/1.0\r\nExpect: x\r\n\r\n",
                        "GET / HTTP/1.1\r\nhost: \r\n\r\n",
                        OK,
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nconnection: close\r\n\r\nhi"),
                exchange(
                        "client of HTTP/1.0 that stays",
                        "GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
                        OK,
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nconnection: keep-alive\r\n\r\nhi"),
                exchange(
                        "chunks for a client of HTTP/1.0",
                        "GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabc"),
                exchange(
                        "client that wants to close",
                        "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
                        OK,
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nconnection: close\r\n\r\nhi"));
    }

    private static Arguments exchange(
            String name, String sent, String got, String answer, String seen) {
        return Arguments.of(name, sent, got, answer, seen);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("exchanges")
    void passesOn(String name, String sent, String got, String answer, String seen) {
        client.arrive(sent);
        assertThat(rig.server().sentText()).isEqualTo(got);

        rig.server().arrive(answer);
        assertThat(client.sentText()).isEqualTo(seen);
        assertThat(client.isClosed()).isEqualTo(seen.contains("connection: close"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("exchanges")
    void passesOnInTwoPiecesCutAnywhere(
            String name, String sent, String got, String answer, String seen) {
        for (int cut = 1; cut < Math.max(sent.length(), answer.length()); cut++) {
            MemoryConn each = rig.client();
            int first = Math.min(cut, sent.length());
            each.arrive(sent.substring(0, first));
            each.arrive(sent.substring(first));
            assertSameChunks(rig.server().sentText(), got);

            first = Math.min(cut, answer.length());
            rig.server().arrive(answer.substring(0, first));
            rig.server().arrive(answer.substring(first));
            assertSameChunks(each.sentText(), seen);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("exchanges")
    void passesOnByteByByte(String name, String sent, String got, String answer, String seen) {
        sent.chars().forEach(c -> client.arrive(Character.toString(c)));
        assertSameChunks(rig.server().sentText(), got);

        answer.chars().forEach(c -> rig.server().arrive(Character.toString(c)));
        assertSameChunks(client.sentText(), seen);
    }

    /** Chunks may be cut otherwise. */
    private static void assertSameChunks(String actual, String expected) {
        assertThat(joined(actual)).isEqualTo(joined(expected));
    }

    private static String joined(String message) {
        if (!message.contains("transfer-encoding: chunked")) {
            return message;
        }
        return message.replaceAll("\r\n[1-9a-f][0-9a-f]*\r\n", "~").replaceAll("~", "");
    }

    @Test
    void answersPipelinedRequestsInOrder() {
        client.arrive(GET + GET.replace("/a", "/b") + GET.replace("/a", "/c"));

        assertThat(rig.server().sentText()).isEqualTo(GET);
        rig.server().arrive(OK);
        assertThat(rig.server().sentText()).contains("/b");
        rig.server().arrive(OK.replace("hi", "ho"));
        assertThat(rig.server().sentText()).contains("/c");
        rig.server().arrive(OK);

        assertThat(client.sentText()).isEqualTo(OK + OK.replace("hi", "ho") + OK);
        assertThat(rig.servers()).isEqualTo(1);
    }

    @Test
    void stopsReadingAClientThatPipelinesTooMuch() {
        client.arrive(GET.repeat(5_000));

        assertThat(client.isPaused()).isTrue();
        for (int i = 0; i < 5_000; i++) {
            rig.server().arrive(OK);
        }
        assertThat(client.sentText()).isEqualTo(OK.repeat(5_000));
        assertThat(client.isPaused()).isFalse();
    }

    @Test
    void waitsForTheServersWordBeforeTheBody() {
        client.arrive(
                "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
        assertThat(rig.server().sentText()).contains("Expect: 100-continue");

        rig.server().arrive("HTTP/1.1 100 Continue\r\n\r\n");
        assertThat(client.sentText()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        client.arrive("x");
        assertThat(rig.server().sentText()).isEqualTo("x");
        rig.server().arrive(OK);
        assertThat(client.sentText()).isEqualTo(OK);
        assertThat(client.isClosed()).isFalse();
    }

    @Test
    void closesAfterAnAnswerThatDidNotWaitForTheBody() {
        client.arrive("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc");
        rig.server().arrive(OK);

        assertThat(client.sentText()).contains("connection: close").endsWith("hi");
        assertThat(client.isClosed()).isFalse();
        assertThat(client.isOutputShut()).isTrue();
        assertThat(rig.server().isClosed()).isTrue();
        client.arrive("the rest, which nobody reads");
        client.end();
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void doesNotLingerForEver() {
        client.arrive("bad\r\n\r\n");
        assertThat(client.sentText()).startsWith("HTTP/1.1 400 ");
        assertThat(client.isClosed()).isFalse();

        rig.loop().pass(TimeUnit.SECONDS.toNanos(3));
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void endsABodyThatEndsWithItsConnection() {
        client.arrive(GET);
        rig.server().arrive("HTTP/1.1 200 OK\r\n\r\nab");
        rig.server().arrive("c");
        rig.server().end();

        assertThat(client.sentText())
                .isEqualTo(
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
    }

    @Test
    void doesNotTakeABrokenConnectionForTheEndOfABody() {
        client.arrive(GET);
        rig.server().arrive("HTTP/1.1 200 OK\r\n\r\nab");
        rig.server().breaks();

        assertThat(client.sentText()).endsWith("2\r\nab\r\n");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void cutsAnAnswerThatIsTooShort() {
        client.arrive(GET);
        rig.server().arrive("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
        rig.server().end();

        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void saysWhenTheServerIsGoneBeforeTheAnswer() {
        client.arrive(GET);
        rig.server().end();

        assertThat(client.sentText())
                .isEqualTo(
                        "HTTP/1.1 502 \r\nx-mesh-reason: upstream_reset\r\ncontent-length: 0\r\n\r\n");
        client.arrive(GET);
        rig.server().arrive(OK);
        assertThat(client.sentText()).isEqualTo(OK);
    }

    @Test
    void saysWhenTheServerCannotBeReached() {
        MemoryConn other = rig.withSlowConnect().client();
        other.arrive(GET);
        rig.server().breaks();

        assertThat(other.sentText()).startsWith("HTTP/1.1 503 ").contains("no_endpoint");
    }

    @Test
    void sendsWhatWaitedForTheConnection() {
        MemoryConn other = rig.withSlowConnect().client();
        other.arrive("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(rig.server().sentText()).isEmpty();

        rig.server().connected();
        assertThat(rig.server().sentText()).endsWith("\r\n\r\nabc");
    }

    @Test
    void answersAFaultOfGrpcInItsOwnWords() {
        client.arrive(
                "POST /s/m HTTP/1.1\r\nHost: h\r\nContent-Type: application/grpc+proto\r\nContent-Length: 0\r\n\r\n");
        rig.server().end();

        assertThat(client.sentText())
                .startsWith("HTTP/1.1 200 ")
                .contains("content-type: application/grpc\r\n", "grpc-status: 14\r\n");
    }

    static Stream<String> badAnswers() {
        return Stream.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX : a\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 099 OK\r\n\r\n",
                "HTTP/1.1 200OK\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
                "HTTP/1.1 103 E\r\n\r\n".repeat(18),
                "SSH-2.0-OpenSSH_9.2p1 Debian\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("badAnswers")
    void doesNotPassOnABadAnswer(String answer) {
        client.arrive(GET);
        rig.server().arrive(answer);

        assertThat(client.sentText()).contains("HTTP/1.1 502 ", "x-mesh-reason: bad_answer");
        assertThat(rig.server().isClosed()).isTrue();
    }

    static Stream<String> badChunks() {
        return Stream.of(
                "\r\n",
                "g\r\n",
                "-1\r\n",
                "0x1\r\na\r\n",
                "1\na\r\n",
                "1\r\nab",
                "1\r\na\n0\r\n\r\n",
                "1 \ra",
                "1;a\nb\r\n",
                "0000000000000001\r\na",
                "1" + ";a".repeat(600),
                "0\r\nX : y\r\n\r\n",
                "0\r\n X: y\r\n\r\n",
                "0\r\nX: y\n\r\n",
                "+1\r\na\r\n",
                "1\0\r\na\r\n",
                "1 \r\na\r\n",
                "1;\r\na\r\n",
                "1;a,\r\na\r\n",
                "1;a=\r\na\r\n",
                "1;a=b c\r\na\r\n",
                "1;a=\"b\r\na\r\n",
                "1;a=\"b\\\r\n\"\r\na\r\n",
                "1,2\r\na\r\n");
    }

    @ParameterizedTest
    @MethodSource("badChunks")
    void refusesABadChunk(String chunk) {
        client.arrive("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk);

        assertThat(client.sentText()).startsWith("HTTP/1.1 400 ");
        assertThat(rig.server().isClosed()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("badChunks")
    void cutsAnAnswerWithABadChunk(String chunk) {
        client.arrive(GET);
        rig.server().arrive("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk);

        assertThat(client.sentText()).doesNotContain("0\r\n\r\n");
        assertThat(client.isClosed()).isTrue();
        assertThat(rig.server().isClosed()).isTrue();
    }

    @Test
    void doesNotUseAConnectionAgainThatTheServerCloses() {
        client.arrive(GET);
        rig.server().arrive(OK.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
        assertThat(rig.endpoint().idleConnections()).isZero();

        client.arrive(GET);
        assertThat(rig.servers()).isEqualTo(2);
    }

    @Test
    void closesAConnectionOnWhichTheServerSaysMoreThanItWasAsked() {
        client.arrive(GET);
        rig.server().arrive(OK + OK);

        assertThat(client.sentText()).isEqualTo(OK);
        assertThat(rig.endpoint().idleConnections()).isZero();
        assertThat(rig.server().isClosed()).isTrue();
    }

    @Test
    void closesIdleConnectionsAfterAMinute() {
        client.arrive(GET);
        rig.server().arrive(OK);
        assertThat(rig.endpoint().idleConnections()).isOne();

        rig.endpoint().sweep(rig.loop().batch().nowNanos() + TimeUnit.SECONDS.toNanos(61));
        assertThat(rig.endpoint().idleConnections()).isZero();
        assertThat(rig.server().isClosed()).isTrue();
    }

    @Test
    void letsGoOfTheServerWhenTheClientIsGone() {
        client.arrive(GET);
        client.end();

        assertThat(rig.server().isClosed()).isTrue();
    }

    @Test
    void stopsReadingTheServerWhenTheClientIsSlow() {
        String body = numbers(10_000_000);
        client.arrive(GET);
        client.take(1000);
        rig.server()
                .arrive("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);

        assertThat(rig.server().isPaused()).isTrue();
        assertThat(client.pending()).isLessThan(3 * Conn.CONGESTED);
        assertThat(rig.server().unreadBytes()).isGreaterThan(9_000_000);
        client.take(Integer.MAX_VALUE);
        assertThat(client.sentText().endsWith("\r\n\r\n" + body)).isTrue();
    }

    /** Every place shows which it is. */
    private static String numbers(int length) {
        StringBuilder all = new StringBuilder(length + 10);
        for (int i = 0; all.length() < length; i++) {
            all.append(i).append(' ');
        }
        return all.substring(0, length);
    }

    @Test
    void stopsReadingTheClientWhenTheServerIsSlow() {
        String body = numbers(10_000_000);
        client.arrive(GET);
        rig.server().arrive(OK);
        rig.server().take(1000);
        client.arrive(
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body);

        assertThat(client.isPaused()).isTrue();
        assertThat(rig.server().pending()).isLessThan(3 * Conn.CONGESTED);
        rig.server().take(Integer.MAX_VALUE);
        assertThat(rig.server().sentText().endsWith("\r\n\r\n" + body)).isTrue();
        assertThat(client.unreadBytes()).isZero();
    }

    @Test
    void becomesAPipeForWebSocket() {
        client.arrive(
                text(
                        "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n",
                        "Sec-WebSocket-Key: k\r\n\r\nearly"));
        assertThat(rig.server().sentText())
                .isEqualTo(
                        text(
                                "GET /ws HTTP/1.1\r\nHost: h\r\nSec-WebSocket-Key: k\r\n",
                                "connection: upgrade\r\nupgrade: websocket\r\n\r\n"));

        rig.server()
                .arrive(
                        text(
                                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n",
                                "Upgrade: websocket\r\nSec-WebSocket-Accept: a\r\n\r\nfirst"));
        assertThat(client.sentText())
                .isEqualTo(
                        text(
                                "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: a\r\n",
                                "connection: upgrade\r\nupgrade: websocket\r\n\r\nfirst"));
        assertThat(rig.server().sentText()).isEqualTo("early");

        client.arrive("GET / HTTP/1.1\r\n\r\n");
        assertThat(rig.server().sentText()).isEqualTo("GET / HTTP/1.1\r\n\r\n");
        rig.server().arrive("\0\1\2");
        assertThat(client.sentText()).isEqualTo("\0\1\2");
        rig.server().end();
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void staysHttpWhenTheServerDoesNotUpgrade() {
        client.arrive(
                "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        rig.server().arrive(OK);

        assertThat(client.sentText()).isEqualTo(OK);
        client.arrive(GET);
        assertThat(rig.server().sentText()).endsWith(GET);
    }

    @Test
    void sendsWhatAPipeHasLeftBeforeItCloses() {
        client.arrive(
                "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        rig.server().arrive("HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
        rig.server().take(0);
        client.arrive("last words");
        client.end();
        rig.server().sent();

        assertThat(rig.server().isClosed()).isFalse();
        rig.server().take(Integer.MAX_VALUE);
        assertThat(rig.server().sentText()).isEqualTo("last words");
        assertThat(rig.server().isClosed()).isTrue();
    }

    @Test
    void parsesASlowHeadOnlyWhenALineHasCome() {
        String head =
                "GET /"
                        + "a".repeat(8_000)
                        + " HTTP/1.1\r\nHost: h\r\nX: "
                        + "b".repeat(20_000)
                        + "\r\n\r\n";
        head.chars().forEach(c -> client.arrive(Character.toString(c)));

        assertThat(rig.server().sentText()).isEqualTo(head);
    }

    @Test
    void refusesAnEndlessLine() {
        client.arrive("GET /");
        for (int i = 0; i < 40; i++) {
            client.arrive("a".repeat(1000));
        }
        assertThat(client.sentText()).startsWith("HTTP/1.1 4");
        assertThat(rig.servers()).isZero();
    }

    @Test
    void writesHeadAndBodyOfAnAnswerAtOnce() {
        client.arrive(GET);
        int before = client.writes();
        rig.server()
                .arrive(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n");

        assertThat(client.writes() - before).isOne();
    }
}
