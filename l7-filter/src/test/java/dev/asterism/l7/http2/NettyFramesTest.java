package dev.asterism.l7.http2;

import static dev.asterism.l7.http.StreamRuns.STREAMS;
import static dev.asterism.l7.http2.FrameBytes.frame;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.http.StreamRuns;
import dev.asterism.l7.io.BufferPool;
import dev.asterism.l7.io.HeldMemory;
import dev.asterism.l7.io.Holding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Sequences of frames, with Netty's frame reader as oracle: good ones we read as it does, and in damaged ones we find
 * nothing before we stop that Netty does not find.
 */
class NettyFramesTest {

    private final Random random = StreamRuns.random("NettyFramesTest");

    @Test
    void readsGoodFramesAsNettyDoes() {
        for (int i = 0; i < STREAMS; i++) {
            byte[] sequence = sequence();
            FrameLines ours = new FrameLines();
            int error = read(sequence, ours);

            assertThat(error).as(hex(sequence)).isEqualTo(ErrorCode.NO_ERROR);
            assertThat(ours.lines).as(hex(sequence)).isEqualTo(NettyFrameLines.of(sequence).lines);
        }
    }

    @Test
    void findsNothingInDamagedFramesThatNettyDoesNot() {
        int whole = 0;
        int stopped = 0;
        for (int i = 0; i < STREAMS; i++) {
            byte[] sequence = damaged(sequence());
            FrameLines ours = new FrameLines();
            int error = read(sequence, ours);

            NettyFrameLines nettys = NettyFrameLines.of(sequence);
            assertThat(ours.lines)
                    .as(hex(sequence))
                    .isEqualTo(nettys.lines.stream().limit(ours.lines.size()).toList());
            if (error == ErrorCode.NO_ERROR) {
                whole++;
                assertThat(nettys.broken).as(hex(sequence)).isFalse();
                assertThat(nettys.lines).as(hex(sequence)).hasSameSizeAs(ours.lines);
            } else {
                stopped++;
            }
        }
        assertThat(whole).isGreaterThan(STREAMS / 20);
        assertThat(stopped).isGreaterThan(STREAMS / 20);
    }

    /** In pieces of any length. */
    private int read(byte[] sequence, FrameLines found) {
        FrameReader reader =
                new FrameReader(found, new Holding(new HeldMemory(new BufferPool()), () -> {}));
        int at = 0;
        int to = 0;
        while (to < sequence.length && reader.error() == ErrorCode.NO_ERROR) {
            to = Math.min(sequence.length, to + 1 + random.nextInt(60));
            at = reader.read(sequence, at, to);
        }
        return reader.error();
    }

    private byte[] sequence() {
        List<byte[]> frames = new ArrayList<>();
        frames.add(someSettings());
        for (int n = random.nextInt(8); n > 0; n--) {
            switch (random.nextInt(9)) {
                case 0 -> frames.add(someSettings());
                case 1 -> frames.add(padded(Frame.DATA, random.nextInt(2), bytes(40)));
                case 2 -> headers(frames);
                case 3 -> frames.add(priority());
                case 4 -> frames.add(frame(Frame.RST_STREAM, flags(), stream(), bytesOf(4)));
                case 5 -> frames.add(frame(Frame.PING, random.nextInt(2), 0, bytesOf(8)));
                case 6 ->
                        frames.add(frame(Frame.GOAWAY, flags(), 0, bytesOf(8 + random.nextInt(9))));
                case 7 -> frames.add(windowUpdate());
                default ->
                        frames.add(
                                frame(
                                        10 + random.nextInt(200),
                                        flags(),
                                        random.nextInt(9),
                                        bytes(20)));
            }
        }
        return join(frames.toArray(byte[][]::new));
    }

    private byte[] someSettings() {
        return switch (random.nextInt(4)) {
            case 0 ->
                    settings(Frame.HEADER_TABLE_SIZE, random.nextInt(5000), 0x77, random.nextInt());
            case 1 ->
                    settings(
                            Frame.INITIAL_WINDOW_SIZE,
                            random.nextInt(1 << 20),
                            Frame.ENABLE_PUSH,
                            0);
            case 2 ->
                    settings(
                            Frame.MAX_FRAME_SIZE,
                            16384 + random.nextInt(99),
                            Frame.MAX_FRAME_SIZE,
                            16384);
            default -> settings();
        };
    }

    private void headers(List<byte[]> frames) {
        int stream = stream();
        int end = random.nextInt(2);
        int pieces = random.nextInt(3);
        byte[] first = bytes(60);
        int flags = end | (pieces == 0 ? Frame.END_HEADERS : 0);
        if (random.nextBoolean()) {
            first = join(new byte[] {0, 0, 0, 0, (byte) random.nextInt(256)}, first);
            flags |= Frame.PRIORITISED;
        }
        frames.add(padded(Frame.HEADERS, flags, stream, first));
        for (int i = 1; i <= pieces; i++) {
            int last = i == pieces ? Frame.END_HEADERS : 0;
            frames.add(frame(Frame.CONTINUATION, last, stream, bytes(30)));
        }
    }

    private byte[] padded(int type, int flags, byte[] payload) {
        return padded(type, flags, stream(), payload);
    }

    private byte[] padded(int type, int flags, int stream, byte[] payload) {
        if (random.nextInt(3) > 0) {
            return frame(type, flags, stream, payload);
        }
        int padding = random.nextInt(10);
        byte[] all = join(new byte[] {(byte) padding}, payload, new byte[padding]);
        return frame(type, flags | Frame.PADDED, stream, all);
    }

    private byte[] priority() {
        return frame(Frame.PRIORITY, flags(), stream(), new byte[] {0, 0, 0, 0, 9});
    }

    private byte[] windowUpdate() {
        byte[] payload = FrameBytes.int32(1 + random.nextInt(Integer.MAX_VALUE - 1));
        return frame(Frame.WINDOW_UPDATE, flags(), random.nextBoolean() ? 0 : stream(), payload);
    }

    private int stream() {
        return 1 + 2 * random.nextInt(9);
    }

    /** Where none means anything. */
    private int flags() {
        return random.nextInt(4) == 0 ? random.nextInt(256) : 0;
    }

    private byte[] bytes(int most) {
        return bytesOf(random.nextInt(most));
    }

    private byte[] bytesOf(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Mostly in the headers of frames, which begin with small numbers. */
    private byte[] damaged(byte[] sequence) {
        byte[] bytes = sequence.clone();
        for (int n = random.nextInt(3); n >= 0; n--) {
            int at = random.nextInt(bytes.length);
            bytes[at] =
                    switch (random.nextInt(3)) {
                        case 0 -> (byte) random.nextInt(10);
                        case 1 -> (byte) (bytes[at] ^ 1 << random.nextInt(8));
                        default -> (byte) random.nextInt(256);
                    };
        }
        return Arrays.copyOf(bytes, bytes.length - random.nextInt(2));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
