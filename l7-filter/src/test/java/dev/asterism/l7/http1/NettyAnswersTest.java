package dev.asterism.l7.http1;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http.StreamRuns;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers of servers, with Netty's strict decoder as oracle: what nobody has damaged we read as Netty does, and of
 * what was damaged we accept nothing that Netty reads in another way.
 */
class NettyAnswersTest extends NettyComparison {

    /** It is for one connection; and Netty removes it from answers that have no body. */
    private static final String CODING = "\ntransfer-encoding: [^\n]*";

    private final AnswerHeadParser parser =
            new AnswerHeadParser(FieldNames.standard(), HttpLimits.STANDARD);

    NettyAnswersTest() {
        super(StreamRuns.random("NettyAnswersTest"));
    }

    @Override
    String stream(int messages) {
        StringBuilder stream = new StringBuilder();
        for (int i = 1; i <= messages; i++) {
            message(stream, i == messages);
        }
        return stream.toString();
    }

    private void message(StringBuilder to, boolean last) {
        String status = pick("200", "404", "503", "299", "204", "304", "100", "103");
        to.append("HTTP/1.1 ")
                .append(status)
                .append(pick("", " ", " OK", " Not a\tb"))
                .append("\r\n");
        boolean bodiless = status.charAt(0) == '1' || status.equals("204") || status.equals("304");
        for (int n = random.nextInt(5); n > 0; n--) {
            to.append(field()).append("\r\n");
        }
        String data = data();
        int kind = bodiless ? 0 : 1 + random.nextInt(last ? 3 : 2);
        if (kind == 1) {
            to.append(pick("Content-Length: ", "content-length:"))
                    .append(data.length())
                    .append("\r\n");
        } else if (kind == 2) {
            to.append(pick("Transfer-Encoding: chunked\r\n", "transfer-encoding:Chunked\r\n"));
        }
        to.append("\r\n");
        if (kind == 2) {
            chunks(to, data);
        } else if (kind != 0) {
            to.append(data);
        }
    }

    private void chunks(StringBuilder to, String data) {
        int at = 0;
        while (at < data.length()) {
            int size = 1 + random.nextInt(data.length() - at);
            to.append(Integer.toHexString(size)).append(pick("", ";a=b", ";c")).append("\r\n");
            to.append(data, at, at + size).append("\r\n");
            at += size;
        }
        to.append("0\r\n").append(pick("", "", "X-T: u\r\n")).append("\r\n");
    }

    /** Messages that are complete and good when the connection ends behind the last byte. */
    @Override
    List<String> ours(String stream) {
        byte[] in = stream.getBytes(StandardCharsets.ISO_8859_1);
        List<String> messages = new ArrayList<>();
        int p = 0;
        while (p < in.length) {
            p = parser.parse(in, p, in.length, head);
            if (p < 0 || head.status() == 101) {
                // No GET of ours asks for another protocol.
                return messages;
            }
            StringBuilder message = new StringBuilder();
            message.append(":status: ").append(head.status());
            message.append(fields(head).replaceAll(CODING, "")).append('|');
            body.begin(kind(), head.contentLength());
            p = readBody(in, p, message);
            if (!body.isDone() && body.kind() != BodyReader.Kind.UNTIL_CLOSE) {
                return messages;
            }
            messages.add(message.append('|').append(fields(trailers)).toString());
        }
        return messages;
    }

    /** As {@link Http1Client} has it, for a GET. */
    private BodyReader.Kind kind() {
        int status = head.status();
        if (status < 200 || status == 204 || status == 304 || head.contentLength() == 0) {
            return BodyReader.Kind.NONE;
        }
        if (head.has(Head.CHUNKED)) {
            return BodyReader.Kind.CHUNKED;
        }
        return head.contentLength() > 0 ? BodyReader.Kind.LENGTH : BodyReader.Kind.UNTIL_CLOSE;
    }

    @Override
    List<String> nettys(String stream) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpResponseDecoder(strict()));
        channel.writeInbound(Unpooled.copiedBuffer(stream, StandardCharsets.ISO_8859_1));
        channel.finish();
        return messages(channel, message -> head((HttpResponse) message));
    }

    private static String head(HttpResponse of) {
        return ":status: " + of.status().code() + fields(of.headers()).replaceAll(CODING, "");
    }
}
