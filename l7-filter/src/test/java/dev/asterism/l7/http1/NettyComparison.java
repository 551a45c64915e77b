package dev.asterism.l7.http1;

import static dev.asterism.l7.http.StreamRuns.STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HeadLines;
import dev.asterism.l7.http.HttpLimits;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Streams of HTTP/1 that we and Netty's strict decoder read: what is common to requests and answers. A message is
 * compared as text: its head, {@code |}, its body, {@code |}, its trailers.
 */
abstract class NettyComparison {

    private static final String DAMAGE = "\r\n:; \t,\0xX0123456789abcdef";

    final Head head = new Head();
    final Head trailers = new Head();
    final Random random;
    final BodyReader body =
            new BodyReader(new FieldSection(FieldNames.standard(), HttpLimits.STANDARD));

    NettyComparison(Random random) {
        this.random = random;
    }

    /** Of so many messages, all of them good. */
    abstract String stream(int messages);

    /** The messages that we accept, up to the first that is not complete and good. */
    abstract List<String> ours(String stream);

    /** The messages that Netty accepts. */
    abstract List<String> nettys(String stream);

    @Test
    void readsGoodStreamsAsNettyDoes() {
        for (int i = 0; i < STREAMS; i++) {
            int messages = 1 + random.nextInt(3);
            String stream = stream(messages);

            List<String> ours = ours(stream);
            assertThat(ours).as(stream).hasSize(messages);
            assertThat(ours).as(stream).isEqualTo(nettys(stream));
        }
    }

    @Test
    void acceptsNothingThatNettyReadsInAnotherWay() {
        int accepted = 0;
        int stricter = 0;
        for (int i = 0; i < STREAMS; i++) {
            String stream = damaged(stream(1 + random.nextInt(2)));

            List<String> ours = ours(stream);
            List<String> nettys = nettys(stream);
            accepted += ours.isEmpty() ? 0 : 1;
            stricter += ours.size() < nettys.size() ? 1 : 0;
            assertThat(ours).as(stream).isEqualTo(nettys.stream().limit(ours.size()).toList());
        }
        assertThat(accepted).isGreaterThan(STREAMS / 4);
        assertThat(stricter).isGreaterThan(STREAMS / 1000);
    }

    private String damaged(String stream) {
        StringBuilder text = new StringBuilder(stream);
        for (int n = random.nextInt(2); n >= 0; n--) {
            // Mostly in heads and chunk lines: data may be anything.
            int at = random.nextInt(Math.min(text.length(), 200));
            char with = DAMAGE.charAt(random.nextInt(DAMAGE.length()));
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, with);
                case 1 -> text.insert(at, with);
                default -> text.deleteCharAt(at);
            }
        }
        return text.toString();
    }

    final String pick(String... from) {
        return from[random.nextInt(from.length)];
    }

    /** A good field, without the end of its line. */
    final String field() {
        return "X-"
                + random.nextInt(9)
                + ":"
                + pick("", " ", "\t ")
                + pick("", "v", "a b", "a,b", "\"q\"")
                + pick("", " ");
    }

    /** For a body; one in ten is long. */
    final String data() {
        return "d".repeat(random.nextInt(random.nextInt(10) == 0 ? 20_000 : 20));
    }

    /** Adds the body's data to the message, as far as it is there and good; returns where it stopped. */
    final int readBody(byte[] in, int from, StringBuilder message) {
        trailers.clearFor(in);
        int p = from;
        while (!body.isDone() && !body.isBad()) {
            int next = body.next(in, p, in.length, trailers);
            message.append(text(in, body.dataFrom(), body.dataTo() - body.dataFrom()));
            if (next == p) {
                break;
            }
            p = next;
        }
        return p;
    }

    /** Each behind a line feed, with its name in lower case. */
    static String fields(Head from) {
        StringBuilder text = new StringBuilder();
        for (String line : HeadLines.fields(from)) {
            int colon = line.indexOf(':');
            text.append('\n');
            text.append(line.substring(0, colon).toLowerCase(Locale.ROOT));
            text.append(line, colon, line.length());
        }
        return text.toString();
    }

    static String text(byte[] in, int at, int length) {
        return new String(in, at, length, StandardCharsets.ISO_8859_1);
    }

    static HttpDecoderConfig strict() {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(8 << 10)
                .setMaxHeaderSize(32 << 10)
                .setMaxChunkSize(1 << 20)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true);
    }

    /**
     * What a decoder of Netty has made of its input.
     *
     * @param head as text, of a message
     */
    static List<String> messages(EmbeddedChannel channel, Function<HttpMessage, String> head) {
        List<String> messages = new ArrayList<>();
        StringBuilder message = new StringBuilder();
        boolean failed = false;
        for (Object each = channel.readInbound(); each != null; each = channel.readInbound()) {
            failed |= each instanceof DecoderResultProvider r && r.decoderResult().isFailure();
            if (each instanceof HttpMessage begun) {
                message.setLength(0);
                message.append(head.apply(begun)).append('|');
            }
            if (each instanceof HttpContent content) {
                message.append(content.content().toString(StandardCharsets.ISO_8859_1));
            }
            if (each instanceof LastHttpContent last && !failed) {
                messages.add(message.append('|').append(fields(last.trailingHeaders())).toString());
            }
            ReferenceCountUtil.release(each);
        }
        channel.finishAndReleaseAll();
        return messages;
    }

    static String fields(HttpHeaders from) {
        StringBuilder text = new StringBuilder();
        from.iteratorAsString()
                .forEachRemaining(
                        field ->
                                text.append('\n')
                                        .append(field.getKey().toLowerCase(Locale.ROOT))
                                        .append(": ")
                                        .append(field.getValue()));
        return text.toString();
    }
}
