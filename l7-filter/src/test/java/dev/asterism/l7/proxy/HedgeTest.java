package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.proxy.MeshRig.Asked;
import dev.asterism.l7.route.RouteSpec;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Second copies of requests that are answered late. */
class HedgeTest {

    private static final String FAST = "hedge: {after: 50ms, percent: 50%}";
    private static final String POST =
            "POST /a HTTP/1.1\r\nHost: orders\r\ncontent-length: 3\r\n\r\nabc";

    private static final String UPGRADE =
            """
            GET /a HTTP/1.1\r
            Host: orders\r
            Connection: upgrade\r
            Upgrade: websocket\r
            \r
            """;

    private MeshRig rig = rig(FAST, 1, 2);

    private static MeshRig rig(String policies, int... endpoints) {
        return new MeshRig(service(policies), 1).endpoints(endpoints);
    }

    private static ServiceSpec service(String policies) {
        return FilterFiles.config(
                        """
                        l7:
                          services:
                            orders:
                              port: 80
                              balance: round
                              pools: {default: {static: ["127.0.0.1:1"]}, next: {static: ["127.0.0.1:2"]}}
                              %s
                        """
                                .formatted(policies))
                .services()
                .getFirst();
    }

    /** Requests that are answered at once, so that there may be copies of others. */
    private void answerAtOnce(int count) {
        for (int i = 0; i < count; i++) {
            MemoryConn client = rig.client();
            client.arrive(MeshRig.GET);
            rig.asked().answers(200);
            client.lose();
        }
    }

    private MemoryConn late(String request) {
        answerAtOnce(4);
        MemoryConn client = rig.client();
        client.arrive(request);
        return client;
    }

    private Service shared() {
        return Objects.requireNonNull(rig.snapshot().service(ServiceSide.OUTBOUND, "orders"));
    }

    private static void answers(Asked to, String body) {
        to.conn().arrive("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n" + body);
    }

    @Test
    void theCopyGoesToAnotherEndpointAndWins() {
        MemoryConn client = late("GET /a HTTP/1.1\r\nHost: orders\r\nX-A: b\r\n\r\n");
        Asked first = rig.asked();
        rig.passMillis(49);
        assertThat(rig.asked().port()).isZero();
        rig.passMillis(2);
        Asked copy = rig.asked();

        assertThat(copy.port()).isNotEqualTo(first.port()).isPositive();
        assertThat(copy.text())
                .startsWith("GET /a HTTP/1.1\r\n")
                .containsIgnoringCase("x-a: b")
                .contains("x-mesh-attempt: 2");
        answers(copy, "copy");

        assertThat(client.sentText()).startsWith("HTTP/1.1 200 OK").endsWith("copy");
        assertThat(first.conn().isClosed()).as("the loser's connection").isTrue();
        assertThat(rig.observer().hedges()).containsExactly("won");
        assertThat(rig.observer().requests().getLast()).isEqualTo("200   default 2");
        assertThat(rig.observer().attempts().subList(4, 6))
                .containsExactly(
                        "1 n" + first.port() + " 0 -1 hedged",
                        "2 n" + copy.port() + " 200 -1  good");
        assertThat(rig.observer().ejections()).isEmpty();
        assertThat(shared().requests().count()).isZero();
    }

    @Test
    void theFirstWinsAndNothingOfTheCopyIsPassedOn() {
        MemoryConn client = late(MeshRig.GET);
        Asked first = rig.asked();
        rig.passMillis(51);
        Asked copy = rig.asked();
        answers(first, "frst");
        assertThat(copy.conn().isClosed()).isTrue();
        copy.conn().arrive("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ncopy");
        rig.passMillis(10);

        assertThat(client.sentText()).endsWith("frst").doesNotContain("copy");
        assertThat(rig.observer().hedges()).containsExactly("lost");
        assertThat(first.conn().isClosed()).as("the winner's connection is kept").isFalse();
        assertThat(shared().requests().count()).isZero();
    }

