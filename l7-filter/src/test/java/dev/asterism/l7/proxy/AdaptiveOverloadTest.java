package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.balance.BalancePolicy;
import dev.asterism.l7.breaker.BreakerPolicy;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.limit.MaxPolicy;
import dev.asterism.l7.limit.OverloadPolicy;
import dev.asterism.l7.limit.OverloadPolicy.CallerClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The serving side finds out how much its application can do, and sheds the rest by class. */
class AdaptiveOverloadTest {

    private static final Caller CI = new Caller("ci-1", List.of("ci"), "10.0.0.2", "cd", "mesh");
    private static final Caller PAY = new Caller("pay-1", List.of("pay"), "10.0.0.3", "ef", "mesh");

    private static OverloadPolicy policy(int least, int waitMillis, boolean audit) {
        return new OverloadPolicy(
                true,
                least,
                0.25,
                Duration.ofMillis(waitMillis),
                List.of(
                        new CallerClass(Selector.parse("group:ci"), Priority.BATCH),
                        new CallerClass(Selector.parse("group:pay"), Priority.CRITICAL)),
                audit,
                "");
    }

    private static MeshRig rig(OverloadPolicy overload, int pending, long seed) {
        UpstreamPolicy upstream =
                new UpstreamPolicy(
                        BalancePolicy.STANDARD,
                        BreakerPolicy.STANDARD,
                        new MaxPolicy(1024, pending, 1024, Duration.ofSeconds(1), ""),
                        UpstreamPolicy.Protocol.AUTO,
                        overload);
        ServiceSpec spec =
                MeshRig.spec(
                        ServiceSide.INBOUND,
                        upstream,
                        TrafficPolicy.STANDARD,
                        List.of(),
                        AuthzSpec.NONE);
        return new MeshRig(spec, seed).endpoints(1);
    }

    /** F28: 400 a second is what the application can do; nobody told the filter so. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void twiceTheCapacityForAMinuteKeepsNineTenthsAndIsWellInFiveSeconds(long seed) {
        MeshRig rig = rig(policy(4, 100, false), 1024, seed);
        Simulation simulation = new Simulation(rig, seed);
        simulation.server(1, 8, 20_000_000, 200);

        simulation.run(10, 200);
        Simulation.Results storm = simulation.run(60, 800);
        simulation.run(5, 200);
        Simulation.Results after = simulation.run(10, 200);

        assertThat(storm.good()).as("%s", storm).isGreaterThan((int) (0.9 * 60 * 400));
        assertThat(storm.percentileMillis(99)).as("%s", storm).isLessThan(250);
        assertThat(after.bad()).as("%s", after).isZero();
        assertThat(after.percentileMillis(99)).as("%s", after).isLessThan(100);
        Service service = rig.snapshot().services().getFirst();
        assertThat(service.pending().count()).isZero();
        for (Priority priority : Priority.values()) {
            assertThat(Objects.requireNonNull(service.overload()).waiting(priority)).isZero();
        }
    }

    private static List<MemoryConn> send(MeshRig rig, Caller caller, int count) {
        List<MemoryConn> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            MemoryConn client = rig.client(caller, Spoken.HTTP);
            client.arrive(MeshRig.GET);
            clients.add(client);
        }
        return clients;
    }

    @Test
    void whoMattersMoreGetsTheNextPlaceAndTheLeastAreShedFirst() {
        MeshRig rig = rig(policy(2, 1000, false), 3, 1); // four places at first
        send(rig, MeshRig.WEB, 2);
        send(rig, CI, 2);
        MemoryConn batch = send(rig, CI, 1).getFirst();
        MemoryConn normal = send(rig, MeshRig.WEB, 1).getFirst();
        MemoryConn third = send(rig, MeshRig.WEB, 1).getFirst();
        assertThat(rig.servers(1)).hasSize(4);

        MemoryConn critical = send(rig, PAY, 1).getFirst();

        assertThat(batch.sentText())
                .startsWith("HTTP/1.1 429 ")
                .contains("x-mesh-reason: overload\r\n", "retry-after: 1\r\n");
        assertThat(rig.observer().shed()).containsExactly("BATCH enforce");
        List<MeshRig.Asked> underWay = new ArrayList<>();
        for (int place = 0; place < 4; place++) {
            underWay.add(rig.asked());
        }
        underWay.getFirst().answers(201);
        rig.asked().answers(203);
        assertThat(critical.sentText()).contains(" 203 ");
        rig.asked().answers(204);
        assertThat(normal.sentText() + third.sentText()).contains(" 204 ");
    }

    @Test
    void oneThatMattersLessDoesNotOvertake() {
        MeshRig rig = rig(policy(1, 1000, false), 100, 1); // two places
        send(rig, MeshRig.WEB, 2);
        MemoryConn waits = send(rig, PAY, 1).getFirst();
        MemoryConn behind = send(rig, CI, 1).getFirst();

        MeshRig.Asked first = rig.asked();
        MeshRig.Asked second = rig.asked();
        first.answers(200);
        rig.asked().answers(207);
        assertThat(waits.sentText()).contains(" 207 ");
        second.answers(200);
        rig.asked().answers(208);
        assertThat(behind.sentText()).contains(" 208 ");
    }

    @Test
    void inAuditEverythingPassesAndIsCounted() {
        MeshRig rig = rig(policy(1, 100, true), 100, 1);

        send(rig, CI, 3);

        assertThat(rig.servers(1)).hasSize(3);
        assertThat(rig.observer().shed()).containsExactly("BATCH audit");
    }

    @Test
    void nobodyWaitsLongerThanThePolicySays() {
        MeshRig rig = rig(policy(1, 100, false), 100, 1);
        MemoryConn last = send(rig, MeshRig.WEB, 3).getLast();

        rig.passMillis(95);
        assertThat(last.sentText()).isEmpty();
        rig.passMillis(10);

        assertThat(last.sentText()).contains(" 429 ").contains("reason: overload");
        Service service = rig.snapshot().services().getFirst();
        assertThat(Objects.requireNonNull(service.overload()).waiting(Priority.NORMAL)).isZero();
    }
}
