package dev.asterism.l7.exchange;

import static dev.asterism.l7.http.WireText.text;
import static dev.asterism.l7.http2.FrameBytes.PREFACE;
import static dev.asterism.l7.http2.FrameBytes.get;
import static dev.asterism.l7.http2.FrameBytes.headers;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.settings;
import static dev.asterism.l7.http2.FrameBytes.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.match.RequestPath;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the filter takes from clients and what it does not, one test for each sentence of its design. */
class ParserPostureTest {

    private static final String HOST = "Host: h\r\n";

    private static String outcome(String firstLine, String fields) {
        RawExchange seen = new RawExchange(firstLine + "\r\n" + HOST + fields + "\r\n");
        assertThat(seen.requests.isEmpty()).isEqualTo(!seen.outcome.equals("200"));
        return seen.outcome;
    }

    private static String outcome(String fields) {
        return outcome("POST / HTTP/1.1", fields);
    }

    @Test
    void aFirstLineHasAtMost8KiB() {
        assertThat(outcome("GET /" + "a".repeat(8178) + " HTTP/1.1", "")).isEqualTo("200");
        assertThat(outcome("GET /" + "a".repeat(8190) + " HTTP/1.1", "")).isEqualTo("414 close");
    }

    @Test
    void aHeadHasAtMost32KiB() {
        assertThat(outcome("X: " + "a".repeat(32_700) + "\r\n")).isEqualTo("200");
        assertThat(outcome("X: " + "a".repeat(32_768) + "\r\n")).isEqualTo("431 close");
    }

    @Test
    void aHeadHasAtMost128Fields() {
        assertThat(outcome("X: a\r\n".repeat(127))).isEqualTo("200");
        assertThat(outcome("X: a\r\n".repeat(128))).isEqualTo("431 close");
    }

    @Test
    void aLengthStandsThereOnce() {
        assertThat(outcome("Content-Length: 0\r\nContent-Length: 0\r\n")).isEqualTo("400 close");
    }

    @Test
    void lengthAndTransferEncodingDoNotGoTogether() {
        assertThat(outcome("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"))
                .isEqualTo("400 close");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "chunked, gzip", "identity", "chunked, identity"})
    void transferEncodingEndsInChunked(String coding) {
        assertThat(outcome("Transfer-Encoding: " + coding + "\r\n")).isEqualTo("400 close");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X : y\r\n",
                "X\t: y\r\n",
                "X: y\nZ: a\r\n",
                "X: y\rZ: a\r\n",
                "X: \0\r\n",
                "X: y\r\n z\r\n",
                "Host: h\r\n"
            })
    void spaceBeforeTheColonBareEndsNulFoldsAndASecondHostAreRefused(String fields) {
        assertThat(outcome(fields)).isEqualTo("400 close");
    }

    @Test
    void aTargetHasNoControlCharacters() {
        for (char c = 0; c < 0x21; c++) {
            assertThat(outcome("GET /a" + c + "b HTTP/1.1", ""))
                    .as("%02x", (int) c)
                    .isEqualTo("400 close");
        }
        assertThat(outcome("GET /a\177 HTTP/1.1", "")).isEqualTo("400 close");
    }

    @Test
    void fieldsNamedByConnectionStayHereButNeverOurs() {
        ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
        rig.client()
                .arrive(
                        text(
                                "GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nX-Mesh-Peer: p\r\nX-B: 2\r\n",
                                "Connection: x-a, x-mesh-peer\r\n\r\n"));

        assertThat(rig.server().sentText())
                .isEqualTo("GET / HTTP/1.1\r\nHost: h\r\nX-Mesh-Peer: p\r\nX-B: 2\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x: a\rb",
                "x: a\nb",
                "x: a\0b",
                "transfer-encoding: chunked",
                "connection: x",
                "3 :path: /a b",
                "0 :method: G T"
            })
    void anHttp2RequestIsNoTextOfHttp1(String field) {
        String[] fields = with("x: y");
        int place = Character.isDigit(field.charAt(0)) ? field.charAt(0) - '0' : 4;
        fields[place] = field.replaceFirst("^[0-9] ", "");

        assertThat(http2(headers(1, true, fields))).containsExactly("RST_STREAM 1 1");
    }

    @Test
    void aListOfHttp2HasAtMost32KiB() {
        String[] fields = with("x-a: " + "a".repeat(16_000), "x-b: " + "b".repeat(16_700));
        byte[] block = FrameBytes.block(fields);
        byte[] first = java.util.Arrays.copyOf(block, 16_000);
        byte[] second = java.util.Arrays.copyOfRange(block, 16_000, 32_000);
        byte[] third = java.util.Arrays.copyOfRange(block, 32_000, block.length);
        List<String> seen =
                http2(
                        join(
                                FrameBytes.frame(1, 1, 1, first),
                                FrameBytes.frame(9, 0, 1, second),
                                FrameBytes.frame(9, 4, 1, third)));

        assertThat(seen).hasSize(1);
        assertThat(seen.getFirst()).startsWith("HEADERS 1 [:status: 431");
    }

    @Test
    void aBlockHasAtMost16Continuations() {
        byte[][] frames = new byte[18][];
        frames[0] = FrameBytes.frame(1, 1, 1, FrameBytes.block(with()));
        java.util.Arrays.fill(frames, 1, frames.length, FrameBytes.frame(9, 0, 1, new byte[0]));

        assertThat(http2(join(frames)).getLast()).matches("GOAWAY [0-9]+ 11");
    }

    @Test
    void aClientHasAtMost100Streams() {
        byte[][] frames = new byte[101][];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = get(1 + 2 * i);
        }

        assertThat(http2(join(frames))).containsExactly("RST_STREAM 201 7");
    }

    private static List<String> http2(byte[] frames) {
        ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
        MemoryConn client = rig.http2Client();
        client.arrive(join(PREFACE, settings(), frames));
        return new FrameBytes().readStreams(client.sent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a%2fb", "/a%5cb", "/a%00b", "/a%252fb"})
    void aPathThatServersReadInDifferentWaysIsNotClear(String path) {
        assertThat(
                        new RequestPath()
                                .read(path.getBytes(StandardCharsets.US_ASCII), 0, path.length()))
                .isFalse();
    }

    @Test
    void dotSegmentsAreResolved() {
        RequestPath path = new RequestPath();
        assertThat(path.read("/a/./b/../c".getBytes(StandardCharsets.US_ASCII), 0, 11)).isTrue();
        assertThat(new String(path.bytes(), path.at(), path.length(), StandardCharsets.US_ASCII))
                .isEqualTo("/a/c");
    }
}