    @Test
    void thePartOfAnAnswerThatIsThereWins() {
        MemoryConn client = late(MeshRig.GET);
        Asked first = rig.asked();
        rig.passMillis(51);
        Asked copy = rig.asked();
        copy.conn().arrive("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\ncopy");
        assertThat(first.conn().isClosed()).isTrue();
        copy.conn().arrive("more");

        assertThat(client.sentText()).endsWith("copymore");
        assertThat(shared().requests().count()).isZero();
    }

    @Test
    void anAnswerThatBreaksAfterTheCopyHasWonIsCut() {
        MemoryConn client = late(MeshRig.GET);
        rig.asked();
        rig.passMillis(51);
        Asked copy = rig.asked();
        copy.conn().arrive("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\ncopy");
        copy.conn().breaks();
        rig.passMillis(1);

        assertThat(client.isClosed()).isTrue();
        assertThat(rig.observer().requests().getLast()).isEqualTo("200 upstream_reset  default 2");
        assertThat(shared().requests().count()).isZero();
    }

    @Test
    void aBadAnswerOfTheCopyIsNotWorthHaving() {
        MemoryConn client = late(MeshRig.GET);
        Asked first = rig.asked();
        rig.passMillis(51);
        rig.asked().answers(500);
        rig.passMillis(5);
        assertThat(client.sentText()).isEmpty();
        answers(first, "frst");

        assertThat(client.sentText()).startsWith("HTTP/1.1 200").endsWith("frst");
        assertThat(rig.observer().hedges()).containsExactly("failed");
        assertThat(shared().requests().count()).isZero();
    }

    @Test
    void whenTheFirstBreaksTheCopyAnswers() {
        MemoryConn client = late(MeshRig.GET);
        Asked first = rig.asked();
        rig.passMillis(51);
        Asked copy = rig.asked();
        first.conn().breaks();
        rig.passMillis(5);
        assertThat(client.sentText()).isEmpty();
        answers(copy, "copy");

        assertThat(client.sentText()).endsWith("copy");
        assertThat(rig.observer().retries()).isEmpty();
        assertThat(rig.observer().hedges()).containsExactly("won");
        assertThat(shared().requests().count()).isZero();
    }

    @Test
    void whenBothBreakTheRequestFailsOnce() {
        MemoryConn client = late(MeshRig.GET);
        Asked first = rig.asked();
        rig.passMillis(51);
        Asked copy = rig.asked();
        first.conn().breaks();
        copy.conn().breaks();
        rig.passMillis(5);
        // Both connections had been kept, and may have been closed before they were used: once more
        // on a new one.
        assertThat(client.sentText()).isEmpty();
        rig.asked().conn().breaks();
        rig.passMillis(5);

        assertThat(client.sentText()).startsWith("HTTP/1.1 502");
        assertThat(rig.observer().requests().getLast()).startsWith("502 upstream_reset");
        assertThat(rig.observer().hedges()).containsExactly("failed");
        assertThat(shared().requests().count()).isZero();
    }

    @Test
    void anAnswerThatWouldBeRetriedWaitsForTheCopy() {
        rig = rig(FAST + "\n      retry: {on: [503], times: 2}", 1, 2);
        MemoryConn client = late(MeshRig.GET);
        Asked first = rig.asked();
        rig.passMillis(51);
        Asked copy = rig.asked();
        first.answers(503);
        rig.passMillis(5);
        assertThat(client.sentText()).isEmpty();
        answers(copy, "copy");

        assertThat(client.sentText()).endsWith("copy");
        assertThat(rig.observer().retries()).isEmpty();
    }

    @Test
    void theTimeOfAnAttemptHoldsForEachOfTheTwo() {
        rig = rig(FAST + "\n      timeout: {request: 5s, try: 200ms}", 1, 2);
        MemoryConn client = late(MeshRig.GET);
        rig.asked();
        rig.passMillis(51);
        Asked copy = rig.asked();
        rig.passMillis(160); // the first has had its time, the copy has not
        assertThat(client.sentText()).isEmpty();
        assertThat(copy.conn().isClosed()).isFalse();
        rig.passMillis(60);

        assertThat(client.sentText()).startsWith("HTTP/1.1 504");
        assertThat(copy.conn().isClosed()).isTrue();
        assertThat(shared().requests().count()).isZero();
    }

