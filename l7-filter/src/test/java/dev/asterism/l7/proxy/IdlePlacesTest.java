package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.MemoryConn;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Places that are held for clients which do not read, or do not send, go to requests that wait for one. */
class IdlePlacesTest {

    private static final int PLACES = 16;
    private static final String BIG =
            "HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\n\r\n" + "x".repeat(600_000);
    private static final String CUT = "200 slow_client  default 1";

    private static Caller caller(String name) {
        return new Caller(name, List.of(), "10.0.0.9", "cd", "mesh");
    }

    private static MeshRig served(int requests, int pending) {
        UpstreamPolicy max = Policies.max(1024, pending, requests, 1000);
        ServiceSpec spec =
                MeshRig.spec(
                        ServiceSide.INBOUND,
                        new UpstreamPolicy(
                                max.balance(),
                                max.breaker(),
                                max.max(),
                                UpstreamPolicy.Protocol.HTTP_1),
                        Policies.traffic(Policies.retry(1), Policies.timeouts(0, 0)),
                        List.of(),
                        AuthzSpec.NONE);
        return new MeshRig(spec, 1).endpoints(1);
    }

    private final MeshRig rig = served(PLACES, 100);

    /** A client over HTTP/1 that reads nothing of a large answer. */
    private static MemoryConn unread(MeshRig rig, Caller caller) {
        MemoryConn client = rig.client(caller, Spoken.HTTP);
        client.arrive(MeshRig.GET);
        client.take(0);
        MeshRig.Asked asked = rig.asked();
        if (asked.port() != 0) {
            asked.conn().arrive(BIG);
        }
        return client;
    }

