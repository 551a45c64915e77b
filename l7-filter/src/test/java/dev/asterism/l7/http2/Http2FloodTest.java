package dev.asterism.l7.http2;

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

import dev.asterism.l7.exchange.ProxyRig;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that cost us more than themselves. */
class Http2FloodTest {

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
}
