package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.MemoryConn;
import org.junit.jupiter.api.Test;

/** How long requests and attempts may take. */
class TimeoutsTest {

    private static MeshRig rig(long requestMillis, long attemptMillis) {
        return new MeshRig(
                        Policies.balance("round"),
                        Policies.traffic(
                                Policies.retry(1), Policies.timeouts(requestMillis, attemptMillis)))
                .endpoints(1, 2);
    }

    private static MeshRig.Asked next(MeshRig rig) {
        MeshRig.Asked asked = rig.asked();
        for (int i = 0; i < 300 && asked.port() == 0; i++) {
            rig.passMillis(1);
            asked = rig.asked();
        }
        return asked;
    }

    @Test
    void aTryIsInsideTheRequest() {
        MeshRig rig = rig(1000, 100);
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);
        MeshRig.Asked first = next(rig);

        rig.passMillis(110);
        MeshRig.Asked second = next(rig);
        second.answers(200);

        assertThat(first.conn().isClosed()).isTrue();
        assertThat(second.port()).isNotEqualTo(first.port());
        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void allTriesTogetherEndWithTheRequest() {
        MeshRig rig = rig(150, 100);
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);

        rig.passMillis(160);

        assertThat(client.sentText()).startsWith("HTTP/1.1 504 ").contains("-reason: timeout");
        assertThat(rig.dispatcher().live()).isZero();
    }

    @Test
    void answers504BeforeTheBody() {
        MeshRig rig = rig(500, 0);
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);
        MeshRig.Asked asked = next(rig);

        rig.passMillis(490);
        assertThat(client.sentText()).isEmpty();
        rig.passMillis(11);

        assertThat(client.sentText()).startsWith("HTTP/1.1 504 ");
        assertThat(asked.conn().isClosed()).isTrue();
        assertThat(rig.observer().requests()).containsExactly("504 timeout  default 1");
    }

    @Test
    void anAnswerThatHasBegunIsCut() {
        MeshRig rig = rig(500, 0);
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);
        next(rig).conn().arrive("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc");

        rig.passMillis(510);

        assertThat(client.sentText()).endsWith("abc");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void streamingIsNotCutByARequestTimeOfZero() {
        MeshRig rig = rig(0, 100);
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);
        MemoryConn server = next(rig).conn();
        server.arrive("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        for (int minute = 0; minute < 60; minute++) {
            rig.passMillis(60_000);
            server.arrive("1\r\nx\r\n");
        }
        server.arrive("0\r\n\r\n");

        assertThat(client.sentText()).endsWith("1\r\nx\r\n0\r\n\r\n");
    }

    @Test
    void aRequestOnWhichNothingMovesEnds() {
        MeshRig rig = rig(0, 0);
        MemoryConn client = rig.client();
        client.arrive("POST /a HTTP/1.1\r\nHost: orders\r\ncontent-length: 1\r\n\r\nx");
        MeshRig.Asked asked = next(rig);

        rig.passMillis(301_000);

        assertThat(asked.conn().isClosed()).isTrue();
        assertThat(client.sentText()).contains("x-mesh-reason: timeout");
        assertThat(rig.dispatcher().live()).isZero();
    }

    @Test
    void idleOnAHalfClosedStream() {
        MeshRig rig = rig(0, 0);
        MemoryConn client = rig.client(Caller.UNKNOWN, Spoken.HTTP_2);
        // The request is complete: this side of the stream is closed, and only the server is to
        // send.
        client.arrive(MeshRig.http2Get());
        MemoryConn server = rig.servers(1).isEmpty() ? rig.server(2) : rig.server(1);
        server.arrive(
                FrameBytes.join(
                        FrameBytes.settings(), FrameBytes.headers(1, false, ":status: 200")));
        server.sent();
        for (int i = 0; i < 3; i++) {
            rig.passMillis(299_000);
            server.arrive(FrameBytes.data(1, false, "x"));
        }
        client.sent();
        assertThat(rig.dispatcher().live()).isOne();

        rig.passMillis(300_000);

        FrameBytes frames = new FrameBytes();
        assertThat(frames.read(client.sent())).anyMatch(frame -> frame.startsWith("RST_STREAM 1"));
        assertThat(frames.read(server.sent())).anyMatch(frame -> frame.startsWith("RST_STREAM 1"));
        assertThat(rig.dispatcher().live()).isZero();
    }

    @Test
    void aDeadlineThatHasPassedIsAnsweredAtOnce() {
        MeshRig rig = rig(1000, 0);
        MemoryConn client = rig.client();

        client.arrive("GET /a HTTP/1.1\r\nHost: orders\r\nx-mesh-deadline: 0\r\n\r\n");

        assertThat(client.sentText()).startsWith("HTTP/1.1 504 ").contains("reason: deadline");
        assertThat(rig.opened()).isZero();
    }

    @Test
    void theDeadlineIsReducedAndCarriedOn() {
        MeshRig rig = rig(10_000, 100);
        MemoryConn client = rig.client();
        client.arrive(
                "GET /a HTTP/1.1\r\nHost: orders\r\nx-mesh-deadline: 900\r\ngrpc-timeout: 2S\r\n\r\n");

        String first = next(rig).text();
        rig.passMillis(110);
        String second = next(rig).text();
        rig.passMillis(1000);

        assertThat(first).contains("x-mesh-deadline: 900\r\n").doesNotContain("grpc-timeout");
        assertThat(second).doesNotContain("deadline: 900\r\n").containsPattern("deadline: 7\\d\\d");
        assertThat(client.sentText()).contains("x-mesh-reason:");
    }

    @Test
    void theCallersDeadlineSaysNothingOfTheEndpoint() {
        MeshRig rig = rig(10_000, 0);
        MemoryConn client = rig.client();
        client.arrive("GET /a HTTP/1.1\r\nHost: orders\r\nx-mesh-deadline: 50\r\n\r\n");
        next(rig);

        rig.passMillis(60);

        assertThat(client.sentText()).contains("x-mesh-reason: deadline");
        assertThat(rig.observer().attempts().getFirst()).contains("deadline");
    }

    @Test
    void theOwnTimeIsCarriedOnToo() {
        MeshRig rig = rig(3000, 0);
        rig.client().arrive(MeshRig.GET);

        assertThat(next(rig).text()).contains("x-mesh-deadline: 3000\r\n");
    }

    @Test
    void aConnectionMustOpenInItsTime() {
        MeshRig rig = rig(5000, 0).isSilent(1);
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);
        rig.passMillis(900);
        rig.accepts(1);
        rig.passMillis(150);

        MeshRig.Asked asked = rig.asked();

        assertThat(asked.port()).isEqualTo(2);
        asked.answers(200);
        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
        assertThat(rig.observer().attempts().getFirst()).contains("n1 0 -1 no_endpoint");
    }
}
