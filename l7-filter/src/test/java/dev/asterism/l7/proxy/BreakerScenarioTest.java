package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.io.MemoryConn;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Endpoints that fail get a rest. */
class BreakerScenarioTest {

    private static final String GET = "GET /a HTTP/1.1\r\nHost: orders\r\n\r\n";

    private final MeshRig rig =
            new MeshRig(Policies.balance("round"), TrafficPolicy.STANDARD).endpoints(1, 2, 3, 4);
    private final MemoryConn client = rig.client();

    /** Sends a request; endpoint 1 answers with this status, the others are well. Returns who was asked. */
    private int ask(int status, Set<Integer> sick) {
        client.arrive(GET);
        MeshRig.Asked asked = rig.asked();
        asked.answers(sick.contains(asked.port()) ? status : 200);
        return asked.port();
    }

    private void breakOne(int port) {
        while (rig.observer().rests().stream().noneMatch(text -> text.startsWith("n" + port))) {
            ask(503, Set.of(port));
        }
    }

    @Test
    void fiveInARowGiveARest() {
        int failures = 0;
        for (int i = 0; i < 20; i++) {
            failures += ask(503, Set.of(1)) == 1 ? 1 : 0;
        }
        assertThat(failures).isEqualTo(5);
        assertThat(rig.observer().rests()).containsExactly("n1 rests");
        for (int i = 0; i < 40; i++) {
            assertThat(ask(200, Set.of())).isNotEqualTo(1);
        }
    }

    @Test
    void onlyOneProbeIsSentWhenTheRestIsOver() {
        breakOne(1);
        rig.passMillis(1500);

        MemoryConn[] clients = new MemoryConn[8];
        Set<MeshRig.Asked> probes = new HashSet<>();
        for (int i = 0; i < clients.length; i++) {
            clients[i] = rig.client();
            clients[i].arrive(GET);
            MeshRig.Asked asked = rig.asked();
            if (asked.port() == 1) {
                probes.add(asked);
            }
        }
        assertThat(probes).hasSize(1);

        probes.iterator().next().answers(200);
        assertThat(rig.observer().rests()).containsExactly("n1 rests", "n1 is back");
    }

    @Test
    void whoeverLeavesWhileItRestsIsToldOf() {
        breakOne(1);

        rig.endpoints(2, 3, 4);

        assertThat(rig.observer().rests()).containsExactly("n1 rests", "n1 is back");
    }

    @Test
    void aFailedProbeRestsLonger() {
        breakOne(1);
        rig.passMillis(1500);
        assertThat(ask(503, Set.of(1))).isEqualTo(1);
        rig.passMillis(1900);

        for (int i = 0; i < 8; i++) {
            assertThat(ask(200, Set.of())).isNotEqualTo(1);
        }
        rig.passMillis(1200);
        assertThat(ask(200, Set.of())).isEqualTo(1);
    }

    @Test
    void tooManyRequestsDoNotCountAsConsecutive() {
        for (int i = 0; i < 200; i++) {
            ask(200, Set.of());
        }
        for (int i = 0; i < 4 * 9; i++) {
            ask(429, Set.of(1));
        }
        assertThat(rig.observer().rests()).isEmpty();
    }

    @Test
    void noMoreThanHalfRestAndWithFewerAllAreUsed() {
        Set<Integer> sick = Set.of(1, 2, 3, 4);
        for (int i = 0; i < 100; i++) {
            ask(503, sick);
        }
        assertThat(rig.observer().rests()).hasSize(2);

        rig.endpoints(1, 2, 3);
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            used.add(ask(200, Set.of()));
        }
        assertThat(used).as("one of three is left: panic").hasSizeGreaterThan(1);
    }
}
