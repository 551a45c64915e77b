package dev.asterism.l7.http2;

import static dev.asterism.l7.http2.FrameBytes.POST;
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
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.HeldMemory;
import dev.asterism.l7.io.MemoryConn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that cost us more than themselves. */
class Http2FloodTest extends Http2ClientRig {

    /** Of memory, in bytes. */
    private static final int BOUND = 6 << 20;

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

    /** Other connections of the loop do not wait for all of them. */
    @Test
    void takesManyRequestsOfOneClientInTurns() {
        greet();
        AtomicLong clock = new AtomicLong();
        Queue<Runnable> rounds = new ArrayDeque<>();
        rig.loop().batch().takeTurns(() -> clock.getAndAdd(50_000), rounds::add);
        client.arrive(join(get(1), get(3), get(5), get(7), get(9), get(11), get(13), get(15)));
        int first = rig.servers();
        assertThat(first).isBetween(1, 7);

        while (!rounds.isEmpty()) {
            rounds.remove().run();
            rig.loop().settle();
        }

        assertThat(rig.servers()).isEqualTo(8);
        assertThat(seen()).isEmpty();
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

    /** Streams whose windows are closed keep no more than the loop has room for: the oldest are reset. */
    @Test
    void resetsStreamsThatWouldKeepTooMuch() {
        String answer = "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n" + "x".repeat(100_000);
        HeldMemory memory = rig.loop().batch().memory();
        memory.most(BOUND);
        List<MemoryConn> clients = new ArrayList<>();
        for (int c = 0; c < 20; c++) {
            MemoryConn each = rig.client();
            clients.add(each);
            each.arrive(join(PREFACE, settings(Frame.INITIAL_WINDOW_SIZE, 0)));
            for (int i = 0; i < 100; i++) {
                each.arrive(get(2 * i + 1));
                rig.server().arrive(answer);
                assertThat(memory.held()).isLessThan(BOUND + (1 << 20));
            }
        }

        assertThat(resets(clients.getFirst())).isEqualTo(100);
        assertThat(resets(clients.getLast())).isZero();
        assertThat(rig.server(0).isClosed()).isTrue();
        assertThat(rig.server().isClosed()).isFalse();
        clients.forEach(MemoryConn::end);
        assertThat(memory.held()).isZero();
    }

    private static int resets(MemoryConn client) {
        List<String> frames = new FrameBytes().readStreams(client.sent());
        return (int) frames.stream().filter(s -> s.matches("RST_STREAM \\d+ 11")).count();
    }

    /** Only the last value counts, RFC 9113 6.5.3. */
    @Test
    void takesAWindowOnceForEachFrame() {
        greet();
        client.arrive(get(1));
        client.arrive(windowUpdate(1, Integer.MAX_VALUE - 65_535));
        client.arrive(
                settings(Frame.INITIAL_WINDOW_SIZE, 65_536, Frame.INITIAL_WINDOW_SIZE, 65_535));

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

    @Test
    void readsNoMoreOfAClientThatDoesNotReadAnswers() {
        greet();
        client.take(0);
        for (int i = 0; i < 20_000; i++) {
            client.arrive(
                    join(
                            headers(2 * i + 1, true, ":method: CONNECT", ":authority: h"),
                            ping(),
                            settings()));
        }
        assertThat(client.isPaused()).isTrue();
        assertThat(client.pending()).isLessThan(Conn.CONGESTED + 4096);
        assertThat(client.unreadBytes()).isGreaterThan(500_000);

        for (int i = 0; i < 100; i++) {
            client.take(300_000);
        }
        client.take(Integer.MAX_VALUE);
        assertThat(seen().stream().filter(s -> s.startsWith("HEADERS"))).hasSize(20_000);
        assertThat(client.isPaused()).isFalse();
    }

    /** Data is under the rule of windows: it stops nobody from being read. */
    @Test
    void readsAClientToWhichMuchDataIsUnderWay() {
        greet(Frame.INITIAL_WINDOW_SIZE, 10_000_000);
        client.arrive(windowUpdate(0, 10_000_000));
        client.take(0);
        client.arrive(get(1));
        rig.server()
                .arrive("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + "x".repeat(400_000));
        assertThat(client.pending()).isGreaterThan(Conn.CONGESTED);
        client.arrive(get(3));

        assertThat(client.isPaused()).isFalse();
        assertThat(rig.servers()).isEqualTo(2);
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
}
