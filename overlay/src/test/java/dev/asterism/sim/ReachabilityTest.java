package dev.asterism.sim;

import static dev.asterism.sim.NatBehaviour.Dependence.ADDRESS_AND_PORT_DEPENDENT;
import static dev.asterism.sim.NatBehaviour.Dependence.ENDPOINT_INDEPENDENT;
import static dev.asterism.sim.NatBehaviour.nat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.sim.NatBehaviour.Dependence;
import dev.asterism.sim.NatBehaviour.Ports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The predicate is not believed: each of its answers is compared with nodes that really try. */
class ReachabilityTest {

    @ParameterizedTest
    @MethodSource("allPairs")
    void agreesWithNodesThatTry(NatBehaviour ofA, NatBehaviour ofB) {
        SimMesh mesh = SimMesh.exactly(5);
        SimHost meetingPoint = mesh.host("meeting point").start(EchoNode.factory());
        SimHost a = mesh.host("a").behind(ofA).start(EchoNode.factory());
        SimHost b = mesh.host("b").behind(ofB).start(EchoNode.factory());

        boolean met = tryToMeet(mesh, meetingPoint, a, b);

        assertThat(mesh.directPathPossible(a, b)).isEqualTo(met);
        assertThat(mesh.directPathPossible(b, a)).isEqualTo(met);
    }

    @Test
    void isPossibleWithoutNat() {
        SimMesh mesh = SimMesh.exactly(5);

        assertThat(mesh.directPathPossible(mesh.host("a"), mesh.host("b"))).isTrue();
    }

    @Test
    void isImpossibleOverACutPath() {
        SimMesh mesh = SimMesh.exactly(5);

        mesh.network().cutOneWay(mesh.host("a"), mesh.host("b"));

        assertThat(mesh.directPathPossible(mesh.host("a"), mesh.host("b"))).isFalse();
    }

    @Test
    void needsNoPunchingOverIpv6() {
        SimMesh mesh = SimMesh.exactly(5);
        NatBehaviour worst = nat(ADDRESS_AND_PORT_DEPENDENT, ADDRESS_AND_PORT_DEPENDENT);
        SimHost a = mesh.host("a").behind(worst).at("192.168.1.9", "2001:db8::a");
        SimHost b = mesh.host("b").behind(worst).at("192.168.2.9", "2001:db8::b");

        assertThat(mesh.directPathPossible(a, b)).isTrue();
    }

    @Test
    void countsTheStricterOfTwoNatsInARow() {
        SimMesh mesh = SimMesh.exactly(5);
        NatBehaviour open = nat(ENDPOINT_INDEPENDENT, ENDPOINT_INDEPENDENT);
        SimNat outer =
                mesh.network().nat(nat(ADDRESS_AND_PORT_DEPENDENT, ADDRESS_AND_PORT_DEPENDENT));
        SimHost a = mesh.host("a").behind(mesh.network().natBehind(outer, open));
        SimHost strict = mesh.host("strict");
        strict.behind(nat(ENDPOINT_INDEPENDENT, ADDRESS_AND_PORT_DEPENDENT));

        assertThat(mesh.directPathPossible(a, strict)).isFalse();
        assertThat(mesh.directPathPossible(a, mesh.host("open").behind(open))).isTrue();
    }

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

    /** Both learn what the meeting point sees of the other, then keep trying, to learned addresses too. */
    private static boolean tryToMeet(SimMesh mesh, SimHost meetingPoint, SimHost a, SimHost b) {
        UnderlayAddr observedA = observed(mesh, meetingPoint, a);
        UnderlayAddr observedB = observed(mesh, meetingPoint, b);
        EchoNode nodeA = a.node(EchoNode.class);
        EchoNode nodeB = b.node(EchoNode.class);
        nodeA.answers().clear();
        nodeB.answers().clear();
        nodeA.ask(observedB, 10);
        nodeB.ask(observedA, 10);
        a.wake();
        b.wake();
        mesh.runFor(Duration.ofSeconds(8));
        return nodeA.answers().stream().anyMatch(peer -> !peer.equals(meetingPoint.endpoint()))
                && nodeB.answers().stream().anyMatch(peer -> !peer.equals(meetingPoint.endpoint()));
    }

    private static UnderlayAddr observed(SimMesh mesh, SimHost meetingPoint, SimHost host) {
        host.node(EchoNode.class).ask(meetingPoint.endpoint(), 1);
        host.wake();
        mesh.runFor(Duration.ofSeconds(1));
        return meetingPoint.node(EchoNode.class).asks().getLast();
    }
}
