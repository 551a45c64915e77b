package dev.asterism.l7.http2;

import static dev.asterism.l7.http2.FrameBytes.PREFACE;
import static dev.asterism.l7.http2.FrameBytes.data;
import static dev.asterism.l7.http2.FrameBytes.get;
import static dev.asterism.l7.http2.FrameBytes.goAway;
import static dev.asterism.l7.http2.FrameBytes.headers;
import static dev.asterism.l7.http2.FrameBytes.join;
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

/** RFC 8441: a WebSocket in a stream of HTTP/2, to servers of either version. */
class ExtendedConnectTest {

    private static final String[] CONNECT = {
        ":method: CONNECT",
        ":protocol: websocket",
        ":scheme: http",
        ":authority: h",
        ":path: /ws",
        "sec-websocket-version: 13",
        "sec-websocket-protocol: chat"
    };
    private static final String SWITCHES =
            """
            HTTP/1.1 101 S\r
            Connection: upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Accept: abc\r
            Sec-WebSocket-Protocol: chat\r
            \r
            """;
    private static final int TAKES_CONNECT = 8;

    private final FrameBytes frames = new FrameBytes();
    private ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
    private MemoryConn client = rig.http2Client();

    private void toHttp2() {
        rig = new ProxyRig(UpstreamProtocol.HTTP_2);
        client = rig.http2Client();
    }

    private void greet() {
        client.arrive(join(PREFACE, settings()));
        frames.read(client.sent());
    }

    private void connect() {
        greet();
        client.arrive(headers(1, false, CONNECT));
    }

