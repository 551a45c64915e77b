package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.HeldMemory;
import dev.asterism.l7.io.Holding;
import dev.asterism.l7.io.MemoryConn;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a request when one of its two sides, or the request itself, gives way for lack of memory. */
class GivingWayTest {

    private static final String OVERFLOW = "503 overflow  default 1";
    private static final String CUT = "200 overflow  default 1";

    private final MeshRig rig =
            new MeshRig(
                            UpstreamPolicy.STANDARD,
                            Policies.traffic(Policies.retry(1, "connect", "reset")))
                    .endpoints(1);
    private final HeldMemory memory = rig.loop().batch().memory();

    /** Somebody else takes all memory, for a moment. */
    private void allGiveWay() {
        Holding others = new Holding(memory, () -> {});
        others.holds((int) HeldMemory.STANDARD_BYTES);
        rig.passMillis(1);
        others.forget();
    }

    private MemoryConn uploads(int bytes) {
        MemoryConn client = rig.client();
        client.arrive(
                "PUT /a HTTP/1.1\r\nHost: orders\r\ncontent-length: " + (bytes + 1) + "\r\n\r\n");
        if (!rig.servers(1).isEmpty()) {
            rig.servers(1).forEach(server -> server.take(0));
        }
        client.arrive("x".repeat(bytes));
        return client;
    }

    private void endpointIsNotBlamed(int requests) {
        assertThat(rig.observer().requests()).hasSize(requests).containsOnly(OVERFLOW);
        assertThat(rig.observer().attempts()).containsOnly("1 n1 0 -1 overflow");
        assertThat(rig.observer().ejections()).isEmpty();
    }

    @Test
    void upstreamConnectionThatGivesWayIsNoFaultOfTheEndpoint() {
        for (int i = 0; i < 7; i++) {
            MemoryConn client = uploads(100_000);
            allGiveWay();
            assertThat(client.sentText())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("x-mesh-reason: overflow");
        }
        endpointIsNotBlamed(7);
    }

    @Test
    void upstreamConnectionThatGivesWayBeforeItIsOpen() {
        rig.isSilent(1);
        MemoryConn client = uploads(100_000);
        allGiveWay();
        assertThat(client.sentText()).contains("x-mesh-reason: overflow");
        endpointIsNotBlamed(1);
    }

    @Test
    void keptConnectionThatGivesWayWasNotClosedByTheServer() {
        List<MeshRig.Asked> asked = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            rig.client().arrive(MeshRig.GET);
            asked.add(rig.asked());
        }
        asked.forEach(each -> each.answers(200));
        rig.observer().attempts().clear();
        rig.observer().requests().clear();

        uploads(10_000);
        allGiveWay();

        endpointIsNotBlamed(1);
        assertThat(rig.servers(1)).hasSize(4);
        assertThat(rig.servers(1).stream().filter(MemoryConn::isClosed)).hasSize(1);
    }

    /** The client of a stream that gives way is told which limit it met, and so is the log. */
    @Test
    void clientsStreamThatGivesWay() {
        MemoryConn client = rig.client(Caller.UNKNOWN, Spoken.HTTP_2);
        client.arrive(MeshRig.http2Get());
        MeshRig.Asked asked = rig.asked();
        asked.conn()
                .arrive(
                        FrameBytes.join(
                                FrameBytes.settings(),
                                FrameBytes.headers(1, false, ":status: 200")));
        for (int i = 0; i < 6; i++) {
            asked.conn().arrive(FrameBytes.data(1, false, "y".repeat(16_000)));
        }
        client.sent();

        allGiveWay();

        assertThat(new FrameBytes().readStreams(client.sent())).containsExactly("RST_STREAM 1 11");
        assertThat(rig.observer().requests()).containsExactly(CUT);
        assertThat(rig.observer().ejections()).isEmpty();
        assertThat(client.isClosed()).isFalse();
    }

    /** Its large head is needed no more when the answer has begun. */
    @Test
    void streamThatIsReadDoesNotGiveWayForItsRequestsHead() {
        MemoryConn client = rig.client();
        client.arrive(
                "GET /a HTTP/1.1\r\nHost: orders\r\ncookie: " + "a".repeat(4500) + "\r\n\r\n");
        assertThat(memory.held()).isPositive();
        rig.asked()
                .conn()
                .arrive("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n");
        assertThat(memory.held()).isZero();

        allGiveWay();

        assertThat(client.isClosed()).isFalse();
        assertThat(rig.observer().requests()).isEmpty();
        client.breaks();
        assertThat(memory.held()).isZero();
    }

    /** Answers wait at the end of one batch, and afterwards the client is read again. */
    @Test
    void http2ClientIsReadAgainWhenMemoryComesBack() {
        Holding others = new Holding(memory, () -> {});
        others.holds((int) (HeldMemory.STANDARD_BYTES / 2 + 1));
        MemoryConn client = rig.client(Caller.UNKNOWN, Spoken.HTTP_2);
        client.arrive(FrameBytes.join(FrameBytes.PREFACE, FrameBytes.settings()));
        List<byte[]> gets = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            gets.add(
                    FrameBytes.headers(
                            2 * i + 1,
                            true,
                            ":method: GET",
                            ":scheme: http",
                            ":authority: nobody",
                            ":path: /a"));
        }
        client.arrive(FrameBytes.join(gets.toArray(new byte[0][])));
        others.forget();
        rig.passMillis(100);

        assertThat(client.isPaused()).isFalse();
        assertThat(new FrameBytes().readStreams(client.sent())).hasSize(400);
        client.breaks();
        assertThat(memory.held()).isZero();
    }
}
