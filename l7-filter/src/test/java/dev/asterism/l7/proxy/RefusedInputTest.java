package dev.asterism.l7.proxy;

import static dev.asterism.l7.http2.FrameBytes.PREFACE;
import static dev.asterism.l7.http2.FrameBytes.data;
import static dev.asterism.l7.http2.FrameBytes.frame;
import static dev.asterism.l7.http2.FrameBytes.headers;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.settings;
import static dev.asterism.l7.http2.FrameBytes.windowUpdate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.MemoryConn;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the protocol refuses is told once, with its service, its caller and its reason. */
class RefusedInputTest {

    private static final byte[] HELLO = join(PREFACE, settings());
    private static final String[] GET = {
        ":method: GET", ":scheme: http", ":authority: orders", ":path: /a"
    };

    private final MeshRig mesh = rig(ServiceSide.INBOUND);

    private static MeshRig rig(ServiceSide side) {
        return new MeshRig(
                MeshRig.spec(
                        side,
                        UpstreamPolicy.STANDARD,
                        TrafficPolicy.STANDARD,
                        List.of(),
                        AuthzSpec.NONE),
                1);
    }

    private List<String> refused() {
        return mesh.observer().refusedInputs();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET  /a HTTP/1.1~~ | first_line 400",
                "GET /a HTTP/1.7~~ | version 505",
                "CONNECT a:1 HTTP/1.1~~ | method 405",
                "GET /a HTTP/1.1~Host : h~~ | field 400",
                "GET /a HTTP/1.1~Host: h~Content-Length: 1~Transfer-Encoding: chunked~~ | framing 400",
                "GET /a HTTP/1.1~Host: h~Content-Length: x~~ | framing 400",
                "GET /a HTTP/1.1~~ | host 400",
                "GET /a HTTP/1.1~Host: h~Host: h~~ | host 400",
                "GET /a HTTP/1.1~Host: h~Connection: @~~ | connection 400",
                "GET /a HTTP/1.1~Host: h~Expect: much~~ | expectation 417"
            })
    void ofAHead(String input, String told) {
        mesh.client(MeshRig.WEB, Spoken.HTTP).arrive(input.strip().replace("~", "\r\n"));

        assertThat(refused()).containsExactly("INBOUND orders web-1 " + told);
        assertThat(mesh.observer().requests()).isEmpty();
    }

    @Test
    void ofWhatIsTooLarge() {
        mesh.client(MeshRig.WEB, Spoken.HTTP).arrive("GET /" + "a".repeat(9_000) + " HTTP/1.1\r\n");
        mesh.client(MeshRig.WEB, Spoken.HTTP)
                .arrive("GET / HTTP/1.1\r\nHost: h\r\n" + "X: a\r\n".repeat(200) + "\r\n");

        assertThat(refused())
                .containsExactly(
                        "INBOUND orders web-1 target_too_long 414",
                        "INBOUND orders web-1 fields_too_large 431");
    }

    @Test
    void ofAHeadThatDoesNotEnd() {
        mesh.client(MeshRig.WEB, Spoken.HTTP).arrive("GET / HTTP/1.1\r\nHo");
        mesh.passMillis(60_000);

        assertThat(refused()).containsExactly("INBOUND orders web-1 head_timeout 408");
    }

    @Test
    void ofABadChunk() {
        mesh.endpoints(1);
        mesh.client(MeshRig.WEB, Spoken.HTTP)
                .arrive(
                        "POST / HTTP/1.1\r\nHost: orders\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");

        assertThat(refused()).containsExactly("INBOUND orders web-1 body 400");
        assertThat(mesh.observer().requests()).hasSize(1);
    }

    static Stream<Arguments> frames() {
        byte[] open = headers(1, false, with("content-length: 2"));
        return Stream.of(
                Arguments.of("h2_request 0", headers(1, true, ":method: GET")),
                Arguments.of("method 405", headers(1, true, ":method: CONNECT", ":authority: h:1")),
                Arguments.of("fields_too_large 431", headers(1, true, many(130))),
                Arguments.of("h2_stream 0", join(open, data(1, true, "more"))),
                Arguments.of("h2_protocol 0", data(3, true, "x")),
                Arguments.of("h2_frame_size 0", frame(6, 0, 0, new byte[7])),
                Arguments.of("h2_compression 0", frame(1, 5, 1, new byte[] {(byte) 0x80})),
                Arguments.of("h2_flow_control 0", windowUpdate(0, Integer.MAX_VALUE)));
    }

    private static String[] many(int more) {
        String[] fields = Arrays.copyOf(GET, GET.length + more);
        Arrays.fill(fields, GET.length, fields.length, "x: a");
        return fields;
    }

    private static String[] with(String field) {
        String[] fields = Arrays.copyOf(GET, GET.length + 1);
        fields[GET.length] = field;
        return fields;
    }

    @ParameterizedTest
    @MethodSource("frames")
    void ofFrames(String told, byte[] input) {
        mesh.endpoints(1);
        mesh.client(MeshRig.WEB, Spoken.HTTP_2).arrive(join(HELLO, input));

        assertThat(refused()).containsExactly("INBOUND orders web-1 " + told);
    }

    @Test
    void ofTheHeadThatStandsStillInHttp2() {
        mesh.client(MeshRig.WEB, Spoken.HTTP_2).arrive(join(HELLO, frame(1, 1, 1, new byte[1])));
        mesh.passMillis(60_000);

        assertThat(refused()).containsExactly("INBOUND orders web-1 head_timeout 0");
    }

    @Test
    void ofAFloodOnce() {
        MemoryConn client = mesh.client(MeshRig.WEB, Spoken.HTTP_2);
        client.arrive(HELLO);
        for (int i = 0; i < 2_000; i++) {
            client.arrive(frame(6, 0, 0, new byte[8]));
            client.sent();
        }

        assertThat(refused()).containsExactly("INBOUND orders web-1 h2_flood 0");
    }

    @Test
    void ofAListenerHasNoService() {
        MeshRig here = rig(ServiceSide.OUTBOUND);
        here.client(Caller.UNKNOWN, Spoken.HTTP).arrive("nonsense\r\n\r\n");

        assertThat(here.observer().refusedInputs()).containsExactly("OUTBOUND   first_line 400");
    }

    @Test
    void aGoodConnectionThatEndsTellsNothing() {
        MemoryConn first = mesh.client(MeshRig.WEB, Spoken.HTTP);
        MemoryConn second = mesh.client(MeshRig.WEB, Spoken.HTTP_2);
        second.arrive(HELLO);
        mesh.passMillis(4_000_000);

        assertThat(first.isClosed() && second.isClosed()).isTrue();
        assertThat(refused()).isEmpty();
    }
}
