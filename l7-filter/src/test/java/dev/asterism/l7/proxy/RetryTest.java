package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.retry.BudgetPolicy;
import dev.asterism.l7.retry.RetryPolicy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a request is sent again, and when not. */
class RetryTest {

    private static final String POST =
            "POST /a HTTP/1.1\r\nHost: orders\r\ncontent-length: 3\r\n\r\nabc";

    private MeshRig rig = rig(Policies.retry(2));

    private static MeshRig rig(RetryPolicy retry) {
        return new MeshRig(Policies.balance("round"), Policies.traffic(retry)).endpoints(1, 2, 3);
    }

    /** Waits for the next attempt. */
    private MeshRig.Asked next() {
        MeshRig.Asked asked = rig.asked();
        for (int i = 0; i < 400 && asked.port() == 0; i++) {
            rig.passMillis(1);
            asked = rig.asked();
        }
        return asked;
    }

    @Test
    void succeedsAfterN() {
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);

        next().answers(503);
        next().answers(503);
        next().answers(200);

        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
        assertThat(rig.observer().requests()).containsExactly("200   default 3");
    }

    @Test
    void givesTheLastErrorOverTheLimit() {
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);

        next().answers(503);
        next().answers(503);
        next().answers(503, "x-last: yes\r\n");

        assertThat(client.sentText()).startsWith("HTTP/1.1 503 ").contains("x-last: yes");
        assertThat(rig.observer().retries())
                .containsExactly(RetryOutcome.SENT, RetryOutcome.SENT, RetryOutcome.EXHAUSTED);
    }

    @Test
    void leavesACodeThatIsNotListed() {
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);

        next().answers(500);

        assertThat(client.sentText()).startsWith("HTTP/1.1 500 ");
        assertThat(rig.observer().retries()).isEmpty();
    }

    @Test
    void goesToAnotherEndpointEachTime() {
        rig.client().arrive(MeshRig.GET);

        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            MeshRig.Asked asked = next();
            ports.add(asked.port());
            asked.answers(503);
        }

        assertThat(ports).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void neverRetriesAfterTheFirstByteOfTheAnswer() {
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);

        MeshRig.Asked asked = next();
        asked.conn().arrive("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc");
        asked.conn().breaks();
        rig.passMillis(1000);

        assertThat(client.sentText()).endsWith("abc");
        assertThat(client.isClosed()).isTrue();
        assertThat(rig.asked().port()).isZero();
        assertThat(rig.observer().retries()).isEmpty();
    }

    @Test
    void retriesAResetBeforeTheAnswer() {
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);

        next().conn().breaks();
        next().answers(200);

        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
        assertThat(rig.observer().attempts().getFirst()).contains("upstream_reset");
    }

    @Test
    void sendsABodyAgain() {
        MemoryConn client = rig.client();
        client.arrive(
                "PUT /a HTTP/1.1\r\nHost: orders\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n");
        client.arrive("2\r\nde\r\n0\r\n\r\n");

        MeshRig.Asked first = next();
        first.answers(503);
        MeshRig.Asked second = next();

        assertThat(first.text()).endsWith("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        assertThat(second.text()).endsWith("5\r\nabcde\r\n0\r\n\r\n");
        second.answers(200);
        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void sendsABodyOverTheLimitOnce() {
        MemoryConn client = rig.client();
        client.arrive(
                "PUT /a HTTP/1.1\r\nHost: orders\r\ncontent-length: 70000\r\n\r\n"
                        + "x".repeat(70_000));

        next().answers(503);

        assertThat(client.sentText()).startsWith("HTTP/1.1 503 ");
        assertThat(rig.observer().retries()).containsExactly(RetryOutcome.BODY);
        assertThat(rig.snapshot().replay().left()).isEqualTo(8 << 20);
    }

    @Test
    void stopsWhenTheBudgetIsEmpty() {
        BudgetPolicy none = new BudgetPolicy(0, 0, Duration.ofSeconds(10));
        rig = rig(Policies.retry(2, RetryPolicy.IDEMPOTENT, none));
        MemoryConn client = rig.client();

        client.arrive(MeshRig.GET);
        next().answers(503);
        assertThat(client.sentText()).startsWith("HTTP/1.1 503 ");
        client.arrive(MeshRig.GET);
        rig.asked().conn().breaks();

        assertThat(client.sentText()).contains("x-mesh-reason: retry_budget");
        assertThat(rig.observer().retries())
                .containsExactly(RetryOutcome.BUDGET, RetryOutcome.BUDGET);
    }

    @Test
    void stopsWhenTheDeadlineIsShorterThanTheBackOff() {
        MemoryConn client = rig.client();
        client.arrive("GET /a HTTP/1.1\r\nHost: orders\r\nx-mesh-deadline: 20\r\n\r\n");

        next().answers(503, "retry-after: 1\r\n");

        assertThat(client.sentText()).startsWith("HTTP/1.1 503 ");
        assertThat(rig.observer().retries()).containsExactly(RetryOutcome.DEADLINE);
    }

    @Test
    void waitsAsLongAsTheServerAsks() {
        rig.client().arrive(MeshRig.GET);

        next().answers(503, "retry-after: 2\r\n");
        rig.passMillis(1990);
        assertThat(rig.asked().port()).isZero();
        rig.passMillis(20);

        assertThat(rig.asked().port()).isPositive();
    }

    @Test
    void stopsAtNegativePushBack() {
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);

        next().answers(503, "grpc-retry-pushback-ms: -1\r\n");

        assertThat(client.sentText()).startsWith("HTTP/1.1 503 ");
        assertThat(rig.observer().retries()).containsExactly(RetryOutcome.PUSHBACK);
    }

    @Test
    void retriesPostOnlyWhereTheServerHasNotSeenIt() {
        rig.refuses(1).refuses(2);
        MemoryConn client = rig.client();
        client.arrive(POST);

        MeshRig.Asked third = next();
        assertThat(third.port()).isEqualTo(3);
        assertThat(third.text()).endsWith("\r\n\r\nabc");
        third.answers(503);

        assertThat(client.sentText()).startsWith("HTTP/1.1 503 ");
        assertThat(rig.observer().requests()).containsExactly("503   default 3");
    }

    @Test
    void retriesPostWhenToldThatAnyMethodMayBe() {
        rig = rig(Policies.retry(2, List.of("any"), BudgetPolicy.STANDARD));
        MemoryConn client = rig.client();
        client.arrive(POST);

        next().answers(503);
        next().answers(200);

        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void connectIsRetriedAtOnce() {
        rig.refuses(1).refuses(2);
        rig.client().arrive(MeshRig.GET);

        assertThat(rig.asked().port()).isEqualTo(3);
        assertThat(rig.nowNanos()).isZero();
    }

    @Test
    void twoHopsDoNotMultiply() {
        MemoryConn client = rig.client();
        client.arrive("GET /a HTTP/1.1\r\nHost: orders\r\nx-mesh-attempt: 2\r\n\r\n");

        MeshRig.Asked asked = next();
        assertThat(asked.text()).contains("x-mesh-attempt: 2\r\n");
        asked.answers(503);

        assertThat(client.sentText()).startsWith("HTTP/1.1 503 ");
        assertThat(rig.observer().retries()).isEmpty();
    }

    @Test
    void theServingSideRetriesOnlyConnections() {
        rig =
                new MeshRig(
                        MeshRig.spec(
                                ServiceSide.INBOUND,
                                Policies.balance("round"),
                                Policies.traffic(Policies.retry(2)),
                                List.of(),
                                AuthzSpec.NONE),
                        1);
        rig.endpoints(1, 2).refuses(1);
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);

        MeshRig.Asked second = next();
        assertThat(second.port()).isEqualTo(2);
        second.answers(503);

        assertThat(client.sentText()).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void saysWhichAttemptItIs() {
        rig.client().arrive(MeshRig.GET);

        MeshRig.Asked first = next();
        first.answers(503);
        MeshRig.Asked second = next();

        assertThat(first.text()).contains("x-mesh-attempt: 1\r\n").doesNotContain(": 2");
        assertThat(second.text()).contains("x-mesh-attempt: 2\r\n").doesNotContain("attempt: 1");
        assertThat(second.text()).endsWith("\r\n\r\n");
    }

    @Test
    void aConnectionThatWasJustClosedCostsNoRequest() {
        rig = rig(RetryPolicy.STANDARD);
        MemoryConn client = rig.client();
        for (int i = 0; i < 3; i++) {
            client.arrive(MeshRig.GET);
            next().answers(200);
        }
        client.sentText();

        client.arrive(MeshRig.GET);
        next().conn().breaks();
        next().answers(204);

        assertThat(client.sentText()).startsWith("HTTP/1.1 204 ");
        assertThat(rig.observer().ejections()).isEmpty();
    }

    @Test
    void aClientThatGoesEndsTheRetry() {
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);
        next().answers(503);
        client.breaks();
        rig.passMillis(1000);

        assertThat(rig.asked().port()).isZero();
        assertThat(rig.dispatcher().live()).isZero();
        assertThat(rig.snapshot().services().getFirst().requests().count()).isZero();
    }

    // --- gRPC ---

    private final Set<MemoryConn> asked = new HashSet<>();

    /** The next connection that a call comes on. */
    private MemoryConn grpcServer() {
        for (int i = 0; i < 400; i++) {
            for (int port = 1; port <= 3; port++) {
                for (MemoryConn conn : rig.servers(port)) {
                    if (conn.sent().length > 0 && asked.add(conn)) {
                        return conn;
                    }
                }
            }
            rig.passMillis(1);
        }
        throw new AssertionError("nobody was asked");
    }

    private static byte[] trailersOnly(int status) {
        return FrameBytes.join(
                FrameBytes.settings(),
                FrameBytes.headers(
                        1,
                        true,
                        ":status: 200",
                        "content-type: application/grpc",
                        "grpc-status: " + status));
    }

    private static byte[] headThenTrailers(int status) {
        return FrameBytes.join(
                FrameBytes.settings(),
                FrameBytes.headers(1, false, ":status: 200", "content-type: application/grpc"),
                FrameBytes.headers(1, true, "grpc-status: " + status));
    }

    @Test
    void readsTheStatusOfGrpcInHeaders() {
        MemoryConn client = rig.client(Caller.UNKNOWN, Spoken.HTTP_2);
        client.arrive(MeshRig.grpcCall());

        grpcServer().arrive(trailersOnly(14));
        grpcServer().arrive(trailersOnly(0));

        assertThat(rig.observer().attempts().getFirst()).startsWith("1 ").contains(" 200 14 ");
        assertThat(rig.observer().attempts().getLast()).contains(" 200 0  good");
        assertThat(rig.observer().requests()).containsExactly("200   default 2");
    }

    @Test
    void readsTheStatusOfGrpcInTrailersOfEmptyBodies() {
        MemoryConn client = rig.client(Caller.UNKNOWN, Spoken.HTTP_2);
        client.arrive(MeshRig.grpcCall());
        client.sent();

        grpcServer().arrive(headThenTrailers(14));
        assertThat(new FrameBytes().read(client.sent())).noneMatch(f -> f.contains("HEADERS"));
        grpcServer().arrive(headThenTrailers(0));

        assertThat(rig.observer().requests()).containsExactly("200   default 2");
    }

    @Test
    void aStreamThatBeginsSlowlyIsNotHeldForLong() {
        MemoryConn client = rig.client(Caller.UNKNOWN, Spoken.HTTP_2);
        client.arrive(MeshRig.grpcCall());
        MemoryConn server = grpcServer();
        client.sent();

        server.arrive(
                FrameBytes.join(
                        FrameBytes.settings(),
                        FrameBytes.headers(
                                1, false, ":status: 200", "content-type: application/grpc")));
        rig.passMillis(3);
        assertThat(client.sent()).isNotEmpty();
        server.arrive(FrameBytes.headers(1, true, "grpc-status: 14"));

        assertThat(rig.observer().requests()).containsExactly("200   default 1");
    }

    @Test
    void retriesARefusedStreamOfAnyMethod() {
        MemoryConn client = rig.client(Caller.UNKNOWN, Spoken.HTTP_2);
        client.arrive(MeshRig.grpcCall());

        MemoryConn server = grpcServer();
        server.arrive(FrameBytes.join(FrameBytes.settings(), FrameBytes.reset(1, 7)));
        grpcServer().arrive(trailersOnly(0));

        assertThat(rig.observer().requests()).containsExactly("200   default 2");
    }
}
