package dev.asterism.lighthouse.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.mesh.Mesh;
import dev.asterism.mesh.MeshHost;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.IpFamily;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.sim.NatBehaviour;
import dev.asterism.sim.NatBehaviour.Dependence;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.List;

/**
 * Hosts with IPv6 overlay addresses find each other through a lighthouse (spec wire.md 9, scenario
 * E31 of the conformance list).
 */
class DualStackLighthouseSimTest {

    private static final Duration FIRST = Duration.ofSeconds(3);
    private static final NatBehaviour NAT =
            NatBehaviour.nat(
                    Dependence.ENDPOINT_INDEPENDENT, Dependence.ADDRESS_AND_PORT_DEPENDENT);

    private static MeshHost certified(MeshHost host, int number, int... versions) {
        return host.versions(2).overlay("10.42.0." + number, "fd42::" + number).versions(versions);
    }

    private static MeshHost ipv6Only(MeshHost host, int number) {
        return host.versions(2).overlay("fd42::" + number);
    }

    private static void exchanges(Mesh mesh, MeshHost a, MeshHost b, IpFamily family) {
        long there = a.sim().sendUdp(b.sim(), family, 80, "there");
        mesh.runUntil(b.sim().received(there), FIRST);
        long back = b.sim().sendUdp(a.sim(), family, 80, "back");
        mesh.runUntil(a.sim().received(back), FIRST);
    }

    @Seeded
    void findsAHostByItsIpv6Address(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost lighthouse = certified(mesh.lighthouse("lighthouse"), 1, 2);
        MeshHost a = certified(mesh.host("a"), 2, 2).behind(NAT);
        MeshHost b = certified(mesh.host("b"), 3, 2).behind(NAT);
        a.use(lighthouse);
        b.use(lighthouse);
        mesh.startAll();
        mesh.runFor(Duration.ofSeconds(2));

        exchanges(mesh, a, b, IpFamily.IP6);
        exchanges(mesh, a, b, IpFamily.IP4);

        assertThat(a.node().node().tunnels().allOf(Ip.of("fd42::3")))
                .isEqualTo(a.node().node().tunnels().allOf(Ip.of("10.42.0.3")));
    }

    @Seeded
    void anOverlayOfIpv6Alone(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost lighthouse = ipv6Only(mesh.lighthouse("lighthouse"), 1);
        MeshHost a = ipv6Only(mesh.host("a"), 2).use(lighthouse);
        MeshHost b = ipv6Only(mesh.host("b"), 3).use(lighthouse);
        mesh.startAll();
        mesh.runFor(Duration.ofSeconds(2));

        exchanges(mesh, a, b, IpFamily.IP6);
    }

    /** E31: what a host reported under its first address is known under each of them. */
    @Seeded
    void aLighthouseKnowsAHostByEachOfItsAddresses(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost lighthouse = certified(mesh.lighthouse("lighthouse"), 1, 2);
        MeshHost a = certified(mesh.host("a"), 2, 2).use(lighthouse);
        mesh.startAll();
        mesh.runFor(Duration.ofSeconds(2));

        List<UnderlayAddr> four =
                lighthouse.node().discovery().remotesOf(Ip.of("10.42.0.2")).candidates(List.of());
        assertThat(four).contains(a.endpoint());
        assertThat(lighthouse.node().discovery().remotesOf(Ip.of("fd42::2")).candidates(List.of()))
                .isEqualTo(four);
    }

    /** Nebula does not ask there (scenario N20 of the conformance list). */
    @Seeded
    void aHostThatShowsVersion1ByDefaultFindsIpv6Hosts(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost lighthouse = certified(mesh.lighthouse("lighthouse"), 1, 1, 2);
        MeshHost a = certified(mesh.host("a"), 2, 1, 2).use(lighthouse);
        MeshHost b = certified(mesh.host("b"), 3, 2).use(lighthouse);
        mesh.startAll();
        mesh.runFor(Duration.ofSeconds(2));

        long there = a.sim().sendUdp(b.sim(), IpFamily.IP6, 80, "there");

        mesh.runUntil(b.sim().received(there), FIRST);
    }
}
