package dev.asterism.l7.front;

import static dev.asterism.l7.exchange.ProxyRig.GET;
import static dev.asterism.l7.exchange.ProxyRig.OK;
import static dev.asterism.l7.http2.FrameBytes.PREFACE;
import static dev.asterism.l7.http2.FrameBytes.get;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.ProxyRig;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.pipe.PipeHandler;
import dev.asterism.l7.pipe.TcpPipe;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DetectionTest {

    private static final String TLS = "\26\3\1\0\5\1\0\0\1\0";

    private final ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
    private final MemoryConn client = rig.client(rig.front(Spoken.DETECTED));

    private void passMillis(long millis) {
        rig.loop().pass(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void oneByOne(MemoryConn conn, byte[] all) {
        for (byte each : all) {
            conn.arrive(new byte[] {each});
        }
    }

    @Test
    void findsHttp1() {
        client.arrive(GET);
        assertThat(rig.server().sentText()).isEqualTo(GET);
    }

    @Test
    void findsHttp1OneByteAtATime() {
        oneByOne(client, bytes("\r\n" + GET));
        assertThat(rig.server().sentText()).isEqualTo(GET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROPFIND /a", "PRI /a", "OPTIONS *", "get /a", "GET http://h/a"})
    void takesForHttp1WhatHasAMethodAndATarget(String start) {
        client.arrive(start + " HTTP/9.1\r\n\r\n");
        assertThat(client.sentText()).startsWith("HTTP/1.1 ");
        assertThat(rig.servers()).isZero();
    }

    @Test
    void findsHttp2WhereverThePrefaceIsSplit() {
        byte[] all = join(PREFACE, settings(), get(1));
        for (int split = 1; split < PREFACE.length + 3; split++) {
            MemoryConn conn = rig.client(rig.front(Spoken.DETECTED));
            conn.arrive(Arrays.copyOf(all, split));
            assertThat(rig.servers()).as("split at %d", split).isEqualTo(split - 1);
            conn.arrive(Arrays.copyOfRange(all, split, all.length));
            assertThat(rig.server().sentText())
                    .as("split at %d", split)
                    .isEqualTo("GET /a HTTP/1.1\r\nhost: h\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                TLS,
                "\0\0\0\7",
                "SSH-2.0-x\r\n",
                "EHLO a b\r\n",
                "*1\r\n$4\r\nPING\r\n",
                "AMQP\0\0\11\1",
                "GETS key\r\n",
                TLS + "\10http/1.1\2h2\n",
            })
    void passesOnWhatIsNoHttpWholeAndOneByteAtATime(String first) {
        client.arrive(first);
        MemoryConn slow = rig.client(rig.front(Spoken.DETECTED));
        MemoryConn server = rig.server(0);
        oneByOne(slow, bytes(first));
        assertThat(server.sentText()).isEqualTo(first);
        assertThat(rig.server(1).sentText()).isEqualTo(first);
        server.arrive("answer");
        assertThat(client.sentText()).isEqualTo("answer");
    }

    /** It has read what we took for no request: the next line of the client must not be one. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 x\r\n\r\n", "H", "\0\0\0\4\0\0\0\0\0"})
    void endsAPipeWhoseServerSpeaksHttp(String answer) {
        client.arrive("*1\r\n");
        rig.server().arrive(answer);
        client.arrive(GET);
        assertThat(client.sentText()).isEmpty();
        assertThat(client.isClosed()).isTrue();
        assertThat(rig.server().sentText()).isEqualTo("*1\r\n");
    }

    /** An application might read a request that nobody has judged. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "G",
                "P",
                "PRI * HT",
                "GET  / HTTP/1.1\r\n\r\n",
                "GET\t/ HTTP/1.1\r\n\r\n",
                "\r\n",
                "\r",
                "\n",
                " ",
                "CONNECT h:443 HTTP/1.1\r\n\r\n",
                "GET\13/\13HTTP/1.1\r\n\r\n",
                "\13GET / HTTP/1.1\r\n\r\n",
                "\34\205\240GET\240/ HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\0",
                "GET key\r\n",
                " GET /admin\r\nX-Mesh-Peer: root\r\n\r\n",
                "GET / http/1.1\r\nX-Mesh-Peer: root\r\n\r\n",
                "X / HttP/1.1\r\n\r\n",
                "PRI * HTTP/2.0\n\nSM\n\n",
                "GETGETGETGETGETGETGETGETGETGETGETGET"
            })
    void refusesWhatMayBeginHttpAndIsNone(String first) {
        client.arrive(first);
        passMillis(13_000);
        assertThat(client.sentText()).startsWith("HTTP/1.1 4");
        passMillis(3000);
        assertThat(client.isClosed()).isTrue();
        assertThat(rig.servers()).isZero();
    }

    /** Servers that take any word for a method would answer it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "G\1T / HTTP/1.1\r\nX-Mesh-Peer: root\r\n\r\n",
                "\1GET / HTTP/1.1\r\nX-Mesh-Peer: root\r\n\r\n"
            })
    void passesNoRequestWithAMethodThatNobodyMayUse(String request) {
        client.arrive(request);
        assertThat(rig.server(0).sentText()).isEmpty();
        assertThat(client.isClosed()).isTrue();
        MemoryConn slow = rig.client(rig.front(Spoken.DETECTED));
        oneByOne(slow, bytes(request));
        assertThat(rig.server(1).sentText()).doesNotContain("HTTP/");
        assertThat(slow.isClosed()).isTrue();
    }

    /** As a client that keeps a spare connection: its pipe ends unused, and the request is judged. */
    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void readsARequestThatBeginsAfterTheWait(int step) {
        passMillis(2001);
        MemoryConn pipe = rig.server();
        byte[] all = bytes(GET);
        for (int at = 0; at < all.length; at += step) {
            client.arrive(Arrays.copyOfRange(all, at, Math.min(all.length, at + step)));
        }
        assertThat(pipe.sentText()).isEmpty();
        assertThat(pipe.isClosed()).isTrue();
        assertThat(rig.server().sentText()).isEqualTo(GET);
        rig.server().arrive(OK);
        assertThat(client.sentText()).endsWith("hi");
    }

    @Test
    void findsHttp2AfterTheWait() {
        passMillis(2001);
        byte[] all = join(PREFACE, settings(), get(1));
        client.arrive(Arrays.copyOf(all, 20));
        client.arrive(Arrays.copyOfRange(all, 20, all.length));
        assertThat(rig.server(0).sentText()).isEmpty();
        assertThat(rig.server(1).sentText()).startsWith("GET /a ");
    }

    /** Time-outs of idle connections, and servers of HTTP/2 that begin at once. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 408 x\r\n\r\n", "\0\0\6\4\0\0\0\0\0\0\3\0\0\0d"})
    void anHttpServerThatSpeaksFirstIsNoPipe(String first) {
        passMillis(2001);
        rig.server().arrive(first);
        assertThat(rig.server().isClosed()).isTrue();
        assertThat(client.sentText()).isEmpty();
        client.arrive(GET);
        assertThat(rig.server(0).sentText()).isEmpty();
        assertThat(rig.server(1).sentText()).isEqualTo(GET);
    }

    /** Who greets so is no HTTP server, so the client may say what it likes. */
    @ParameterizedTest
    @ValueSource(strings = {"EHLO a\r\n", "USER x\r\n", GET})
    void carriesTextWhenTheServerSpokeFirst(String text) {
        passMillis(2001);
        client.arrive(text.substring(0, 1));
        rig.server().arrive("220 smtp\r\n");
        client.arrive(text.substring(1));
        assertThat(rig.server().sentText()).isEqualTo(text);
        assertThat(client.sentText()).isEqualTo("220 smtp\r\n");
    }

    @Test
    void passesOnTlsOneByteAtATime() {
        oneByOne(client, bytes(TLS));
        assertThat(rig.server().sentText()).isEqualTo(TLS);
    }

    @Test
    void letsTheServerSpeakFirstAfterTwoSeconds() {
        passMillis(1999);
        assertThat(rig.servers()).isZero();
        passMillis(2);
        rig.server().arrive("220 smtp\r\n");
        assertThat(client.sentText()).isEqualTo("220 smtp\r\n");
        client.arrive(TLS);
        client.arrive(GET);
        assertThat(rig.server().sentText()).isEqualTo(TLS + GET);
    }

    @Test
    void takesForHttp1WhatDoesNotDecideItInTwoSeconds() {
        client.arrive("P");
        passMillis(2001);
        client.arrive("UT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
        assertThat(rig.server().sentText()).startsWith("PUT /a HTTP/1.1\r\n");
    }

    @Test
    void hasNoTimeForDetectionOnceItIsFound() {
        client.arrive("GET / HTTP/1.1\r\n");
        passMillis(5000);
        client.arrive("Host: h\r\n\r\n");
        assertThat(rig.server().sentText()).startsWith("GET / ");
    }

    @Test
    void forgetsAClientThatClosesWithoutAByte() {
        client.end();
        assertThat(client.isClosed()).isTrue();
        passMillis(5000);
        assertThat(rig.servers()).isZero();
        assertThat(rig.loop().batch().timers().armed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {25, 587, 3306, 5432, 6379, 9300, 11211})
    void waitsForNobodyWhereTheServerSpeaksFirst(int port) {
        MemoryConn conn = rig.client(rig.front(Spoken.onPort(port)));
        rig.server().arrive("hello");
        assertThat(conn.sentText()).isEqualTo("hello");
    }

    @Test
    void detectsOnOtherPorts() {
        assertThat(Spoken.onPort(8080)).isEqualTo(Spoken.DETECTED);
    }

    @Test
    void doesNotLookAtAnOpaquePort() {
        MemoryConn conn = rig.client(rig.front(Spoken.TCP));
        conn.arrive(GET + "\0\1");
        assertThat(rig.server().sentText()).isEqualTo(GET + "\0\1");
    }

    @Test
    void passesNothingOnWherePipesAreRefused() {
        MemoryConn conn =
                rig.client(rig.front(Spoken.DETECTED, rig.endpoint()::send, PipeHandler.NONE));
        conn.arrive(TLS);
        assertThat(conn.isClosed()).isTrue();
        assertThat(rig.servers()).isZero();
    }

    /** The configuration says that it speaks HTTP, so it would say nothing before the client does. */
    @Test
    void waitsForAClientWhoseServerDoesNotSpeakFirst() {
        PipeHandler waiting =
                new PipeHandler() {
                    @Override
                    public void handle(TcpPipe pipe) {
                        pipe.connect(rig.upstream());
                    }

                    @Override
                    public boolean mayServerBegin() {
                        return false;
                    }
                };
        client.end();
        FrontFactory port = rig.front(Spoken.DETECTED, rig.endpoint()::send, waiting);
        MemoryConn http = rig.client(port);
        MemoryConn tls = rig.client(port);
        MemoryConn silent = rig.client(port);
        passMillis(30_000);
        assertThat(rig.servers()).isZero();

        http.arrive(GET);
        assertThat(rig.server().sentText()).isEqualTo(GET);
        tls.arrive(TLS);
        assertThat(rig.servers()).isEqualTo(2);
        assertThat(rig.server().sentText()).isEqualTo(TLS);
        assertThat(silent.isClosed()).isFalse();
        passMillis(TimeUnit.MINUTES.toMillis(10));
        assertThat(silent.isClosed()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Spoken.class,
            names = {"HTTP", "HTTP_2"})
    void neverPassesOnFromAPortOfHttp(Spoken spoken) {
        client.end();
        MemoryConn conn = rig.client(rig.front(spoken));
        conn.arrive(TLS + TLS + TLS);
        passMillis(TimeUnit.MINUTES.toMillis(10));
        assertThat(rig.servers()).isZero();
        assertThat(conn.isClosed()).isTrue();
    }

    /** The application would take an empty stream for all that the client had to say. */
    @Test
    void cutsAPipeWhoseClientEndsInALineThatIsNotJudged() {
        passMillis(2001);
        client.arrive("hello");
        client.end();
        assertThat(client.isClosed()).isTrue();
        assertThat(rig.server().isClosed()).isTrue();
        assertThat(rig.server().isOutputShut()).isFalse();
    }

    @Test
    void passesOnTheEndOfAClientThatSaysNothing() {
        passMillis(2001);
        client.end();
        assertThat(rig.server().isOutputShut()).isTrue();
        assertThat(rig.server().isClosed()).isFalse();
    }
}
