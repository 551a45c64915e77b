package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.limit.Rate;
import dev.asterism.l7.limit.RatePolicy;
import dev.asterism.l7.retry.RetryPolicy;
import dev.asterism.l7.retry.TimeoutPolicy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens to more than there is room for. */
class OverloadTest {

    private static MeshRig rig(UpstreamPolicy upstream) {
        return new MeshRig(upstream, TrafficPolicy.STANDARD).endpoints(1);
    }

    private static List<MemoryConn> clients(MeshRig rig, int count) {
        List<MemoryConn> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            MemoryConn client = rig.client();
            client.arrive(MeshRig.GET);
            clients.add(client);
        }
        return clients;
    }

    @Test
    void aRequestThatFindsTooManyWaitingIsAnsweredAtOnce() {
        MeshRig rig = rig(Policies.max(1024, 1, 2, 1000));

        List<MemoryConn> clients = clients(rig, 4);

        assertThat(clients.get(2).sentText()).isEmpty();
        assertThat(clients.get(3).sentText()).contains(" 503 ").contains("reason: overflow");
        assertThat(rig.servers(1)).hasSize(2);
    }

    @Test
    void aRequestWaitsForAPlaceAndGetsIt() {
        MeshRig rig = rig(Policies.max(1024, 10, 1, 1000));
        List<MemoryConn> clients = clients(rig, 2);
        rig.passMillis(500);

        rig.asked().answers(200);
        rig.asked().answers(204);

        assertThat(clients.get(1).sentText()).startsWith("HTTP/1.1 204 ");
        assertThat(rig.snapshot().services().getFirst().pending().count()).isZero();
        assertThat(rig.snapshot().services().getFirst().requests().count()).isZero();
    }

    @Test
    void aRequestWaitsForAConnectionAndUsesItAgain() {
        MeshRig rig = rig(Policies.max(1, 10, 100, 1000));
        List<MemoryConn> clients = clients(rig, 2);
        assertThat(rig.opened()).isEqualTo(1);

        rig.asked().answers(200);
        rig.asked().answers(204);

        assertThat(clients.get(1).sentText()).startsWith("HTTP/1.1 204 ");
        assertThat(rig.opened()).isEqualTo(1);
    }

    @Test
    void nobodyWaitsLongerThanToldTo() {
        MeshRig rig = rig(Policies.max(1024, 10, 1, 200));
        List<MemoryConn> clients = clients(rig, 2);

        rig.passMillis(195);
        assertThat(clients.get(1).sentText()).isEmpty();
        rig.passMillis(10);

        assertThat(clients.get(1).sentText()).contains("x-mesh-reason: overflow");
        assertThat(rig.snapshot().services().getFirst().pending().count()).isZero();
    }

    @Test
    void aBodyWaitsWithItsRequest() {
        MeshRig rig = rig(Policies.max(1024, 10, 1, 1000));
        MemoryConn first = rig.client();
        first.arrive(MeshRig.GET);
        MeshRig.Asked asked = rig.asked();
        MemoryConn second = rig.client();
        second.arrive("POST /b HTTP/1.1\r\nHost: orders\r\ncontent-length: 6\r\n\r\nabc");
        assertThat(second.isPaused()).isTrue();
        second.arrive("def");

        asked.answers(200);

        assertThat(rig.asked().text()).contains("POST /b").endsWith("\r\n\r\nabcdef");
        assertThat(second.isPaused()).isFalse();
    }

    @Test
    void waitsForAnEndpointAndFailsFastWhenNoneComes() {
        MeshRig rig = rig(Policies.max(1024, 10, 100, 1000)).endpoints();
        MemoryConn served = rig.client();
        served.arrive(MeshRig.GET);
        rig.passMillis(500);
        rig.endpoints(1);
        rig.asked().answers(200);
        assertThat(served.sentText()).startsWith("HTTP/1.1 200 ");

        rig.endpoints();
        MemoryConn waited = rig.client();
        waited.arrive(MeshRig.GET);
        rig.passMillis(1005);
        assertThat(waited.sentText()).contains(" 503 ").contains("reason: no_endpoint");
        MemoryConn next = rig.client();
        next.arrive(MeshRig.GET);
        assertThat(next.sentText()).as("at once").contains(" 503 ");

        rig.endpoints(1);
        MemoryConn back = rig.client();
        back.arrive(MeshRig.GET);
        assertThat(rig.asked().port()).isEqualTo(1);
    }

    @Test
    void aCallerOverItsRateIsToldWhenToComeAgain() {
        RatePolicy rate =
                new RatePolicy(
                        Rate.UNLIMITED, Rate.perSecond(1).withBurst(2), List.of(), false, "");
        TrafficPolicy traffic =
                new TrafficPolicy(RetryPolicy.STANDARD, TimeoutPolicy.STANDARD, rate);
        MeshRig rig =
                new MeshRig(
                        MeshRig.spec(
                                ServiceSide.INBOUND,
                                UpstreamPolicy.STANDARD,
                                traffic,
                                List.of(),
                                AuthzSpec.NONE),
                        1);
        rig.endpoints(1);
        MemoryConn client = rig.client(MeshRig.WEB, Spoken.HTTP);
        for (int i = 0; i < 2; i++) {
            client.arrive(MeshRig.GET);
            rig.asked().answers(200);
        }
        client.sentText();

        client.arrive(MeshRig.GET);

        assertThat(client.sentText())
                .startsWith("HTTP/1.1 429 ")
                .contains("x-mesh-reason: rate_limited\r\n", "retry-after: 1\r\n");
        assertThat(rig.observer().limited()).isEqualTo(1);

        MemoryConn grpc = rig.client(MeshRig.WEB, Spoken.HTTP_2);
        grpc.arrive(MeshRig.grpcCall());
        assertThat(String.join(" ", new FrameBytes().read(grpc.sent())))
                .contains("grpc-status: 8", "retry-after: 1");
    }

    /** Twice what the servers can do for a minute: they go on at their best, and are well again in five seconds. */
    @Test
    void twiceTheCapacityForAMinuteThenBackToNormalInFiveSeconds() {
        MeshRig rig = rig(Policies.max(1024, 20, 8, 100)).endpoints(1, 2);
        Simulation simulation = new Simulation(rig, 42);
        simulation.server(1, 1, 10_000_000, 200);
        simulation.server(2, 1, 10_000_000, 200);

        simulation.run(5, 100);
        Simulation.Results storm = simulation.run(60, 400);
        simulation.run(5, 100);
        Simulation.Results after = simulation.run(5, 100);

        assertThat(storm.good()).as("%s", storm).isGreaterThan((int) (0.9 * 60 * 200));
        assertThat(after.bad()).as("%s", after).isZero();
        assertThat(after.percentileMillis(99)).as("%s", after).isLessThan(100);
        assertThat(rig.snapshot().services().getFirst().pending().count()).isZero();
    }
}
