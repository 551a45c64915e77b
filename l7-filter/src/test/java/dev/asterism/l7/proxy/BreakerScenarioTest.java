package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.io.MemoryConn;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Endpoints that fail are ejected. */
class BreakerScenarioTest {

    private final MeshRig rig =
            new MeshRig(Policies.balance("round"), TrafficPolicy.STANDARD).endpoints(1, 2, 3, 4);
    private final MemoryConn client = rig.client();

    /** Sends a request; endpoint 1 answers with this status, the others are well. Returns who was asked. */
    private int ask(int status, Set<Integer> sick) {
        client.arrive(MeshRig.GET);
        MeshRig.Asked asked = rig.asked();
        asked.answers(sick.contains(asked.port()) ? status : 200);
        return asked.port();
    }

    private void breakOne(int port) {
        while (rig.observer().ejections().stream().noneMatch(text -> text.startsWith("n" + port))) {
            ask(503, Set.of(port));
        }
    }

    @Test
    void fiveInARowEject() {
        int failures = 0;
        for (int i = 0; i < 20; i++) {
            failures += ask(503, Set.of(1)) == 1 ? 1 : 0;
        }
        assertThat(failures).isEqualTo(5);
        assertThat(rig.observer().ejections()).containsExactly("n1 is ejected");
        for (int i = 0; i < 40; i++) {
            assertThat(ask(200, Set.of())).isNotEqualTo(1);
        }
    }

    /** A request that reaches this endpoint and waits for its answer. */
    private MeshRig.Asked waitsAt(int port) {
        while (true) {
            MemoryConn other = rig.client();
            other.arrive(MeshRig.GET);
            MeshRig.Asked asked = rig.asked();
            if (asked.port() == port) {
                return asked;
            }
            asked.answers(200);
        }
    }

    @Test
    void mixedUnderEightyPercentEjects() {
        int asked = 0;
        while (rig.observer().ejections().isEmpty() && asked < 100) {
            // The third answer of each three of endpoint 1 is bad: never five in a row.
            int port = ask(asked % 3 == 2 ? 503 : 200, Set.of(1));
            asked += port == 1 ? 1 : 0;
        }

        assertThat(rig.observer().ejections()).containsExactly("n1 is ejected");
        assertThat(asked).isBetween(5, 6);
    }

    @Test
    void onlyTheProbesOwnAnswerDecides() {
        MeshRig.Asked older = waitsAt(1);
        MeshRig.Asked oldest = waitsAt(1);
        breakOne(1);
        rig.passMillis(1500);
        MeshRig.Asked probe = waitsAt(1);

        older.answers(200);
        oldest.answers(503);

        assertThat(rig.observer().ejections())
                .as("the probe is under way")
                .containsExactly("n1 is ejected");
        for (int i = 0; i < 8; i++) {
            assertThat(ask(200, Set.of())).as("nobody else is sent there").isNotEqualTo(1);
        }
        probe.answers(200);
        assertThat(rig.observer().ejections()).containsExactly("n1 is ejected", "n1 is back");
    }

    @Test
    void onlyOneProbeIsSentWhenTheEjectionIsOver() {
        breakOne(1);
        rig.passMillis(1500);

        MemoryConn[] clients = new MemoryConn[8];
        Set<MeshRig.Asked> probes = new HashSet<>();
        for (int i = 0; i < clients.length; i++) {
            clients[i] = rig.client();
            clients[i].arrive(MeshRig.GET);
            MeshRig.Asked asked = rig.asked();
            if (asked.port() == 1) {
                probes.add(asked);
            }
        }
        assertThat(probes).hasSize(1);

        probes.iterator().next().answers(200);
        assertThat(rig.observer().ejections()).containsExactly("n1 is ejected", "n1 is back");
    }

    @Test
    void anEndpointThatLeavesWhileEjectedIsToldOf() {
        breakOne(1);

        rig.endpoints(2, 3, 4);

        assertThat(rig.observer().ejections()).containsExactly("n1 is ejected", "n1 is back");
    }

    @Test
    void aFailedProbeEjectsForLonger() {
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
        assertThat(rig.observer().ejections()).isEmpty();
    }

    @Test
    void noMoreThanHalfAreEjectedAndWithFewerAllAreUsed() {
        Set<Integer> sick = Set.of(1, 2, 3, 4);
        for (int i = 0; i < 100; i++) {
            ask(503, sick);
        }
        assertThat(rig.observer().ejections()).hasSize(2);

        rig.endpoints(1, 2, 3);
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            used.add(ask(200, Set.of()));
        }
        assertThat(used).as("one of three is left: panic").hasSizeGreaterThan(1);
    }
}