    @Test
    void theClientThatLeavesTakesBothWithIt() {
        MemoryConn client = late(MeshRig.GET);
        Asked first = rig.asked();
        rig.passMillis(51);
        Asked copy = rig.asked();
        client.lose();
        rig.passMillis(1);

        assertThat(first.conn().isClosed()).isTrue();
        assertThat(copy.conn().isClosed()).isTrue();
        assertThat(rig.observer().hedges()).containsExactly("canceled");
        assertThat(shared().requests().count()).isZero();
        assertThat(rig.dispatcher().live()).isZero();
    }

    @Test
    void theDeadlineEndsBoth() {
        rig = rig(FAST + "\n      timeout: 300ms", 1, 2);
        MemoryConn client = late(MeshRig.GET);
        Asked first = rig.asked();
        rig.passMillis(51);
        Asked copy = rig.asked();
        rig.passMillis(300);

        assertThat(client.sentText()).startsWith("HTTP/1.1 504");
        assertThat(first.conn().isClosed() && copy.conn().isClosed()).isTrue();
        assertThat(shared().requests().count()).isZero();
    }

    private static final String RACING =
            FAST + "\n      retry: {budget: {ratio: 100%}}\n      breaker: {panic: 0%}";

    /** Whether the first endpoint was asked; it says nothing, and the copy is answered. */
    private boolean raceLostByTheFirst() {
        rig.client().arrive(MeshRig.GET);
        Asked asked = rig.asked();
        if (asked.port() != 1) {
            asked.answers(200);
            return false;
        }
        rig.passMillis(51);
        rig.asked().answers(200);
        return true;
    }

    /** Its attempts end before they fail, as each copy wins. */
    @Test
    void anEndpointThatHangsIsEjectedAlthoughItsRequestsAreAnswered() {
        rig = rig(RACING, 1, 2, 3);
        answerAtOnce(20);
        int beaten = 0;
        for (int i = 0; i < 100 && rig.observer().ejections().isEmpty(); i++) {
            beaten += raceLostByTheFirst() ? 1 : 0;
        }

        assertThat(beaten).isEqualTo(20);
        assertThat(rig.observer().ejections()).containsExactly("n1 is ejected");
        assertThat(rig.observer().hedges()).hasSize(20).containsOnly("won");
    }

    @Test
    void anEndpointThatLosesMostRacesAndAnswersSomeIsNotEjected() {
        rig = rig(RACING, 1, 2, 3);
        answerAtOnce(20);
        for (int i = 1, beaten = 0; i <= 300; i++) {
            if (beaten % 19 != 0 || beaten == 0) {
                beaten += raceLostByTheFirst() ? 1 : 0;
            } else {
                rig.client().arrive(MeshRig.GET);
                Asked asked = rig.asked();
                asked.answers(200);
                beaten += asked.port() == 1 ? 1 : 0;
            }
        }

        assertThat(rig.observer().hedges()).hasSizeGreaterThan(60).containsOnly("won");
        assertThat(rig.observer().ejections()).isEmpty();
    }

    /** Else each request would be one more probe of an endpoint that hangs. */
    @Test
    void aProbeThatIsBeatenHasFailed() {
        rig = rig(RACING, 1, 2, 3);
        answerAtOnce(20);
        for (int i = 0; i < 100 && rig.observer().ejections().isEmpty(); i++) {
            raceLostByTheFirst();
        }
        rig.passMillis(1500);
        assertThat(raceLostByTheFirst()).as("the probe").isTrue();
        rig.passMillis(1900);
        for (int i = 0; i < 8; i++) {
            assertThat(raceLostByTheFirst()).as("ejected for twice as long").isFalse();
        }
        rig.passMillis(1200);
        rig.client().arrive(MeshRig.GET);
        Asked probe = rig.asked();
        assertThat(probe.port()).isEqualTo(1);
        probe.answers(200);

        assertThat(rig.observer().ejections()).containsExactly("n1 is ejected", "n1 is back");
    }