    private List<String> seen() {
        return frames.readStreams(client.sent());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void isAnnounced() {
        client.arrive(join(PREFACE, settings()));

        assertThat(text(client.sent())).contains("\0\10\0\0\0\1");
    }

    // --- to HTTP/1 ---

    @Test
    void asksAServerOfHttp1ForAnUpgrade() {
        connect();

        assertThat(rig.server().sentText())
                .startsWith("GET /ws HTTP/1.1\r\nhost: h\r\n")
                .contains("sec-websocket-version: 13\r\n", "sec-websocket-protocol: chat\r\n")
                .contains("connection: upgrade\r\nupgrade: websocket\r\n")
                .containsPattern("\r\nsec-websocket-key: [0-9A-Za-z+/]{22}==\r\n\r\n$");
    }

    @Test
    void everyRequestHasAnotherKey() {
        connect();
        String first = rig.server().sentText();
        rig.loop().pass(1);
        client.arrive(headers(3, false, CONNECT));

        assertThat(rig.server().sentText()).isNotEqualTo(first).contains("sec-websocket-key: ");
    }

    @Test
    void isAPipeBothWays() {
        connect();
        rig.server().sent();
        rig.server().arrive(SWITCHES + "first");
        client.arrive(data(1, false, "to the server"));
        rig.server().arrive("to the client");

        assertThat(seen())
                .containsExactly(
                        "HEADERS 1 [:status: 200, sec-websocket-protocol: chat]",
                        "DATA 1 first",
                        "DATA 1 to the client");
        assertThat(rig.server().sentText()).isEqualTo("to the server");
    }

    @Test
    void endsWithTheClientsDirection() {
        connect();
        rig.server().arrive(SWITCHES);
        rig.server().sent();
        client.arrive(data(1, true, "bye"));

        assertThat(rig.server().sentText()).isEqualTo("bye");
        assertThat(rig.server().isClosed()).isTrue();
        assertThat(seen()).last().isEqualTo("DATA 1  end");
        client.arrive(get(3));
        assertThat(rig.server().sentText()).startsWith("GET /a ");
    }

    @Test
    void endsWithTheServersDirection() {
        connect();
        rig.server().arrive(SWITCHES + "bye");
        rig.server().end();

        assertThat(seen()).endsWith("DATA 1 bye", "DATA 1  end");
        client.arrive(data(1, true, ""));
        client.arrive(get(3));
        assertThat(rig.servers()).isEqualTo(2);
    }

    @Test
    void aResetClosesTheServersConnection() {
        connect();
        rig.server().arrive(SWITCHES);
        client.arrive(reset(1, 8));

        assertThat(rig.server().isClosed()).isTrue();
    }

    @Test
    void aServerThatSaysNoIsHeard() {
        connect();
        rig.server().arrive("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno");

        assertThat(seen())
                .containsExactly(
                        "HEADERS 1 [:status: 403, content-length: 2]",
                        "DATA 1 no end",
                        "RST_STREAM 1 " + ErrorCode.NO_ERROR);
    }

    /** The server could take it for another request. */
    @Test
    void dataBeforeTheAnswerReachesNoServer() {
        connect();
        rig.server().sent();
        client.arrive(data(1, false, "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"));

        assertThat(rig.server().sentText()).isEmpty();
        assertThat(rig.server().isClosed()).isTrue();
        assertThat(seen()).containsExactly("RST_STREAM 1 " + ErrorCode.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":method: GET",
                ":method: POST",
                ":path: ",
                ":path: a",
                ":scheme: ",
                ":authority: ",
                ":protocol: web socket",
                ":protocol: "
            })
    void aBadRequestIsReset(String field) {
        greet();
        String[] fields = CONNECT.clone();
        for (int i = 0; i < fields.length; i++) {
            boolean same = fields[i].startsWith(field.substring(0, field.indexOf(' ')));
            fields[i] = same ? field : fields[i];
        }
        client.arrive(headers(1, false, fields));

        assertThat(rig.servers()).isZero();
        assertThat(seen()).containsExactly("RST_STREAM 1 " + ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void oneThatIsAtItsEndIsReset() {
        greet();
        client.arrive(headers(1, true, CONNECT));

        assertThat(rig.servers()).isZero();
        assertThat(seen()).containsExactly("RST_STREAM 1 " + ErrorCode.PROTOCOL_ERROR);
    }

    @Test
    void anotherProtocolIsRefused() {
        greet();
        String[] fields = CONNECT.clone();
        fields[1] = ":protocol: connect-udp";
        client.arrive(headers(1, false, fields));

        assertThat(rig.servers()).isZero();
        assertThat(seen().getFirst()).startsWith("HEADERS 1 [:status: 405, ");
    }

    // --- to HTTP/2 ---

    @Test
    void waitsForTheServersSettings() {
        toHttp2();
        connect();
        String before = text(rig.server().sent());
        rig.server().arrive(settings(TAKES_CONNECT, 1));
        String after = text(rig.server().sent());

        assertThat(before).startsWith("PRI * HTTP/2.0").doesNotContain("CONNECT");
        assertThat(after).contains("CONNECT", ":protocol", "websocket", "/ws");
    }

    @Test
    void isAPipeBothWaysToHttp2() {
        toHttp2();
        connect();
        FrameBytes atServer = new FrameBytes();
        rig.server().sent();
        rig.server().arrive(settings(TAKES_CONNECT, 1));
        assertThat(atServer.readStreams(rig.server().sent()).getFirst()).doesNotEndWith(" end");
        rig.server().arrive(headers(1, false, ":status: 200", "sec-websocket-protocol: chat"));
        client.arrive(data(1, false, "to the server"));
        rig.server().arrive(data(1, false, "to the client"));
        client.arrive(data(1, true, "bye"));

        assertThat(seen())
                .containsExactly(
                        "HEADERS 1 [:status: 200, sec-websocket-protocol: chat]",
                        "DATA 1 to the client");
        assertThat(atServer.readStreams(rig.server().sent()))
                .containsExactly("DATA 1 to the server", "DATA 1 bye end");
        rig.server().arrive(data(1, true, "you too"));
        assertThat(seen()).containsExactly("DATA 1 you too end");
    }

    @Test
    void aServerWithoutItIsAskedNothing() {
        toHttp2();
        connect();
        rig.server().sent();
        rig.server().arrive(settings());

        assertThat(seen())
                .containsExactly(
                        "HEADERS 1 [:status: 501, x-mesh-reason: no_extended_connect] end",
                        "RST_STREAM 1 " + ErrorCode.NO_ERROR);
        assertThat(new FrameBytes().readStreams(rig.server().sent())).isEmpty();
        client.arrive(headers(3, false, CONNECT));
        assertThat(seen().getFirst()).contains("no_extended_connect");
        client.arrive(get(5));
        assertThat(new FrameBytes().readStreams(rig.server().sent())).hasSize(1);
    }

    @Test
    void aClientThatLeavesMeanwhileIsForgotten() {
        toHttp2();
        connect();
        client.arrive(reset(1, 8));
        rig.server().sent();
        rig.server().arrive(settings(TAKES_CONNECT, 1));

        assertThat(new FrameBytes().readStreams(rig.server().sent())).isEmpty();
    }

    @Test
    void aServerThatGoesMeanwhileHasNotTouchedIt() {
        toHttp2();
        connect();
        rig.server().arrive(join(settings(), goAway(0, 0)));

        assertThat(seen().getFirst()).contains(":status: 50");
        assertThat(rig.server().isClosed() || rig.server().isClosing()).isTrue();
    }

    @Test
    void aServerThatIsLostMeanwhileIsToldOf() {
        toHttp2();
        connect();
        rig.server().breaks();

        assertThat(seen().getFirst()).contains(":status: 502, x-mesh-reason: upstream_reset");
    }

    /** RFC 8441 3. */
    @Test
    void aServerMayNotTakeItBack() {
        toHttp2();
        connect();
        rig.server().arrive(settings(TAKES_CONNECT, 1));
        rig.server().arrive(settings(TAKES_CONNECT, 0));

        assertThat(rig.server().isClosing() || rig.server().isClosed()).isTrue();
    }
}
