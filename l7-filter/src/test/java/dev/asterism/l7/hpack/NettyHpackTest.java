package dev.asterism.l7.hpack;

import static dev.asterism.l7.http.StreamRuns.STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http.StreamRuns;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Netty's codec as oracle, in both directions: its encoder uses the dynamic table and Huffman. */
class NettyHpackTest {

    private final Random random = StreamRuns.random("NettyHpackTest");
    private final Head head = new Head();

    @Test
    void readsWhatNettyWrites() throws Exception {
        var encoder = new DefaultHttp2HeadersEncoder((name, value) -> false);
        HpackDecoder decoder = new HpackDecoder(FieldNames.standard(), HttpLimits.STANDARD);
        ByteBuf block = Unpooled.buffer();
        for (int i = 0; i < STREAMS; i++) {
            Http2Headers headers = request();
            block.clear();
            encoder.encodeHeaders(1, headers, block);

            assertThat(decoder.request(block.array(), 0, block.writerIndex(), head)).isTrue();
            assertThat(head.has(Head.MALFORMED | Head.TOO_LARGE)).isFalse();
            assertThat(ours()).isEqualTo(theirs(headers));
        }
    }

    @Test
    void writesWhatNettyReads() throws Exception {
        var encoder = new DefaultHttp2HeadersEncoder((name, value) -> false);
        var theirDecoder = new DefaultHttp2HeadersDecoder(true, 64 << 10);
        HpackDecoder decoder = new HpackDecoder(FieldNames.standard(), HttpLimits.STANDARD);
        ByteBuf block = Unpooled.buffer();
        byte[] out = new byte[64 << 10];
        for (int i = 0; i < STREAMS; i++) {
            Http2Headers headers = request();
            block.clear();
            encoder.encodeHeaders(1, headers, block);
            decoder.request(block.array(), 0, block.writerIndex(), head);

            int length = HpackEncoder.request(head, out, BodyFraming.NONE, false);
            assertThat(length).isLessThanOrEqualTo(head.writtenBytes());
            Http2Headers read =
                    theirDecoder.decodeHeaders(1, Unpooled.wrappedBuffer(out, 0, length));
            headers.scheme("http");
            assertThat(theirs(read)).isEqualTo(theirs(headers));
        }
    }

    /** Blocks with wrong bytes in them: what we take for a good head, Netty reads in the same way or not at all. */
    @Test
    void takesNoDamagedBlockThatNettyReadsInAnotherWay() {
        ByteBuf block = Unpooled.buffer();
        int good = 0;
        int lost = 0;
        for (int i = 0; i < STREAMS; i++) {
            var encoder = new DefaultHttp2HeadersEncoder((name, value) -> false);
            var theirDecoder = new DefaultHttp2HeadersDecoder(true, 64 << 10);
            HpackDecoder decoder = new HpackDecoder(FieldNames.standard(), HttpLimits.STANDARD);
            for (int blocks = 0; blocks < 3; blocks++) {
                byte[] bytes = damagedBlock(encoder, block);
                if (!decoder.request(bytes, 0, bytes.length, head)) {
                    lost++;
                    break;
                }
                List<String> theirs = readByNetty(theirDecoder, bytes);
                if (!head.has(Head.MALFORMED | Head.TOO_LARGE)) {
                    good++;
                    assertThat(ours()).as(HexFormat.of().formatHex(bytes)).isEqualTo(theirs);
                } else if (theirs.isEmpty()) {
                    break;
                }
            }
        }
        assertThat(good).isGreaterThan(STREAMS / 4);
        assertThat(lost).isGreaterThan(STREAMS / 20);
    }

    private byte[] damagedBlock(DefaultHttp2HeadersEncoder encoder, ByteBuf block) {
        try {
            block.clear();
            encoder.encodeHeaders(1, request(), block);
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        }
        byte[] bytes = Arrays.copyOf(block.array(), block.writerIndex());
        for (int n = random.nextInt(3); n > 0; n--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        int more = random.nextInt(8) == 0 ? 1 + random.nextInt(3) : 0;
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more);
        for (int i = bytes.length; i < longer.length; i++) {
            longer[i] = (byte) random.nextInt(256);
        }
        return longer;
    }

    /** Empty when Netty refuses it. */
    private static List<String> readByNetty(DefaultHttp2HeadersDecoder decoder, byte[] block) {
        try {
            return theirs(decoder.decodeHeaders(1, Unpooled.wrappedBuffer(block)));
        } catch (Http2Exception e) {
            return List.of();
        }
    }

    private Http2Headers request() {
        Http2Headers headers =
                new DefaultHttp2Headers()
                        .method(pick("GET", "POST", "PUT", "X-" + random.nextInt(5)))
                        .scheme(pick("http", "https"))
                        .path("/" + word(random.nextInt(40)))
                        .authority(pick("a", "b.example:80", "c" + random.nextInt(50)));
        for (int n = random.nextInt(12); n > 0; n--) {
            String name =
                    pick(
                            "accept",
                            "cookie",
                            "user-agent",
                            "x-" + random.nextInt(30),
                            "n" + random.nextInt(5000));
            headers.add(name, word(random.nextInt(random.nextInt(20) == 0 ? 1000 : 20)));
        }
        return headers;
    }

    private String pick(String... from) {
        return from[random.nextInt(from.length)];
    }

    /** Visible characters, so that no blank stands at an end. */
    private String word(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int c = 0x21 + random.nextInt(0x7f - 0x21);
            text.append(c == '#' ? 'a' : (char) c);
        }
        return text.toString();
    }

    private List<String> ours() {
        List<String> all = new ArrayList<>();
        all.add(":method=" + text(head.partAt(Head.METHOD), head.partLength(Head.METHOD)));
        all.add(":scheme=" + text(head.partAt(Head.SCHEME), head.partLength(Head.SCHEME)));
        all.add(":path=" + text(head.partAt(Head.PATH), head.partLength(Head.PATH)));
        all.add(":authority=" + text(head.partAt(Head.AUTHORITY), head.partLength(Head.AUTHORITY)));
        for (int row = 0; row < head.count(); row++) {
            all.add(
                    text(head.nameAt(row), head.nameLength(row))
                            + "="
                            + text(head.valueAt(row), head.valueLength(row)));
        }
        all.sort(null);
        return all;
    }

    private static List<String> theirs(Http2Headers headers) {
        List<String> all = new ArrayList<>();
        headers.forEach(entry -> all.add(entry.getKey() + "=" + entry.getValue()));
        all.sort(null);
        return all;
    }

    private String text(int at, int length) {
        return new String(head.bytes(), at, length, StandardCharsets.ISO_8859_1);
    }
}
