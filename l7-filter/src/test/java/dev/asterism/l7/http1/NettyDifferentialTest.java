package dev.asterism.l7.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.ProxyRig;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Netty's strict decoder as oracle. What we accept, it must read in the same way, or a server behind us could be told
 * something that we did not see. What nobody has damaged, we must accept.
 */
class NettyDifferentialTest {

    private static final int STREAMS = Integer.getInteger("l7.streams", 20_000);

    private static final String DAMAGE = "\r\n:; \t,\0xX0123456789abcdef";

    private final RequestHeadParser parser =
            new RequestHeadParser(FieldNames.standard(), HttpLimits.STANDARD);
    private final BodyReader body =
            new BodyReader(new FieldSection(FieldNames.standard(), HttpLimits.STANDARD));
    private final Head head = new Head();
    private final Head trailers = new Head();
    private final Random random = new Random(13);

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

    /** A server of Netty reads a chunked request that we have framed anew exactly as it was sent. */
    @Test
    void framesBodiesSoThatNettyReadsTheSame() {
        for (int i = 0; i < STREAMS / 10; i++) {
            String stream = stream(1);
            ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
            MemoryConn client = rig.client();
            int cut = random.nextInt(stream.length());
            client.arrive(stream.substring(0, cut));
            client.arrive(stream.substring(cut));

            List<String> sent = nettys(stream);
            List<String> passed = nettys(rig.server().sentText());
            assertThat(passed).hasSize(1);
            assertThat(bodyOf(passed)).as(stream).isEqualTo(bodyOf(sent));
        }
    }

    private static String bodyOf(List<String> messages) {
        String message = messages.getFirst();
        return message.substring(message.indexOf('|'));
    }

    private String stream(int messages) {
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < messages; i++) {
            message(stream);
        }
        return stream.toString();
    }

    private void message(StringBuilder to) {
        to.append(pick("GET", "POST", "PUT", "DELETE", "X-Y_Z")).append(' ');
        to.append(pick("/", "/a/b?c=d", "/%20/..;x", "http://h/x")).append(" HTTP/1.1\r\n");
        int kind = random.nextInt(3);
        List<String> fields = new ArrayList<>(List.of("Host: h"));
        for (int n = random.nextInt(5); n > 0; n--) {
            fields.add(
                    "X-"
                            + random.nextInt(9)
                            + ":"
                            + pick("", " ", "\t ")
                            + pick("", "v", "a b", "a,b", "\"q\"")
                            + pick("", " "));
        }
        String data = "d".repeat(random.nextInt(random.nextInt(10) == 0 ? 20_000 : 20));
        if (kind == 1) {
            fields.add(pick("Content-Length: ", "content-length:") + data.length());
        } else if (kind == 2) {
            fields.add(pick("Transfer-Encoding: chunked", "transfer-encoding:Chunked"));
        }
        java.util.Collections.shuffle(fields, random);
        fields.forEach(field -> to.append(field).append("\r\n"));
        to.append("\r\n");
        if (kind == 1) {
            to.append(data);
        } else if (kind == 2) {
            chunks(to, data);
        }
    }

    private void chunks(StringBuilder to, String data) {
        int at = 0;
        while (at < data.length()) {
            int size = 1 + random.nextInt(data.length() - at);
            to.append(pick("", "0"))
                    .append(Integer.toHexString(size))
                    .append(pick("", ";a=b", ";c"))
                    .append("\r\n");
            to.append(data, at, at + size).append("\r\n");
            at += size;
        }
        to.append(pick("0", "00")).append("\r\n").append(pick("", "", "X-T: u\r\n")).append("\r\n");
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

    private String pick(String... from) {
        return from[random.nextInt(from.length)];
    }

    /** Messages that are complete and good, up to the first that is not. */
    private List<String> ours(String stream) {
        byte[] in = stream.getBytes(StandardCharsets.ISO_8859_1);
        List<String> messages = new ArrayList<>();
        int p = 0;
        while (p < in.length) {
            p = parser.parse(in, p, in.length, head);
            if (p < 0) {
                return messages;
            }
            StringBuilder message = new StringBuilder();
            message.append(text(in, head.start(), head.fieldsStart() - 2 - head.start()));
            fields(head, message);
            message.append('|');
            begin();
            trailers.clearFor(in);
            p = body(in, p, message);
            if (!body.isDone()) {
                return messages;
            }
            fields(trailers, message.append('|'));
            messages.add(message.toString());
        }
        return messages;
    }

    private void begin() {
        if (head.has(Head.CHUNKED)) {
            body.begin(BodyReader.Kind.CHUNKED, 0);
        } else if (head.contentLength() > 0) {
            body.begin(BodyReader.Kind.LENGTH, head.contentLength());
        } else {
            body.begin(BodyReader.Kind.NONE, 0);
        }
    }

    private int body(byte[] in, int from, StringBuilder message) {
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

    private static void fields(Head from, StringBuilder to) {
        for (int row = 0; row < from.count(); row++) {
            to.append('\n');
            to.append(
                    text(from.bytes(), from.nameAt(row), from.nameLength(row))
                            .toLowerCase(Locale.ROOT));
            to.append('=').append(text(from.bytes(), from.valueAt(row), from.valueLength(row)));
        }
    }

    private static String text(byte[] in, int at, int length) {
        return new String(in, at, length, StandardCharsets.ISO_8859_1);
    }

    private static List<String> nettys(String stream) {
        HttpDecoderConfig config =
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(8 << 10)
                        .setMaxHeaderSize(32 << 10)
                        .setMaxChunkSize(1 << 20)
                        .setAllowDuplicateContentLengths(false)
                        .setStrictLineParsing(true)
                        .setUseRfc9112TransferEncoding(true);
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(config));
        channel.writeInbound(Unpooled.copiedBuffer(stream, StandardCharsets.ISO_8859_1));
        List<String> messages = new ArrayList<>();
        StringBuilder message = new StringBuilder();
        boolean failed = false;
        for (Object each = channel.readInbound(); each != null; each = channel.readInbound()) {
            failed |=
                    each instanceof io.netty.handler.codec.DecoderResultProvider result
                            && result.decoderResult().isFailure();
            if (each instanceof HttpRequest request) {
                message.setLength(0);
                message.append(request.method())
                        .append(' ')
                        .append(request.uri())
                        .append(' ')
                        .append(request.protocolVersion());
                fields(request.headers(), message);
                message.append('|');
            }
            if (each instanceof HttpContent content) {
                message.append(content.content().toString(StandardCharsets.ISO_8859_1));
            }
            if (each instanceof LastHttpContent last && !failed) {
                fields(last.trailingHeaders(), message.append('|'));
                messages.add(message.toString());
            }
            ReferenceCountUtil.release(each);
        }
        channel.finishAndReleaseAll();
        return messages;
    }

    private static void fields(HttpHeaders from, StringBuilder to) {
        from.iteratorAsString()
                .forEachRemaining(
                        field ->
                                to.append('\n')
                                        .append(field.getKey().toLowerCase(Locale.ROOT))
                                        .append('=')
                                        .append(field.getValue()));
    }
}
