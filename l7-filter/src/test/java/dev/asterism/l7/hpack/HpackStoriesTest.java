package dev.asterism.l7.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HeadLines;
import dev.asterism.l7.http.HttpLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Header lists of real sites, compressed by fourteen encoders: the stories of hpack-test-case. */
class HpackStoriesTest {

    private static final String FOLDER = "/hpack-test-case/";

    /** Fields of one connection, which HTTP/2 does not have. */
    private static final Predicate<String> HOP =
            Pattern.compile(
                            "(connection|keep-alive|proxy-connection|upgrade|transfer-encoding): .*")
                    .asMatchPredicate();

    /** RFC 9113 8.2.1: a value has no blank at its ends. */
    private static final Predicate<String> BLANK =
            Pattern.compile("[^:]+: (.* | .*)").asMatchPredicate();

    private static final Map<Integer, List<List<String>>> FIELDS = fields();

    private final Head head = new Head();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "go-hpack",
                "haskell-http2-linear",
                "haskell-http2-linear-huffman",
                "haskell-http2-naive",
                "haskell-http2-naive-huffman",
                "haskell-http2-static",
                "haskell-http2-static-huffman",
                "nghttp2",
                "nghttp2-16384-4096",
                "nghttp2-change-table-size",
                "node-http2-hpack",
                "python-hpack",
                "swift-nio-hpack-huffman",
                "swift-nio-hpack-plain-text"
            })
    void decodesEveryStoryOf(String encoder) {
        Map<Integer, List<byte[]>> stories = blocks(encoder);
        assertThat(stories).hasSizeGreaterThanOrEqualTo(FIELDS.size() - 1);
        stories.forEach(
                (story, blocks) -> {
                    List<List<String>> cases = FIELDS.getOrDefault(story, List.of());
                    assertThat(blocks).hasSameSizeAs(cases);
                    HpackDecoder decoder = decoder();
                    for (int i = 0; i < blocks.size(); i++) {
                        byte[] block = blocks.get(i);
                        boolean answer = isAnswer(cases.get(i));
                        assertThat(read(decoder, block, block.length, answer, head)).isTrue();
                        assertThat(head.has(Head.TOO_LARGE)).isFalse();
                        assertThat(decoded())
                                .as("story %d, block %d", story, i)
                                .isEqualTo(run(cases.get(i)));
                    }
                });
    }

    @Test
    void encodesEveryListSoThatWeAndNettyReadItAgain() throws Exception {
        HpackDecoder read = decoder();
        HpackDecoder ours = decoder();
        var nettyWrites = new DefaultHttp2HeadersEncoder((name, value) -> false);
        var nettyReads = new DefaultHttp2HeadersDecoder(false, 64 << 10);
        ByteBuf block = Unpooled.buffer();
        byte[] out = new byte[64 << 10];
        Head again = new Head();
        int lists = 0;
        for (List<String> fields : FIELDS.values().stream().flatMap(List::stream).toList()) {
            List<String> sent = pseudosFirst(fields);
            block.clear();
            nettyWrites.encodeHeaders(1, headers(sent), block);
            boolean answer = isAnswer(fields);
            assertThat(read(read, block.array(), block.writerIndex(), answer, head)).isTrue();
            assertThat(HeadLines.of(head)).isEqualTo(sent);
            assertThat(head.has(Head.MALFORMED)).isEqualTo(sent.stream().anyMatch(HOP.or(BLANK)));

            List<String> kept =
                    sent.stream().filter(kept(sent)).map(HpackStoriesTest::inClear).toList();
            int length =
                    answer
                            ? HpackEncoder.answer(head, out, 0)
                            : HpackEncoder.request(head, out, BodyFraming.LENGTH, false);
            assertThat(read(ours, out, length, answer, again)).isTrue();
            assertThat(HeadLines.of(again)).isEqualTo(kept);
            assertThat(again.has(Head.TOO_LARGE)).isFalse();
            assertThat(again.has(Head.MALFORMED)).isEqualTo(kept.stream().anyMatch(BLANK));
            List<String> seen = new ArrayList<>();
            nettyReads
                    .decodeHeaders(1, Unpooled.wrappedBuffer(out, 0, length))
                    .forEach(field -> seen.add(field.getKey() + ": " + field.getValue()));
            assertThat(seen).containsExactlyInAnyOrderElementsOf(kept);
            lists++;
        }
        assertThat(lists).isGreaterThan(1_000);
    }

    /** A 204 has no length, RFC 9110 8.6. */
    private static Predicate<String> kept(List<String> fields) {
        boolean noContent = fields.contains(":status: 204");
        return HOP.negate().and(line -> !noContent || !line.startsWith("content-length: "));
    }

    /** Upstream connections are in clear text. */
    private static String inClear(String line) {
        return line.startsWith(":scheme") ? ":scheme: http" : line;
    }

    private static Http2Headers headers(List<String> lines) {
        Http2Headers headers = new DefaultHttp2Headers(false);
        for (String line : lines) {
            int colon = line.indexOf(": ", 1);
            headers.add(line.substring(0, colon), line.substring(colon + 2));
        }
        return headers;
    }

    private static boolean isAnswer(List<String> fields) {
        return fields.stream().anyMatch(line -> line.startsWith(":status"));
    }

    private static boolean read(
            HpackDecoder decoder, byte[] block, int length, boolean answer, Head head) {
        return answer
                ? decoder.answer(block, 0, length, head)
                : decoder.request(block, 0, length, head);
    }

    /** Names and values as they were decoded, before any rule about fields. */
    private String decoded() {
        Head empty = new Head();
        empty.clearForOwn();
        int front = empty.ownLength();
        return new String(
                head.bytes(), front, head.ownLength() - front, StandardCharsets.ISO_8859_1);
    }

    private static HpackDecoder decoder() {
        return new HpackDecoder(FieldNames.standard(), HttpLimits.STANDARD);
    }

    private static String run(List<String> fields) {
        StringBuilder run = new StringBuilder();
        for (String field : fields) {
            int colon = field.indexOf(": ", 1);
            run.append(field, 0, colon).append(field.substring(colon + 2));
        }
        return run.toString();
    }

    /** In the order of {@link HeadLines}, to which order among pseudo fields means nothing. */
    private static List<String> pseudosFirst(List<String> fields) {
        List<String> lines = new ArrayList<>();
        for (String name : List.of(":method", ":scheme", ":authority", ":path", ":status")) {
            fields.stream().filter(line -> line.startsWith(name + ": ")).forEach(lines::add);
        }
        fields.stream().filter(line -> line.charAt(0) != ':').forEach(lines::add);
        return lines;
    }

    private static Map<Integer, List<List<String>>> fields() {
        Map<Integer, List<List<String>>> stories = new TreeMap<>();
        List<List<String>> story = List.of();
        for (String line : lines("fields")) {
            if (line.startsWith("story ")) {
                story = new ArrayList<>();
                stories.put(Integer.parseInt(line.substring(6)), story);
            } else if (line.equals("case")) {
                story.add(new ArrayList<>());
            } else {
                story.getLast().add(line);
            }
        }
        return stories;
    }

    private static Map<Integer, List<byte[]>> blocks(String encoder) {
        Map<Integer, List<byte[]>> stories = new TreeMap<>();
        List<byte[]> story = List.of();
        for (String line : lines(encoder)) {
            if (line.startsWith("story ")) {
                story = new ArrayList<>();
                stories.put(Integer.parseInt(line.substring(6)), story);
            } else {
                story.add(HexFormat.of().parseHex(line));
            }
        }
        return stories;
    }

    private static List<String> lines(String name) {
        String file = FOLDER + name + ".txt.gz";
        try (InputStream packed =
                        Objects.requireNonNull(HpackStoriesTest.class.getResourceAsStream(file));
                InputStream text = new GZIPInputStream(packed)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new AssertionError(file, e);
        }
    }
}
