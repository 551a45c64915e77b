package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.balance.BalancePolicy;
import dev.asterism.l7.breaker.BreakerPolicy;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.limit.MaxPolicy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Several loops of one filter eject endpoints together: what one has seen holds for all. */
class SharedEjectionTest {

    private MeshRig one = rig(new BreakerPolicy.Shares(0.5, 0.5));
    private MeshRig other = one.beside(2).endpoints(1, 2, 3, 4);

    private static MeshRig rig(BreakerPolicy.Shares shares) {
        BreakerPolicy breaker =
                new BreakerPolicy(
                        5,
                        0.8,
                        Duration.ofSeconds(10),
                        5,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(60),
                        shares,
                        "");
        UpstreamPolicy upstream =
                new UpstreamPolicy(
                        BalancePolicy.parse("round", ""),
                        breaker,
                        MaxPolicy.STANDARD,
                        UpstreamPolicy.Protocol.AUTO);
        ServiceSpec spec =
                MeshRig.spec(
                        ServiceSide.OUTBOUND,
                        upstream,
                        TrafficPolicy.STANDARD,
                        List.of(),
                        AuthzSpec.NONE);
        return new MeshRig(spec, 1).endpoints(1, 2, 3, 4);
    }

    /** Sends a request on a loop; sick endpoints answer 503. Returns who was asked. */
    private static int ask(MeshRig loop, Set<Integer> sick) {
        MemoryConn client = loop.client();
        client.arrive(MeshRig.GET);
        MeshRig.Asked asked = loop.asked();
        asked.answers(sick.contains(asked.port()) ? 503 : 200);
        return asked.port();
    }

    private static void breakOn(MeshRig loop, Integer... sick) {
        for (int i = 0; i < 40; i++) {
            ask(loop, Set.of(sick));
        }
    }

    private static Set<Integer> used(MeshRig loop) {
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            used.add(ask(loop, Set.of()));
        }
        return used;
    }

    private void bothPassMillis(long millis) {
        one.passMillis(millis);
        other.passMillis(millis);
    }

    @Test
    void whatOneLoopEjectsGetsNothingFromTheOthers() {
        breakOn(one, 1);

        assertThat(used(other)).containsExactlyInAnyOrder(2, 3, 4);
        assertThat(other.observer().ejections()).containsExactly("n1 is ejected");
    }

    @Test
    void aLoopWithoutRequestsLearnsOfItAtItsNextTick() {
        breakOn(one, 1);
        assertThat(other.observer().ejections()).isEmpty();

        other.passMillis(1000);

        assertThat(other.observer().ejections()).containsExactly("n1 is ejected");
    }

    @Test
    void oneLoopProbesAndAllComeBack() {
        breakOn(one, 1);
        bothPassMillis(1500);

        other.client().arrive(MeshRig.GET);
        MeshRig.Asked probe = other.asked();
        assertThat(probe.port()).isEqualTo(1);
        assertThat(used(one)).as("one probe over all loops").doesNotContain(1);
        probe.answers(200);

        assertThat(used(one)).contains(1);
        assertThat(used(other)).contains(1);
        assertThat(one.observer().ejections()).containsExactly("n1 is ejected", "n1 is back");
    }

    @Test
    void aFailedProbeDoublesTheEjectionForAll() {
        breakOn(one, 1);
        bothPassMillis(1500);
        assertThat(ask(other, Set.of(1))).isEqualTo(1);

        bothPassMillis(1900);
        assertThat(used(one)).doesNotContain(1);
        bothPassMillis(1200);
        assertThat(used(one)).contains(1);
    }

    @Test
    void aLoopThatLeavesTakesNoProbeWithIt() {
        breakOn(one, 1);
        bothPassMillis(1500);
        other.client().arrive(MeshRig.GET);
        assertThat(other.asked().port()).isEqualTo(1);

        other.endpoints(2, 3, 4);

        assertThat(used(one)).contains(1);
    }

    @Test
    void noMoreThanHalfAreEjectedOverAllLoops() {
        breakOn(one, 1, 2);
        breakOn(other, 3, 4);

        assertThat(used(one)).containsExactlyInAnyOrder(3, 4);
        assertThat(used(other)).containsExactlyInAnyOrder(3, 4);
    }

    @Test
    void panicHoldsOverAllLoops() {
        one = rig(new BreakerPolicy.Shares(0.75, 0.6));
        other = one.beside(2).endpoints(1, 2, 3, 4);
        breakOn(one, 1);
        assertThat(used(other)).as("three of four are left").doesNotContain(1);

        breakOn(other, 2);

        assertThat(used(one)).as("two of four are under 60 %").containsExactly(1, 2, 3, 4);
        assertThat(used(other)).containsExactly(1, 2, 3, 4);
    }
}
