package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.balance.BalancePolicy;
import dev.asterism.l7.breaker.BreakerPolicy;
import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.limit.CallerShares;
import dev.asterism.l7.limit.MaxPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The places of a service, between its callers and between its loops. */
class SharedPlacesTest {

    private static final Caller OTHER = new Caller("batch-1", List.of(), "10.0.0.2", "cd", "mesh");

    private static MeshRig served(int connections, int pending, int requests, long waitMillis) {
        ServiceSpec spec =
                MeshRig.spec(
                        ServiceSide.INBOUND,
                        Policies.max(connections, pending, requests, waitMillis),
                        TrafficPolicy.STANDARD,
                        List.of(),
                        AuthzSpec.NONE);
        return new MeshRig(spec, 1).endpoints(1);
    }

    private static List<MemoryConn> ask(MeshRig rig, Caller caller, int count) {
        List<MemoryConn> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            MemoryConn client = rig.client(caller, Spoken.HTTP);
            client.arrive(MeshRig.GET);
            clients.add(client);
        }
        return clients;
    }

    @Test
    void oneCallerDoesNotUseUpWhatAServiceMayHaveUnderWay() {
        MeshRig rig = served(1024, 0, 16, 0);

        List<MemoryConn> greedy = ask(rig, MeshRig.WEB, 20);

        assertThat(rig.servers(1)).hasSize(14);
        assertThat(greedy.get(14).sentText())
                .startsWith("HTTP/1.1 429 ")
                .contains("x-mesh-reason: caller_share\r\n");
        assertThat(rig.observer().requests()).contains("429 caller_share  default 0");
        ask(rig, OTHER, 2);
        assertThat(rig.servers(1)).hasSize(16);
    }

    @Test
    void whatWasForgottenWhileARequestWasDelayedIsOneShareAgain() {
        ServiceSpec spec =
                FilterFiles.config(
                                """
                                l7:
                                  serve:
                                    orders:
                                      port: 80
                                      to: 127.0.0.1:9090
                                      max: {requests: 8, wait: 0s}
                                      routes:
                                        - {match: {prefix: /slow}, fault: {delay: 100ms}}
                                        - {match: {prefix: /}}
                                """)
                        .services()
                        .getFirst();
        MeshRig rig = new MeshRig(spec, 1).endpoints(1);
        rig.client(MeshRig.WEB, Spoken.HTTP).arrive("GET /slow HTTP/1.1\r\nHost: orders\r\n\r\n");
        CallerShares shares = Objects.requireNonNull(rig.snapshot().services().getFirst().shares());
        for (int i = 0; i < 5000; i++) {
            Caller quiet = new Caller("n" + i, List.of(), "10.0.0.2", "cd", "mesh");
            shares.of(quiet, rig.nowNanos());
        }
        rig.passMillis(200);
        assertThat(rig.servers(1)).hasSize(1);

        ask(rig, MeshRig.WEB, 8);

        assertThat(rig.servers(1)).as("one of eight places is for others").hasSize(7);
    }

    @Test
    void connectionsAreSharedTheSameWay() {
        MeshRig rig = served(8, 0, 1024, 0);

        ask(rig, MeshRig.WEB, 20);
        assertThat(rig.servers(1)).hasSize(7);
        ask(rig, OTHER, 1);

        assertThat(rig.servers(1)).hasSize(8);
    }

    /** As of thousands of clients that connect and say nothing. */
    @Test
    void pipesOfCallersWithManyLeaveConnectionsToThoseWithFew() {
        MeshRig rig = served(64, 0, 1024, 0);
        MemoryConn honest = ask(rig, OTHER, 1).getFirst();
        rig.asked().answers(204);
        int opened = 0;
        for (int i = 0; i < 20; i++) {
            for (int n = 0; n < 8; n++) {
                Caller silent = new Caller("silent-" + n, List.of(), "10.0.0.3", "ef", "mesh");
                opened += rig.pipe(silent).isGranted() ? 1 : 0;
            }
        }
        assertThat(opened).as("of 64").isEqualTo(62);

        for (int i = 0; i < 3; i++) {
            honest.arrive(MeshRig.GET);
            rig.asked().answers(204);
        }
        assertThat(honest.sentText().split("HTTP/1.1 204 ", -1)).hasSize(5);
        assertThat(ask(rig, MeshRig.WEB, 1).getFirst().sentText())
                .as("it is at the server")
                .isEmpty();
    }

    /** Idle connections of others that hold the last places are closed for it. */
    @Test
    void connectionsThatAreKeptGiveWayToACallerWithMany() {
        MeshRig rig = served(64, 0, 64, 0);
        List<MeshRig.Asked> asked = new ArrayList<>();
        for (int n = 0; n < 64; n++) {
            ask(rig, new Caller("n" + n, List.of(), "10.0.0.3", "ef", "mesh"), 1);
            asked.add(rig.asked());
        }
        asked.forEach(one -> one.answers(204));

        List<PipeAdmission> pipes = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            pipes.add(rig.pipe(OTHER));
        }

        assertThat(pipes).allMatch(PipeAdmission::isGranted);
    }

    @Test
    void whoWaitsGetsPlacesBeforeACallerThatHasItsShare() {
        MeshRig rig = served(1024, 100, 8, 60_000);
        ask(rig, MeshRig.WEB, 27);
        ask(rig, OTHER, 1);
        List<MemoryConn> others = ask(rig, OTHER, 3);
        List<MeshRig.Asked> ofWeb = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            ofWeb.add(rig.asked());
        }
        assertThat(rig.servers(1)).hasSize(8);

        ofWeb.subList(0, 3).forEach(asked -> asked.answers(200));

        Service service = rig.snapshot().services().getFirst();
        for (MemoryConn other : others) {
            assertThat(other.sentText()).as("still at the server").isEmpty();
        }
        assertThat(service.pending().count()).as("all of them WEB's").isEqualTo(20);
    }

    @Test
    void aCallerWithItsShareDoesNotTakeAPlaceThatSomebodyOnAnotherLoopWaitsFor() {
        MeshRig first = served(1024, 100, 8, 60_000);
        MeshRig second = first.beside(2).endpoints(1);
        ask(first, MeshRig.WEB, 7);
        ask(second, OTHER, 1);
        second.asked();
        ask(second, OTHER, 1);

        first.asked().answers(200);
        ask(first, MeshRig.WEB, 1);
        second.passMillis(5);

        assertThat(second.asked().text()).startsWith("GET /a ");
    }

    @Test
    void aLongQueueOfACallerWithItsShareHidesNobody() {
        MeshRig first = served(1024, 100, 8, 60_000);
        MeshRig second = first.beside(2).endpoints(1);
        ask(second, MeshRig.WEB, 7);
        ask(first, OTHER, 1);
        first.asked();
        ask(first, MeshRig.WEB, 40);
        ask(first, OTHER, 3);
        List<MeshRig.Asked> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            held.add(second.asked());
        }

        held.forEach(asked -> asked.answers(200));
        first.passMillis(5);

        assertThat(first.servers(1)).as("all of OTHER").hasSize(4);
    }

    @Test
    void aSinglePlaceGoesRound() {
        MeshRig rig = served(1024, 100, 1, 60_000);
        ask(rig, MeshRig.WEB, 10);
        List<MemoryConn> other = ask(rig, OTHER, 1);

        rig.asked().answers(200);
        rig.asked().answers(204);

        assertThat(other.getFirst().sentText()).startsWith("HTTP/1.1 204 ");
    }

    @Test
    void nothingIsLeftCounted() {
        MeshRig rig = served(1024, 20, 8, 200);
        List<MemoryConn> all = ask(rig, MeshRig.WEB, 40);
        all.addAll(ask(rig, OTHER, 40));
        rig.passMillis(1000);
        all.forEach(MemoryConn::breaks);

        Service service = rig.snapshot().services().getFirst();
        assertThat(service.requests().count()).isZero();
        assertThat(service.pending().count()).isZero();
        ask(rig, MeshRig.WEB, 8);
        assertThat(service.requests().count()).isEqualTo(7);
    }

    // --- idle connections ---

    private static UpstreamPolicy oneConnection(BalancePolicy balance) {
        return new UpstreamPolicy(
                balance,
                BreakerPolicy.STANDARD,
                new MaxPolicy(1, 10, 100, Duration.ofSeconds(1), ""),
                UpstreamPolicy.Protocol.AUTO);
    }

    private static MeshRig calling() {
        return new MeshRig(oneConnection(BalancePolicy.parse("round", "")), TrafficPolicy.STANDARD);
    }

    @Test
    void anIdleConnectionToAnotherEndpointGivesWay() {
        MeshRig rig = calling().endpoints(1, 2);
        MemoryConn client = rig.client();
        for (int i = 0; i < 4; i++) {
            client.arrive(MeshRig.GET);
            MeshRig.Asked asked = rig.asked();
            assertThat(asked.port()).as("request %d", i).isNotZero();
            asked.answers(200);
            assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
        }
        assertThat(rig.opened()).isEqualTo(4);
        assertThat(rig.snapshot().services().getFirst().connections().count()).isOne();
    }

    @Test
    void anIdleConnectionOfAnotherLoopGivesWay() {
        MeshRig first = calling().endpoints(1);
        MeshRig second = first.beside(2).endpoints(1);
        first.client().arrive(MeshRig.GET);
        first.asked().answers(200);

        MemoryConn client = second.client();
        client.arrive(MeshRig.GET);
        assertThat(second.asked().port()).as("the place is the other loop's").isZero();
        first.loop().settle();
        second.passMillis(5);

        assertThat(first.server(1).isClosed()).isTrue();
        second.asked().answers(200);
        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aConnectionInUseDoesNotGiveWay() {
        MeshRig first = calling().endpoints(1);
        MeshRig second = first.beside(2).endpoints(1);
        first.client().arrive(MeshRig.GET);

        MemoryConn client = second.client();
        client.arrive(MeshRig.GET);
        second.passMillis(1010);
        first.loop().settle();

        assertThat(client.sentText()).contains("x-mesh-reason: overflow");
        first.asked().answers(200);
        assertThat(first.server(1).isClosed()).isFalse();
    }

    @Test
    void withoutAQueueNobodyIsToldThatItTakesTooMuchOfIt() {
        MeshRig rig = served(1024, 0, 1, 1000);

        List<MemoryConn> clients = ask(rig, MeshRig.WEB, 2);

        assertThat(clients.get(1).sentText())
                .startsWith("HTTP/1.1 503 ")
                .contains("x-mesh-reason: overflow\r\n");
    }

    /** 8 MiB in all: what waits for an endpoint counts, too. */
    @Test
    void whatBodiesKeepWhileTheyWaitIsBounded() {
        MeshRig rig = served(1024, 1024, 1024, 5_000);
        rig.endpoints();
        List<MemoryConn> clients = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            MemoryConn client = rig.client(MeshRig.WEB, Spoken.HTTP);
            client.arrive("POST /a HTTP/1.1\r\nHost: orders\r\nContent-Length: 100000\r\n\r\n");
            client.arrive("x".repeat(100_000));
            clients.add(client);
        }

        long refused =
                clients.stream()
                        .filter(client -> client.sentText().contains("x-mesh-reason: overflow\r\n"))
                        .count();
        assertThat(refused).isBetween(120L, 140L);
        rig.endpoints(1);
        rig.passMillis(10);
        assertThat(rig.servers(1)).as("those that waited").hasSize((int) (200 - refused));
        rig.passMillis(10_000);
        assertThat(rig.snapshot().services().getFirst().pending().count()).isZero();
    }
}
