package dev.asterism.l7.http2;

import static dev.asterism.l7.exchange.ProxyRig.GET;
import static dev.asterism.l7.http2.FrameBytes.POST;
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
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.l7.exchange.ProxyRig;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frames from a client and from a server, whatever they are: no fault of ours, the same answers however they are cut,
 * and nothing left behind when the peer is gone.
 */
class Http2FuzzTest {

    private static final String OPEN = " open";

    static Stream<FuzzTarget> targets() {
        return Stream.of(
                FuzzTarget.of("l7-http2-server", input -> check(input, Http2FuzzTest::fromClient))
                        .seed(join(settings(), get(1), windowUpdate(0, 9), ping(), goAway(0, 0)))
                        .seed(
                                join(
                                        settings(Frame.INITIAL_WINDOW_SIZE, 5),
                                        headers(1, false, POST),
                                        data(1, false, "abc"),
                                        headers(1, true, "t: u"),
                                        reset(3, 8)))
                        .seed(
                                join(
                                        settings(Frame.HEADER_TABLE_SIZE, 0),
                                        frame(Frame.HEADERS, Frame.END_STREAM, 1, block(POST)),
                                        frame(Frame.CONTINUATION, 4, 1, block("x: y"))))
                        .mostBytes(400)
                        .mayAllocate(16 << 20, 16384),
                FuzzTarget.of("l7-http2-client", input -> check(input, Http2FuzzTest::fromServer))
                        .seed(
                                join(
                                        settings(Frame.MAX_CONCURRENT_STREAMS, 1),
                                        headers(1, false, ":status: 200"),
                                        data(1, false, "hi"),
                                        headers(1, true, "t: u")))
                        .seed(
                                join(
                                        settings(),
                                        headers(1, false, ":status: 103"),
                                        headers(1, true, ":status: 204"),
                                        goAway(1, 0)))
                        .seed(join(settings(), ping(), reset(1, 7), windowUpdate(0, 1)))
                        .mostBytes(400)
                        .mayAllocate(16 << 20, 16384));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    @FunctionalInterface
    private interface Play {
        /** What the other side sees. */
        String run(byte[] input, int step);
    }

    private static String check(byte[] input, Play play) {
        String whole = play.run(input, input.length + 1);
        String cut = play.run(input, 1);
        // What comes behind the end of a connection is heard only when it came with it.
        if (whole.endsWith(OPEN) && cut.endsWith(OPEN)) {
            assertThat(cut).isEqualTo(whole);
        }
        return whole.substring(0, Math.min(24, whole.length()));
    }

    private static void arrive(MemoryConn at, byte[] input, int step) {
        for (int from = 0; from < input.length && !at.isClosed(); from += step) {
            at.arrive(Arrays.copyOfRange(input, from, Math.min(input.length, from + step)));
        }
    }

    private static void nothingIsLeft(ProxyRig rig) {
        rig.loop().pass(TimeUnit.MINUTES.toNanos(20));
        for (int i = 0; i < rig.servers(); i++) {
            if (!rig.server(i).isClosed()) {
                rig.server(i).breaks();
            }
        }
        assertThat(rig.loop().batch().timers().armed()).isZero();
    }

    private static String fromClient(byte[] input, int step) {
        ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
        MemoryConn client = rig.http2Client();
        client.arrive(PREFACE);
        arrive(client, input, step);
        assertThat(client.pending()).isLessThan(Conn.CONGESTED + (64 << 10));
        String seen = frames(client.sent()) + rig.servers() + state(client);
        if (!client.isClosed()) {
            client.breaks();
        }
        nothingIsLeft(rig);
        return seen;
    }

    private static String state(MemoryConn conn) {
        return conn.isClosed() || conn.isClosing() ? " over" : OPEN;
    }

    private static String fromServer(byte[] input, int step) {
        ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_2);
        MemoryConn client = rig.client();
        client.arrive(GET);
        MemoryConn server = rig.server(0);
        arrive(server, input, step);
        String seen =
                frames(server.sent())
                        + new String(client.sent(), StandardCharsets.ISO_8859_1)
                                .replaceAll("[0-9a-f]+\r\n", "")
                        + state(server);
        if (!client.isClosed()) {
            client.breaks();
        }
        nothingIsLeft(rig);
        return seen;
    }

    /** Types and streams; what a window update adds up to depends on the cuts. */
    private static String frames(byte[] bytes) {
        StringBuilder all = new StringBuilder();
        int at = Http2Server.prefaceBytes(bytes, 0, bytes.length) == 24 ? 24 : 0;
        while (bytes.length - at >= Frame.HEADER_BYTES) {
            int length = Frame.int24(bytes, at);
            if (bytes[at + 3] != Frame.WINDOW_UPDATE && bytes[at + 3] != Frame.DATA) {
                all.append(HexFormat.of().formatHex(bytes, at + 3, at + Frame.HEADER_BYTES));
                all.append(' ');
            }
            at += Frame.HEADER_BYTES + length;
        }
        return all.toString();
    }
}
