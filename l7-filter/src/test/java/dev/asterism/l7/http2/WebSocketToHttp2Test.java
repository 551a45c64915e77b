package dev.asterism.l7.http2;

import static dev.asterism.l7.http2.FrameBytes.data;
import static dev.asterism.l7.http2.FrameBytes.headers;
import static dev.asterism.l7.http2.FrameBytes.reset;
import static dev.asterism.l7.http2.FrameBytes.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.ProxyRig;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client of HTTP/1 opens a WebSocket to a server of HTTP/2: extended CONNECT, RFC 8441 5, or a refusal by name. */
class WebSocketToHttp2Test {

    /** Key and answer of RFC 6455 1.3. */
    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private static final String ACCEPT = "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

    private static final String UPGRADE =
            """
            GET /ws HTTP/1.1\r
            Host: h\r
            Connection: keep-alive, Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Protocol: chat\r
            """;

    private static final int TAKES_CONNECT = 8;

    private final ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_2);
    private final MemoryConn client = rig.client();
    private final FrameBytes atServer = new FrameBytes();

    private void ask() {
        client.arrive(UPGRADE + KEY + "\r\n");
    }

    private void askOneThatTakesIt() {
        ask();
        rig.server().sent();
        rig.server().arrive(settings(TAKES_CONNECT, 1));
    }

    private void open() {
        askOneThatTakesIt();
        received();
        rig.server().arrive(headers(1, false, ":status: 200", "sec-websocket-protocol: chat"));
    }

    private List<String> received() {
        return atServer.readStreams(rig.server().sent());
    }

    @Test
    void asksAsHttp2Does() {
        ask();
        assertThat(rig.server().sentText()).startsWith("PRI ").doesNotContain("/ws");
        rig.server().arrive(settings(TAKES_CONNECT, 1));

        String sent = rig.server().sentText();
        assertThat(sent).contains("CONNECT", ":protocol", "websocket");
        assertThat(sent).doesNotContain("key", "upgrade", "connection");
        // The reader of these tests is our own, which takes it for the request that it stands for.
        assertThat(atServer.readStreams(sent.getBytes(StandardCharsets.ISO_8859_1)))
                .containsExactly(
                        "HEADERS 1 [:method: GET, :scheme: http, :authority: h, :path: /ws,"
                                + " sec-websocket-version: 13, sec-websocket-protocol: chat]");
    }

    @Test
    void isAPipeBothWays() {
        open();
        client.arrive("to the server");
        rig.server().arrive(data(1, false, "to the client"));

        assertThat(client.sentText())
                .startsWith("HTTP/1.1 101 ")
                .contains(
                        ACCEPT,
                        "sec-websocket-protocol: chat\r\n",
                        "connection: upgrade\r\nupgrade: websocket\r\n\r\nto the client");
        assertThat(received()).containsExactly("DATA 1 to the server");
    }

    @Test
    void whatTheClientSendsBeforeTheAnswerWaitsForIt() {
        client.arrive(UPGRADE + KEY + "\r\nfirst");
        rig.server().sent();
        rig.server().arrive(settings(TAKES_CONNECT, 1));
        assertThat(received()).hasSize(1);
        rig.server().arrive(headers(1, false, ":status: 200"));

        assertThat(received()).containsExactly("DATA 1 first");
    }

    @Test
    void theAnswersOwnKeyIsNotTaken() {
        askOneThatTakesIt();
        rig.server().arrive(headers(1, false, ":status: 200", "sec-websocket-accept: wrong"));

        assertThat(client.sentText()).contains(ACCEPT).doesNotContain("wrong");
    }

    @Test
    void theNextOneNeedNotWait() {
        open();
        MemoryConn another = rig.client();
        another.arrive(UPGRADE + KEY + "\r\n");

        assertThat(rig.server().sentText()).contains("CONNECT", "/ws");
    }

    @Test
    void endsWithTheServersDirection() {
        open();
        rig.server().arrive(data(1, true, "bye"));

        assertThat(client.sentText()).endsWith("bye");
        assertThat(client.isClosed() || client.isClosing()).isTrue();
    }

    @Test
    void endsWithTheClientsDirection() {
        open();
        client.arrive("bye");
        client.end();

        assertThat(received()).containsExactly("DATA 1 bye", "RST_STREAM 1 " + ErrorCode.CANCEL);
        assertThat(rig.server().isClosed() || rig.server().isClosing()).isFalse();
    }

    @Test
    void aResetEndsIt() {
        open();
        rig.server().arrive(reset(1, ErrorCode.CANCEL));

        assertThat(client.isClosed() || client.isClosing()).isTrue();
    }

    @Test
    void aServerThatSaysNoIsHeard() {
        askOneThatTakesIt();
        rig.server().arrive(headers(1, false, ":status: 403", "content-length: 2"));
        rig.server().arrive(data(1, true, "no"));

        assertThat(client.sentText())
                .startsWith("HTTP/1.1 403 ")
                .endsWith("\r\n\r\nno")
                .doesNotContain("accept");
    }

    @Test
    void aServerWithoutItIsAskedNothing() {
        ask();
        rig.server().sent();
        rig.server().arrive(settings());

        assertThat(client.sentText())
                .startsWith("HTTP/1.1 501 ")
                .contains("x-mesh-reason: no_extended_connect\r\n");
        assertThat(received()).isEmpty();
        client.arrive(ProxyRig.GET);
        assertThat(received()).singleElement().asString().startsWith("HEADERS 1 [:method: GET");
    }

    /** Nobody could tell it what it asks for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Sec-WebSocket-Key: \r\n",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSBi\r\n",
                "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==\r\n",
                KEY + KEY
            })
    void withoutAGoodKeyItIsRefused(String key) {
        client.arrive(UPGRADE + key + "\r\n");
        rig.server().sent();
        rig.server().arrive(settings(TAKES_CONNECT, 1));

        assertThat(client.sentText())
                .startsWith("HTTP/1.1 400 ")
                .contains("x-mesh-reason: bad_request\r\n");
        assertThat(received()).isEmpty();
        MemoryConn another = rig.client();
        another.arrive(UPGRADE + key + "\r\n");
        assertThat(another.sentText()).as("its settings are known").startsWith("HTTP/1.1 400 ");
    }

    /** Only WebSocket is let through; the rest are plain requests, as they are to a server of HTTP/1. */
    @Test
    void anotherProtocolIsAPlainRequest() {
        client.arrive("GET /a HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");

        assertThat(received()).singleElement().asString().startsWith("HEADERS 1 [:method: GET");
    }
}