    @Test
    void aBodyGoesTwiceOnlyWhenItIsKept() {
        rig = rig("hedge: {after: 50ms, percent: 50%, methods: [any]}", 1, 2);
        MemoryConn client = late(POST);
        Asked first = rig.asked();
        rig.passMillis(51);
        Asked copy = rig.asked();
        assertThat(copy.text()).startsWith("POST /a").endsWith("\r\n\r\nabc");
        answers(copy, "copy");
        assertThat(client.sentText()).endsWith("copy");
        assertThat(first.conn().isClosed()).isTrue();

        MemoryConn large = rig.client();
        String body = "x".repeat(70_000);
        large.arrive("POST /a HTTP/1.1\r\nHost: orders\r\ncontent-length: 70000\r\n\r\n" + body);
        rig.asked();
        rig.passMillis(60);
        assertThat(rig.asked().port()).isZero();
        assertThat(rig.observer().hedges()).containsExactly("won", "body");
    }

    @Test
    void aBodyThatStillComesHasNoCopy() {
        rig = rig("hedge: {after: 50ms, percent: 50%, methods: [any]}", 1, 2);
        MemoryConn client = late("POST /a HTTP/1.1\r\nHost: orders\r\ncontent-length: 3\r\n\r\nab");
        Asked first = rig.asked();
        rig.passMillis(200);
        assertThat(rig.asked().port()).isZero();
        client.arrive("c");
        rig.asked();
        rig.passMillis(51); // the endpoint's time begins with the end of the request
        Asked copy = rig.asked();

        assertThat(copy.port()).isNotEqualTo(first.port()).isPositive();
        assertThat(copy.text()).endsWith("\r\n\r\nabc");
    }

    @Test
    void unsafeMethodsStreamsAndUpgradesHaveNone() {
        answerAtOnce(8);
        rig.client().arrive(POST);
        rig.client().arrive("PUT /a HTTP/1.1\r\nHost: orders\r\ncontent-length: 0\r\n\r\n");
        rig.client().arrive("GET /a HTTP/1.1\r\nHost: orders\r\nAccept: text/event-stream\r\n\r\n");
        rig.client().arrive(UPGRADE);
        rig.client(MeshRig.WEB, Spoken.HTTP).arrive(MeshRig.grpcCall());
        for (int i = 0; i < 5; i++) {
            assertThat(rig.asked().port()).isPositive();
        }
        rig.passMillis(200);

        assertThat(rig.asked().port()).isZero();
        assertThat(rig.observer().hedges()).isEmpty();
    }

    @Test
    void theHopBehindAnotherSendsNone() {
        answerAtOnce(8);
        rig.client().arrive("GET /a HTTP/1.1\r\nHost: orders\r\nx-mesh-attempt: 1\r\n\r\n");
        rig.asked();
        rig.passMillis(100);
        assertThat(rig.asked().port()).isZero();
    }

    @Test
    void withoutAnotherEndpointThereIsNone() {
        rig = rig(FAST, 1);
        late(MeshRig.GET);
        rig.asked();
        rig.passMillis(51);

        assertThat(rig.asked().port()).isZero();
        assertThat(rig.observer().hedges()).containsExactly("no_endpoint");
    }

    @Test
    void withoutAPlaceThereIsNone() {
        rig = rig(FAST + "\n      max: {requests: 1}", 1, 2);
        late(MeshRig.GET);
        rig.asked();
        rig.passMillis(51);

        assertThat(rig.asked().port()).isZero();
        assertThat(rig.observer().hedges()).containsExactly("overflow");
        assertThat(shared().requests().count()).isEqualTo(1);
    }

    @Test
    void theBudgetOfRetriesBoundsThemToo() {
        rig = rig(FAST + "\n      retry: {budget: {ratio: 0%, floor: 1/s, window: 1s}}", 1, 2);
        answerAtOnce(20);
        for (int i = 0; i < 3; i++) {
            rig.client().arrive(MeshRig.GET);
            rig.asked();
        }
        rig.passMillis(51);

        assertThat(rig.observer().hedges()).containsExactly("budget", "budget");
        assertThat(shared().budget().remaining(rig.nowNanos())).isZero();
    }

