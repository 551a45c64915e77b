package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.fault.FaultSpec;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.route.RouteSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fault that delays answers and passes their bodies on slowly. */
class SlowAnswerTest {

    private static final String BODY = "0123456789".repeat(100);

    private final MeshRig rig = rig(1000, Duration.ZERO);

    private static MeshRig rig(int bytesPerSecond, Duration delay) {
        FaultSpec fault =
                new FaultSpec(
                        10_000, delay, 0, FaultSpec.NONE, bytesPerSecond, Selector.ANY, "t:1");
        RouteSpec route = RouteSpec.named("slow", "t:1").to("default").fault(fault).build();
        ServiceSpec spec =
                MeshRig.spec(
                        ServiceSide.OUTBOUND,
                        UpstreamPolicy.STANDARD,
                        Policies.traffic(Policies.retry(1), Policies.timeouts(0, 0)),
                        List.of(route),
                        AuthzSpec.NONE);
        return new MeshRig(spec, 1).endpoints(1);
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    @Test
    void passesTheBodyOnAtItsPace() {
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);
        rig.asked().conn().arrive("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + BODY);

        String head = client.sentText();
        assertThat(head).startsWith("HTTP/1.1 200 ").contains("content-length: 1000");
        StringBuilder got = new StringBuilder(body(head));
        assertThat(got).isEmpty();
        for (int tenth = 1; tenth <= 10; tenth++) {
            rig.passMillis(100);
            got.append(client.sentText());
            assertThat(got).as("after %d tenths of a second", tenth).hasSize(100 * tenth);
        }

        assertThat(got.toString()).isEqualTo(BODY);
        assertThat(rig.dispatcher().live()).isZero();
        assertThat(rig.observer().requests()).containsExactly("200  slow default 1");
        client.arrive(MeshRig.GET);
        assertThat(rig.asked().port()).as("both connections are used again").isEqualTo(1);
        assertThat(rig.opened()).isEqualTo(1);
    }

    @Test
    void delaysTheAnswerAndThenPacesIt() {
        MeshRig both = rig(500, Duration.ofMillis(300));
        MemoryConn client = both.client();
        client.arrive(MeshRig.GET);
        assertThat(both.asked().port()).isZero();
        both.passMillis(300);
        both.asked().conn().arrive("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + BODY);

        both.passMillis(1000);
        assertThat(body(client.sentText())).hasSize(500);
        both.passMillis(1000);
        assertThat(client.sentText()).hasSize(500);
    }

    @Test
    void whatComesInPiecesIsNoFasterAndEndsWithItsTrailers() {
        MemoryConn client = rig.client();
        client.arrive("GET /a HTTP/1.1\r\nHost: orders\r\nte: trailers\r\n\r\n");
        MemoryConn server = rig.asked().conn();
        server.arrive("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        server.arrive("64\r\n" + BODY.substring(0, 100) + "\r\n");
        assertThat(server.isPaused()).isTrue();
        rig.passMillis(100);
        assertThat(server.isPaused()).as("all is passed on").isFalse();
        server.arrive("64\r\n" + BODY.substring(0, 100) + "\r\n0\r\nx-sum: 1\r\n\r\n");
        String first = client.sentText();
        assertThat(first).doesNotContain("x-sum");

        rig.passMillis(110);

        assertThat(client.sentText()).endsWith("0\r\nx-sum: 1\r\n\r\n");
        assertThat(rig.dispatcher().live()).isZero();
    }

    @Test
    void pacesStreamsOfHttp2() {
        MemoryConn client = rig.client(Caller.UNKNOWN, Spoken.HTTP_2);
        client.arrive(MeshRig.http2Get());
        MemoryConn server = rig.server(1);
        server.arrive(
                FrameBytes.join(
                        FrameBytes.settings(),
                        FrameBytes.headers(1, false, ":status: 200"),
                        FrameBytes.data(1, true, BODY)));
        client.sent();

        rig.passMillis(500);
        int half = client.sent().length;
        rig.passMillis(600);

        // Ten pieces of 50 bytes, each in a frame.
        assertThat(half).isEqualTo(10 * (50 + 9));
        assertThat(client.sent()).hasSize(10 * (50 + 9));
        assertThat(rig.dispatcher().live()).isZero();
    }

    @Test
    void aClientThatGoesEndsIt() {
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);
        rig.asked().conn().arrive("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + BODY);
        rig.passMillis(100);
        client.breaks();
        rig.passMillis(2000);

        assertThat(rig.dispatcher().live()).isZero();
    }

    @Test
    void anAnswerWithoutABodyIsNotHeld() {
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);
        rig.asked().answers(204);

        assertThat(client.sentText()).startsWith("HTTP/1.1 204 ");
        assertThat(rig.dispatcher().live()).isZero();
    }

    @Test
    void aClientThatDoesNotReadHoldsItUp() {
        MeshRig fast = rig(1_000_000, Duration.ZERO);
        MemoryConn client = fast.client();
        client.arrive(MeshRig.GET);
        MemoryConn server = fast.asked().conn();
        client.take(0);
        server.arrive("HTTP/1.1 200 OK\r\ncontent-length: 50000000\r\n\r\n");
        int sent = 0;
        for (int second = 0; second < 100; second++) {
            if (!server.isPaused()) {
                server.arrive("x".repeat(100_000));
                sent++;
            }
            fast.passMillis(1000);
        }
        assertThat(client.pending()).isLessThan(512 << 10);
        assertThat(sent).isLessThan(6);

        client.take(Integer.MAX_VALUE);
        fast.passMillis(1000);
        assertThat(server.isPaused()).as("it flows again").isFalse();
        assertThat(body(client.sentText())).hasSize(sent * 100_000);
    }

    @Test
    void aClientThatReadsAgainDoesNotMakeItFaster() {
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);
        MemoryConn server = rig.asked().conn();
        client.take(10);
        server.arrive("HTTP/1.1 200 OK\r\ncontent-length: 2000\r\n\r\n" + BODY);
        assertThat(server.isPaused()).isTrue();
        client.take(Integer.MAX_VALUE);

        assertThat(server.isPaused()).isTrue();
    }
}
