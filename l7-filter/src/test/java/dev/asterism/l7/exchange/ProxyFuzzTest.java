package dev.asterism.l7.exchange;

import static dev.asterism.l7.http2.FrameBytes.PREFACE;
import static dev.asterism.l7.http2.FrameBytes.data;
import static dev.asterism.l7.http2.FrameBytes.headers;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.l7.http.ChunkedText;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole connections, whatever one side says: a strict server understands the requests that it gets, the other side gets
 * the same however the bytes were cut, and nothing is left behind.
 */
class ProxyFuzzTest {

    private static final String[] WORDS = {
        "\r\n",
        "\r\n\r\n",
        "HTTP/1.1 ",
        "Content-Length: 1",
        "Transfer-Encoding: chunked",
        "Connection: ",
        "Host: h",
        "0\r\n\r\n",
        "1\r\na\r\n"
    };

    private static final String POST =
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

    static Stream<FuzzTarget> targets() {
        FuzzTarget server = target("l7-http1-server", ProxyFuzzTest::fromClient).words(WORDS);
        FuzzTarget client = target("l7-http1-client", ProxyFuzzTest::fromServer).words(WORDS);
        FuzzTarget grpc = target("l7-grpc-answers", ProxyFuzzTest::grpcAnswers);
        GoldenStreams.all()
                .filter(stream -> stream.upstream() == UpstreamProtocol.HTTP_1)
                .filter(stream -> stream.sentBy(false)[0] >= 'A')
                .forEach(
                        stream -> {
                            server.seed(stream.sentBy(false));
                            client.seed(stream.sentBy(true));
                        });
        GoldenStreams.all()
                .filter(stream -> stream.upstream() == UpstreamProtocol.HTTP_2)
                .forEach(stream -> grpc.seed(stream.sentBy(true)));
        FuzzTarget trailers =
                target("l7-trailers-to-http2", ProxyFuzzTest::trailers)
                        .seed("0\r\nT: u\r\n\r\n")
                        .seed(
                                "1\r\na\r\n0\r\nHost: i\r\nTE: x\r\nContent-Length: 9\r\nX-A:\t b \r\n\r\n")
                        .seed("0;a=b\r\nConnection: x\r\nX: y\r\nGrpc-Status: 0\r\n\r\n")
                        .words(WORDS);
        return Stream.of(server, client, grpc, trailers);
    }

    private static FuzzTarget target(String name, FuzzTarget.Property property) {
        return FuzzTarget.of(name, property).mostBytes(500).mayAllocate(32 << 20, 1 << 16);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static String fromClient(byte[] input) {
        // What is wrong in a line is found when it ends, at the latest.
        String raw = new String(input, StandardCharsets.ISO_8859_1) + "\r\n";
        RawExchange whole = new RawExchange(raw, raw.length() + 1);
        RawExchange cut = new RawExchange(raw, 1);
        assertThat(cut.outcome).isEqualTo(whole.outcome);
        assertThat(cut.requests).isEqualTo(whole.requests);
        return whole.outcome.substring(0, Math.min(16, whole.outcome.length()));
    }

    private static String fromServer(byte[] input) {
        String whole = answer(input, input.length + 1);
        assertThat(answer(input, 1)).isEqualTo(whole);
        return whole.substring(0, Math.min(16, whole.length()));
    }

    /** What the client of one request gets until the server is gone. */
    private static String answer(byte[] input, int step) {
        ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
        MemoryConn client = rig.client();
        client.arrive(ProxyRig.UPGRADE);
        MemoryConn server = rig.server();
        arrive(server, input, step);
        if (!server.isClosed()) {
            server.end();
        }
        assertThat(server.isClosed()).isTrue();
        String seen = ChunkedText.joined(client.sentText());
        if (!client.isClosed()) {
            client.breaks();
        }
        nothingIsLeft(rig);
        return seen;
    }

    private static String grpcAnswers(byte[] input) {
        List<String> whole = call(input, input.length + 1);
        List<String> cut = call(input, 1);
        // What comes behind the end of a connection is heard only when it came with it.
        if (whole.getLast().equals(cut.getLast()) && whole.getLast().equals("open")) {
            assertThat(cut).isEqualTo(whole);
        }
        return whole.size() + whole.getLast();
    }

    /** What an HTTP/2 client with two calls gets, DATA by stream in one piece, and whether the server stays. */
    private static List<String> call(byte[] input, int step) {
        ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_2);
        MemoryConn client = rig.client();
        client.arrive(join(PREFACE, settings(), grpc(1), data(1, true, "\0\0\0\0\0"), grpc(3)));
        MemoryConn server = rig.server(0);
        arrive(server, input, step);
        String end = server.isClosed() || server.isClosing() ? "over" : "open";
        List<String> seen = new ArrayList<>();
        StringBuilder[] data = {new StringBuilder(), new StringBuilder()};
        for (String frame : new FrameBytes().readStreams(client.sent())) {
            if (frame.startsWith("DATA ")) {
                data[frame.charAt(5) == '1' ? 0 : 1].append(frame.substring(7));
            } else {
                seen.add(frame);
            }
        }
        seen.add(data[0].toString());
        seen.add(data[1].toString());
        seen.add(end);
        if (!client.isClosed()) {
            client.breaks();
        }
        nothingIsLeft(rig);
        return seen;
    }

    private static byte[] grpc(int stream) {
        return headers(
                stream,
                false,
                ":method: POST",
                ":scheme: http",
                ":authority: h",
                ":path: /s/m",
                "content-type: application/grpc",
                "te: trailers");
    }

    /** The end of a chunked body, for a server of HTTP/2. */
    private static String trailers(byte[] input) {
        ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_2);
        MemoryConn client = rig.client();
        client.arrive(POST);
        arrive(client, input, input.length + 1);
        List<String> frames = new FrameBytes().readStreams(rig.server(0).sent());
        assertThat(frames.getFirst()).startsWith("HEADERS 1 [:method: POST");
        for (String frame : frames.subList(1, frames.size())) {
            if (frame.startsWith("HEADERS 1 ")) {
                assertThat(frame).endsWith("] end").doesNotContain("\r", "\n", "\0");
                assertThat(frame.substring(9))
                        .doesNotContainPattern("(\\[|, ):[a-z]+: ")
                        .doesNotContainPattern(
                                "(\\[|, )(te|host|connection|content-length|transfer-encoding): ");
            }
        }
        if (!client.isClosed()) {
            client.breaks();
        }
        nothingIsLeft(rig);
        return frames.size() + frames.getLast().substring(0, 6);
    }

    private static void arrive(MemoryConn at, byte[] input, int step) {
        for (int from = 0; from < input.length && !at.isClosed(); from += step) {
            at.arrive(Arrays.copyOfRange(input, from, Math.min(input.length, from + step)));
        }
    }

    private static void nothingIsLeft(ProxyRig rig) {
        rig.loop().pass(TimeUnit.MINUTES.toNanos(20));
        for (int i = 0; i < rig.servers(); i++) {
            if (!rig.server(i).isClosed()) {
                rig.server(i).breaks();
            }
        }
        assertThat(rig.loop().batch().timers().armed()).isZero();
    }
}
