package dev.asterism.lighthouse.mesh;

import static dev.asterism.sim.NatBehaviour.nat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.mesh.Mesh;
import dev.asterism.mesh.MeshHost;
import dev.asterism.sim.NatBehaviour;
import dev.asterism.sim.NatBehaviour.Dependence;
import dev.asterism.sim.NatBehaviour.Ports;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** F05: two hosts behind NATs find each other through a lighthouse whenever that is possible at all. */
class NatGridSimTest {

    private static final Duration FIRST_PACKET = Duration.ofSeconds(10);

    @ParameterizedTest
    @MethodSource("allPairs")
    void connectsExactlyThosePairsThatCan(NatBehaviour ofA, NatBehaviour ofB) {
        SimMesh sim = SimMesh.seeded(1).named("NatGridSimTest." + name(ofA) + "." + name(ofB));
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost lighthouse = mesh.lighthouse("lighthouse");
        MeshHost a = mesh.host("a").behind(ofA).use(lighthouse).section("punchy", PUNCHING);
        MeshHost b = mesh.host("b").behind(ofB).use(lighthouse).section("punchy", PUNCHING);
        mesh.startAll();
        mesh.runFor(Duration.ofSeconds(2));

        long first = a.sendTo(b, "first");
        if (sim.directPathPossible(a.sim(), b.sim())) {
            mesh.runUntil(b.sim().received(first), FIRST_PACKET);
            mesh.exchange(a, b, Duration.ofSeconds(2));
        } else {
            mesh.runFor(FIRST_PACKET);
            assertThat(b.sim().received(first).holds()).isFalse();
        }
        sim.finish();
    }

    private static final String PUNCHING = "{punch: true, respond: true}";

    static List<Object[]> allPairs() {
        List<NatBehaviour> kinds = new ArrayList<>();
        for (Dependence mapping : Dependence.values()) {
            for (Dependence filtering : Dependence.values()) {
                kinds.add(nat(mapping, filtering).withPorts(Ports.RANDOM));
            }
        }
        List<Object[]> pairs = new ArrayList<>();
        kinds.forEach(a -> kinds.forEach(b -> pairs.add(new Object[] {a, b})));
        return pairs;
    }

    private static String name(NatBehaviour nat) {
        return nat.mapping() + "-" + nat.filtering();
    }
}