    /** All endpoints become slow at once: the load may not double. */
    @Test
    void aSlowServiceGetsAtMostOnePercentMore() {
        rig = rig("hedge: {}", 1, 2);
        answerAtOnce(400);
        int copies = 0;
        for (int i = 0; i < 1_000; i++) {
            rig.client().arrive(MeshRig.GET);
            rig.asked();
            rig.passMillis(4);
            for (Asked late = rig.asked(); late.port() != 0; late = rig.asked()) {
                copies++;
            }
        }

        assertThat(copies).isBetween(1, 14); // 1 % of 400 and 1,000
        assertThat(rig.observer().hedges()).contains("budget");
    }

    @Test
    void p99IsNotKnownBeforeAHundredAnswers() {
        rig = rig("hedge: {percent: 50%}", 1, 2);
        answerAtOnce(99);
        rig.client().arrive(MeshRig.GET);
        Asked first = rig.asked();
        rig.passMillis(500);
        assertThat(rig.asked().port()).isZero();
        first.answers(200);

        rig.passMillis(600);
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);
        first = rig.asked();
        rig.passMillis(5);
        Asked copy = rig.asked();
        assertThat(copy.port()).isNotEqualTo(first.port()).isPositive();
    }

    @Test
    void anHttp2LoserIsReset() {
        MemoryConn client = rig.client();
        for (int i = 0; i < 4; i++) {
            MemoryConn before = rig.client();
            before.arrive(MeshRig.GET);
            rig.asked().answers(200);
        }
        rig.reload(service(FAST + "\n      protocol: http2"));
        client.arrive(MeshRig.GET);
        Asked first = rig.asked();
        rig.passMillis(51);
        Asked copy = rig.asked();
        assertThat(copy.port()).isNotEqualTo(first.port()).isPositive();
        copy.conn()
                .arrive(
                        FrameBytes.join(
                                FrameBytes.settings(),
                                FrameBytes.headers(1, false, ":status: 200"),
                                FrameBytes.data(1, true, "copy")));

        assertThat(client.sentText()).contains("copy");
        assertThat(first.conn().isClosed()).isFalse();
        assertThat(first.conn().sentText())
                .isEqualTo(new String(FrameBytes.reset(1, 8), StandardCharsets.ISO_8859_1));
        assertThat(shared().requests().count()).isZero();
    }

    /** Hundreds of copies that win, lose, fail and are left, in an order by chance: nothing is held in the end. */
    @Test
    void placesAreGivenBackOnce() {
        rig = rig(FAST + "\n      retry: {on: [503, reset], times: 2}", 1, 2, 3);
        var random = new SplittableRandom(7);
        answerAtOnce(50);
        for (int i = 0; i < 600; i++) {
            MemoryConn client = rig.client();
            client.arrive(MeshRig.GET);
            rig.passMillis(random.nextInt(80));
            for (Asked one = rig.asked(); one.port() != 0; one = rig.asked()) {
                switch (random.nextInt(6)) {
                    case 0 -> one.conn().breaks();
                    case 1 -> one.answers(503);
                    case 2 -> rig.passMillis(random.nextInt(60));
                    case 3 -> client.lose();
                    default -> answers(one, "good");
                }
                assertThat(shared().requests().count()).isBetween(0, 200);
            }
        }
        rig.passMillis(20_000);

        assertThat(rig.observer().hedges()).contains("won", "lost", "failed", "canceled");
        assertThat(rig.dispatcher().live()).isZero();
        assertThat(shared().requests().count()).isZero();
        assertThat(rig.loop().batch().memory().held()).isZero();
    }

    /** That is no reset: the policy of retries says for each whether the request is sent again. */
    @Test
    void aCopyThatHasNoTimeLeftIsATimeOut() {
        rig =
                rig(
                        FAST
                                + "\n      retry: {on: [reset]}\n      timeout: {request: 5s, try: 200ms}",
                        1,
                        2,
                        3);
        MemoryConn client = late(MeshRig.GET);
        rig.asked();
        rig.passMillis(51);
        rig.asked();
        rig.passMillis(300);

        assertThat(rig.observer().retries()).isEmpty();
        assertThat(client.sentText()).startsWith("HTTP/1.1 504");
    }

    @Test
    void whatBrokeAtTheFirstIsNotSentAgainAsTheCopyFoundNoConnection() {
        rig = rig("hedge: {after: 50ms, percent: 50%, methods: [any]}", 1);
        answerAtOnce(4);
        rig.isSilent(2).endpoints(1, 2);
        MemoryConn client = rig.client();
        client.arrive(POST);
        Asked first = rig.asked();
        rig.passMillis(51);
        first.conn().breaks();
        rig.server(2).breaks();
        rig.passMillis(300);

        assertThat(rig.observer().retries()).isEmpty();
        assertThat(rig.asked().port()).isZero();
        assertThat(client.sentText()).startsWith("HTTP/1.1 50");
    }

    @Test
    void thePlaceIsFreeAsSoonAsOneIsLeft() {
        late(MeshRig.GET);
        Asked first = rig.asked();
        rig.passMillis(51);
        rig.asked();
        assertThat(shared().requests().count()).isEqualTo(2);
        first.conn().breaks();

        assertThat(shared().requests().count()).isEqualTo(1);
    }

    @Test
    void theDeadlineIsTheFaultOfTheOneThatIsAsked() {
        rig = rig(FAST + "\n      timeout: 300ms", 1, 2);
        late(MeshRig.GET);
        Asked first = rig.asked();
        rig.passMillis(51);
        Asked copy = rig.asked();
        first.conn().breaks();
        rig.passMillis(300);

        assertThat(rig.observer().attempts().getLast())
                .isEqualTo("2 n" + copy.port() + " 0 -1 timeout");
        assertThat(rig.observer().hedges()).containsExactly("failed");
    }

    @Test
    void oneRequestIsOneLatency() {
        rig = rig("hedge: {percent: 50%}\n      retry: {on: [503]}", 1, 2);
        answerAtOnce(200);
        rig.passMillis(600);
        var account = Objects.requireNonNull(shared().hedge(RouteSpec.OF_SERVICE));
        long before = account.samples();
        rig.client().arrive(MeshRig.GET);
        Asked first = rig.asked();
        rig.passMillis(20);
        Asked copy = rig.asked();
        first.conn().arrive("HTTP/1.1 503 X\r\ncontent-length: 100\r\n\r\nabc");
        answers(copy, "copy");

        assertThat(account.samples() - before).isEqualTo(1);
    }

    /** Whoever always loses to its copy is slow, though it never says so. */
    @Test
    void theBalancerLearnsThatAnEndpointIsSlow() {
        ServiceSpec ewma =
                FilterFiles.config(
                                """
                                l7:
                                  services:
                                    orders: {port: 80, hedge: {after: 50ms, percent: 50%}, retry: {budget: {ratio: 100%}}}
                                """)
                        .services()
                        .getFirst();
        rig = new MeshRig(ewma, 1).endpoints(1, 2);
        answerAtOnce(20);
        int slow = 0;
        for (int i = 0; i < 100; i++) {
            rig.client().arrive(MeshRig.GET);
            Asked first = rig.asked();
            if (first.port() == 1) {
                slow++;
                rig.passMillis(51);
                rig.asked().answers(200);
            } else {
                first.answers(200);
            }
            rig.passMillis(10);
        }

        assertThat(slow).isLessThan(20);
    }

    @Test
    void whatIsNoPolicyIsRefusedWithItsPlace() {
        assertThat(problem("hedge: {after: p100}"))
                .contains("`p100` is neither p50 to p99 nor a duration such as 50ms");
        assertThat(problem("hedge: {after: 100us}")).contains("c.yml:1");
        assertThat(problem("hedge: {percent: 60%}"))
                .contains("`60%` is more than 50%: copies would be most of the load");
        assertThat(problem("hedge: {methods: [FETCH/1]}")).contains("FETCH/1");
        assertThat(problem("hedge: true")).contains("write hedge: {}");
        assertThat(FilterFiles.outcome("l7: {serve: {a: {port: 1, to: 'localhost:2', hedge: {}}}}"))
                .asString()
                .contains("hedge");
    }

    private static String problem(String policy) {
        return FilterFiles.outcome("l7: {services: {orders: {port: 80, " + policy + "}}}")
                .problems()
                .toString();
    }
}
