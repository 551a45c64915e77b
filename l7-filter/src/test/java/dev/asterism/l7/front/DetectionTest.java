package dev.asterism.l7.front;

import static dev.asterism.l7.http2.FrameBytes.PREFACE;
import static dev.asterism.l7.http2.FrameBytes.get;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.ProxyRig;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DetectionTest {

    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
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
            })
    void passesOnWhatIsNoHttp(String first) {
        client.arrive(first);
        assertThat(rig.server().sentText()).isEqualTo(first);
        rig.server().arrive("answer");
        assertThat(client.sentText()).isEqualTo("answer");
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
                "SSH-2.0-x\r\n",
                "EHLO a b\r\n",
                "*1\r\n$4\r\nPING\r\n",
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

    @ParameterizedTest
    @ValueSource(strings = {GET, "G", "\r\n", " ", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"})
    void endsAPipeWhoseClientBeginsHttpAfterTheWait(String first) {
        passMillis(2001);
        rig.server().arrive("220 smtp\r\n");
        client.arrive(first);
        assertThat(rig.server().sentText()).isEmpty();
        assertThat(rig.server().isClosed()).isTrue();
        assertThat(client.isClosed()).isTrue();
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
                rig.client(
                        rig.front(
                                Spoken.DETECTED,
                                rig.endpoint()::send,
                                dev.asterism.l7.pipe.PipeHandler.NONE));
        conn.arrive(TLS);
        assertThat(conn.isClosed()).isTrue();
        assertThat(rig.servers()).isZero();
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
}