    private static List<MemoryConn> unread(MeshRig rig, int callers, int each) {
        List<MemoryConn> clients = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            for (int n = 0; n < callers; n++) {
                clients.add(unread(rig, caller("hostile-" + n)));
            }
        }
        return clients;
    }

    private static long closed(List<MemoryConn> clients) {
        return clients.stream().filter(MemoryConn::isClosed).count();
    }

    private MemoryConn asks(Caller caller) {
        MemoryConn client = rig.client(caller, Spoken.HTTP);
        client.arrive(MeshRig.GET);
        return client;
    }

    @Test
    void aPlaceOfAStreamThatIsNotReadGoesToOneThatWaits() {
        List<MemoryConn> hostile = unread(rig, 2, 8);
        rig.passMillis(2000);
        assertThat(closed(hostile)).as("nobody needs their places").isZero();

        MemoryConn honest = asks(caller("honest"));
        rig.passMillis(10);
        rig.asked().answers(204);

        assertThat(honest.sentText()).startsWith("HTTP/1.1 204 ");
        assertThat(closed(hostile)).as("one place was needed").isOne();
        assertThat(rig.observer().requests()).containsExactly(CUT, "204   default 1");
        assertThat(rig.observer().attempts())
                .as("no fault of the server")
                .noneMatch(one -> one.contains("slow_client"));
    }

    /** Nobody has stood still for long enough to be ended, but it need not wait. */
    @Test
    void whoHoldsFewFindsAPlaceAtOnceWhileOthersHoldAllThatTheyCan() {
        MeshRig large = served(64, 100);
        List<MemoryConn> hostile = unread(large, 8, 9);
        assertThat(large.snapshot().services().getFirst().requests().count()).isEqualTo(62);

        MemoryConn honest = large.client(caller("honest"), Spoken.HTTP);
        for (int i = 0; i < 20; i++) {
            honest.arrive(MeshRig.GET);
            large.asked().answers(204);
            large.passMillis(10);
        }

        assertThat(honest.sentText().split("HTTP/1.1 204 ", -1)).hasSize(21);
        assertThat(closed(hostile)).isZero();
    }

    /** The places for callers with few are not for it, so the hostile streams are ended for it as before. */
    @Test
    void whoHoldsMoreThanFewGetsPlacesOfThoseThatStandStill() {
        MeshRig large = served(64, 100);
        List<MemoryConn> hostile = unread(large, 2, 33);
        large.passMillis(300);
        for (int i = 0; i < 5; i++) {
            large.client(caller("honest"), Spoken.HTTP).arrive(MeshRig.GET);
        }
        large.passMillis(900);

        for (int i = 0; i < 5; i++) {
            large.asked().answers(204);
        }
        assertThat(closed(hostile)).isGreaterThanOrEqualTo(3);
    }

    @Test
    void oneThatHasNotStoodStillForLongIsLeftAlone() {
        List<MemoryConn> hostile = unread(rig, 2, 8);
        MemoryConn honest = asks(caller("honest"));
        rig.passMillis(400);
        assertThat(closed(hostile)).isZero();
        assertThat(honest.sentText()).isEmpty();

        rig.passMillis(200);
        rig.asked().answers(204);
        assertThat(honest.sentText())
                .as("before it has waited a second")
                .startsWith("HTTP/1.1 204 ");
    }

    @Test
    void aSlowReaderIsNoIdleOne() {
        List<MemoryConn> slow = unread(rig, 2, 8);
        MemoryConn honest = asks(caller("honest"));
        for (int i = 0; i < 9; i++) {
            slow.forEach(client -> client.take(2000));
            rig.passMillis(100);
        }
        assertThat(closed(slow)).isZero();
        rig.passMillis(200);
        assertThat(honest.sentText()).contains("x-mesh-reason: overflow");
    }

    @Test
    void aReaderThatTakesAByteNowAndThenStandsStill() {
        List<MemoryConn> slow = unread(rig, 2, 8);
        for (int i = 0; i < 20; i++) {
            slow.forEach(client -> client.take(10));
            rig.passMillis(100);
        }
        asks(caller("honest"));
        rig.passMillis(10);
        assertThat(closed(slow)).isOne();
    }

    /** Sixteen callers with a place each. */
    @Test
    void withinItsShareACallerHasTwentySeconds() {
        List<MemoryConn> all = unread(rig, 16, 1);
        for (int second = 0; second < 19; second++) {
            asks(caller("honest"));
            rig.passMillis(1000);
        }
        assertThat(closed(all)).isZero();

        rig.passMillis(2000);
        asks(caller("honest"));
        rig.passMillis(10);
        assertThat(closed(all)).isOne();
    }

    @Test
    void aStreamOfHttp2IsResetAndItsConnectionGoesOn() {
        MemoryConn client = rig.client(caller("hostile"), Spoken.HTTP_2);
        client.arrive(FrameBytes.join(FrameBytes.PREFACE, FrameBytes.settings(4, 0)));
        for (int i = 0; i < PLACES; i++) {
            client.arrive(
                    FrameBytes.headers(
                            2 * i + 1,
                            true,
                            ":method: GET",
                            ":scheme: http",
                            ":authority: orders",
                            ":path: /a"));
            MeshRig.Asked asked = rig.asked();
            if (asked.port() != 0) {
                asked.conn().arrive(BIG);
            }
        }
        unread(rig, caller("other"));
        unread(rig, caller("other"));
        rig.passMillis(1500);
        client.sent();

        MemoryConn honest = asks(caller("honest"));
        rig.passMillis(10);
        rig.asked().answers(204);

        assertThat(honest.sentText()).startsWith("HTTP/1.1 204 ");
        byte[] reset = client.sent();
        assertThat(reset).as("RST_STREAM, ENHANCE_YOUR_CALM").hasSize(13);
        assertThat(reset[3]).isEqualTo((byte) 3);
        assertThat(reset[12]).isEqualTo((byte) 0xb);
        assertThat(client.isClosed()).isFalse();
    }

    private List<MemoryConn> uploads(String contentType, String fields) {
        List<MemoryConn> clients = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            MemoryConn client = rig.client(caller("hostile-" + i % 2), Spoken.HTTP);
            client.arrive(
                    "POST /a HTTP/1.1\r\nHost: orders\r\ncontent-length: 1000000\r\n"
                            + contentType
                            + fields
                            + "\r\n");
            rig.asked();
            clients.add(client);
        }
        rig.passMillis(2000);
        return clients;
    }

    @Test
    void aBodyThatDoesNotComeGivesItsPlaceUp() {
        List<MemoryConn> hostile = uploads("", "");
        MemoryConn honest = asks(caller("honest"));
        rig.passMillis(10);
        rig.asked().answers(204);

        assertThat(honest.sentText()).startsWith("HTTP/1.1 204 ");
        assertThat(hostile.stream().map(MemoryConn::sentText).filter(text -> !text.isEmpty()))
                .singleElement()
                .asString()
                .startsWith("HTTP/1.1 408 ")
                .contains("x-mesh-reason: slow_client\r\n");
    }

    @Test
    void callsOfGrpcMayBeSilent() {
        List<MemoryConn> calls = uploads("content-type: application/grpc\r\n", "");
        asks(caller("honest"));
        rig.passMillis(500);
        assertThat(calls).allMatch(client -> client.sent().length == 0);
    }

    @Test
    void whoWaitsForA100IsNotToBlame() {
        List<MemoryConn> all = uploads("", "expect: 100-continue\r\n");
        asks(caller("honest"));
        rig.passMillis(500);
        assertThat(all).allMatch(client -> client.sent().length == 0);
    }

    @Test
    void whatTheServerDoesNotTakeIsNotTheClientsFault() {
        List<MemoryConn> all = uploads("", "");
        rig.servers(1).forEach(server -> server.take(0));
        all.forEach(client -> client.arrive("x".repeat(600_000)));
        rig.passMillis(2000);
        asks(caller("honest"));
        rig.passMillis(500);
        assertThat(all).allMatch(client -> client.sent().length == 0);
    }

    @Test
    void placesOfAnotherLoopAreFreedAsWell() {
        MeshRig second = rig.beside(2).endpoints(1);
        List<MemoryConn> hostile = unread(second, 2, 8);
        second.passMillis(2000);
        rig.passMillis(2000);

        MemoryConn honest = asks(caller("honest"));
        rig.passMillis(10);
        second.loop().settle();
        rig.passMillis(10);
        rig.asked().answers(204);

        assertThat(honest.sentText()).startsWith("HTTP/1.1 204 ");
        assertThat(closed(hostile)).isOne();
    }

    @Test
    void aFullQueueOfOthersIsNoReasonToRefuse() {
        MeshRig full = served(8, 8);
        unread(full, 2, 8); // four places and four that wait each
        full.passMillis(600);

        MemoryConn honest = full.client(caller("honest"), Spoken.HTTP);
        honest.arrive(MeshRig.GET);
        assertThat(honest.sentText()).as("it waits").isEmpty();
        full.passMillis(10);
        full.asked().answers(204);

        assertThat(honest.sentText()).startsWith("HTTP/1.1 204 ");
        assertThat(full.observer().requests()).contains("429 caller_share  default 0");
    }

    @Test
    void nothingIsLeftCounted() {
        List<MemoryConn> hostile = unread(rig, 2, 16);
        rig.passMillis(900);
        for (int i = 0; i < 30; i++) {
            asks(caller("honest-" + i % 3));
            rig.passMillis(50);
            MeshRig.Asked asked = rig.asked();
            if (asked.port() != 0) {
                asked.answers(200);
            }
        }
        hostile.forEach(MemoryConn::breaks);
        rig.passMillis(3000);
        while (rig.asked().port() != 0) {
            // those that waited behind them
        }

        rig.servers(1).forEach(MemoryConn::breaks);
        Service service = rig.snapshot().services().getFirst();
        assertThat(service.requests().count()).isZero();
        assertThat(service.pending().count()).isZero();
        assertThat(rig.dispatcher().live()).isZero();
    }
}
