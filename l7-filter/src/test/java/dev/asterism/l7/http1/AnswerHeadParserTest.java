package dev.asterism.l7.http1;

import static dev.asterism.l7.http1.RequestHeadParserTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerHeadParserTest {

    private static final List<String> GOOD =
            List.of(
                    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n",
                    "HTTP/1.1 200\r\n\r\n",
                    "HTTP/1.1 200 \r\n\r\n",
                    "HTTP/1.0 404 Not\tF\351und\r\nConnection: keep-alive\r\n\r\n",
                    "HTTP/1.1 999 x\r\nTransfer-Encoding: chunked\r\nX:\r\n\r\n",
                    "HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");

    private final AnswerHeadParser parser =
            new AnswerHeadParser(FieldNames.standard(), HttpLimits.STANDARD);
    private final Head head = new Head();

    @Test
    void acceptsGoodHeadsAndWaitsForTheirEndAtEveryByte() {
        for (String text : GOOD) {
            byte[] in = bytes(text);

            for (int end = 0; end < in.length; end++) {
                assertThat(parser.parse(in, 0, end, head)).isEqualTo(AnswerHeadParser.MORE);
            }
            assertThat(parser.parse(in, 0, in.length, head)).isEqualTo(in.length);
            assertThat(head.status()).isEqualTo(Integer.parseInt(text.substring(9, 12)));
        }
    }

    @Test
    void knowsWhetherTheConnectionStays() {
        parser.parse(bytes(GOOD.get(0)), 0, GOOD.get(0).length(), head);
        assertThat(head.has(Head.CLOSE)).isFalse();
        parser.parse(bytes(GOOD.get(3)), 0, GOOD.get(3).length(), head);
        assertThat(head.has(Head.CLOSE)).isFalse();
        String plain = "HTTP/1.0 200 OK\r\n\r\n";
        parser.parse(bytes(plain), 0, plain.length(), head);
        assertThat(head.has(Head.CLOSE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\n\r\n",
                "HTTP/1.1 200 OK\r\n\nX",
                "HTTP/1.1 200 O\0K\r\n\r\n",
                "HTTP/1.1 200 O\rK\r\n\r\n",
                "HTTP/1.1  200 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 20x OK\r\n\r\n",
                "HTTP/1.1 +20 OK\r\n\r\n",
                "HTTP/1.2 200 OK\r\n\r\n",
                "http/1.1 200 OK\r\n\r\n",
                "\r\nHTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX : a\r\n\r\n",
                "HTTP/1.1 200 OK\r\n X: a\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: a\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n"
            })
    void refuses(String text) {
        byte[] in = bytes(text);

        assertThat(parser.parse(in, 0, in.length, head)).isLessThan(AnswerHeadParser.MORE);
    }

    @Test
    void survivesMutations() {
        Random random = new Random(17);
        int accepted = 0;
        for (int i = 0; i < 30_000; i++) {
            byte[] in = bytes(GOOD.get(random.nextInt(GOOD.size())));
            for (int n = random.nextInt(3); n >= 0; n--) {
                in[random.nextInt(in.length)] = (byte) random.nextInt(256);
            }
            int end = parser.parse(in, 0, in.length, head);
            assertThat(end).isLessThanOrEqualTo(in.length);
            accepted += end > 0 ? 1 : 0;
        }
        assertThat(accepted).isBetween(500, 25_000);
    }
}
