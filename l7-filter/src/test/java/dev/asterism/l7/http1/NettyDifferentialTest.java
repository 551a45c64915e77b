package dev.asterism.l7.http1;

import static dev.asterism.l7.http.StreamRuns.STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.ProxyRig;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http.StreamRuns;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Netty's strict decoder as oracle. What we accept, it must read in the same way, or a server behind us could be told
 * something that we did not see. What nobody has damaged, we must accept.
 */
class NettyDifferentialTest extends NettyComparison {

    private final RequestHeadParser parser =
            new RequestHeadParser(FieldNames.standard(), HttpLimits.STANDARD);

    NettyDifferentialTest() {
        super(StreamRuns.random("NettyDifferentialTest"));
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

    @Override
    String stream(int messages) {
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
            fields.add(field());
        }
        String data = data();
        if (kind == 1) {
            fields.add(pick("Content-Length: ", "content-length:") + data.length());
        } else if (kind == 2) {
            fields.add(pick("Transfer-Encoding: chunked", "transfer-encoding:Chunked"));
        }
        Collections.shuffle(fields, random);
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

    @Override
    List<String> ours(String stream) {
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
            message.append(fields(head)).append('|');
            begin();
            p = readBody(in, p, message);
            if (!body.isDone()) {
                return messages;
            }
            messages.add(message.append('|').append(fields(trailers)).toString());
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

    @Override
    List<String> nettys(String stream) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(strict()));
        channel.writeInbound(Unpooled.copiedBuffer(stream, StandardCharsets.ISO_8859_1));
        return messages(channel, message -> head((HttpRequest) message));
    }

    private static String head(HttpRequest of) {
        return of.method() + " " + of.uri() + " " + of.protocolVersion() + fields(of.headers());
    }
}
