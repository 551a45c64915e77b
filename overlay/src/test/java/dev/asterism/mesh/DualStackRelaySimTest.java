package dev.asterism.mesh;

import static dev.asterism.mesh.DualStackSimTest.both;
import static dev.asterism.mesh.DualStackSimTest.ipv6Only;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.IpFamily;
import dev.asterism.sim.Condition;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;

/** Relays and ends of different families (scenarios R02, R03 of the conformance list; spec wire.md 8.2). */
class DualStackRelaySimTest {

    private static final Duration FIRST = Duration.ofSeconds(3);

    /** R02. */
    @Seeded
    void aRelayOfIpv6AloneCarriesIpv4(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim);
        ipv6Only(world.relay, 1);
        both(world.a, 2);
        both(world.b, 3);
        world.knownAnew().start();

        long there = world.a.sim().sendUdp(world.b.sim(), IpFamily.IP4, 80, "there");
        world.mesh.runUntil(world.b.sim().received(there), FIRST);
        long back = world.b.sim().sendUdp(world.a.sim(), IpFamily.IP4, 80, "back");
        world.mesh.runUntil(world.a.sim().received(back), FIRST);

        assertThat(RelayMesh.relayOf(world.a.primaryTo(world.b))).isEqualTo(Ip.of("fd42::1"));
    }

    /** R03: no packet fits both, but the tunnel stands, as lighthouses and relays need no more. */
    @Seeded
    void aRelayOfBothFamiliesConnectsAnEndOfEach(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim);
        both(world.relay, 1);
        world.a.versions(2).overlay("10.42.0.2");
        ipv6Only(world.b, 3);
        world.knownAnew().start();

        world.a.node().handshakeWith(world.b.address());

        world.mesh.runUntil(
                world.a
                        .primaryTo(world.b, "is there", tunnel -> true)
                        .and(world.b.primaryTo(world.a, "is there", tunnel -> true)),
                FIRST);
        assertThat(RelayMesh.relayOf(world.a.primaryTo(world.b))).isEqualTo(Ip.of("10.42.0.1"));
    }

    /** Two handshakes at once by one relay, for the two addresses of one host. */
    @Seeded
    void packetsForBothAddressesOfAnUnknownHostArriveThroughTheRelay(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim);
        both(world.relay, 1);
        both(world.a, 2);
        both(world.b, 3);
        world.knownAnew().start();
        world.connectRelay();

        long four = world.a.sim().sendUdp(world.b.sim(), IpFamily.IP4, 80, "four");
        long six = world.a.sim().sendUdp(world.b.sim(), IpFamily.IP6, 80, "six");

        world.mesh.runUntil(
                world.b.sim().received(four).and(world.b.sim().received(six)),
                Duration.ofMillis(900));
    }

    /** The peer names the relay by one address, the configuration of this end by the other. */
    @Seeded
    void aPreferredRelayMayBeNamedByAnyOfItsAddresses(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim);
        both(world.relay, 1);
        both(world.a, 2);
        both(world.b, 3);
        world.knownAnew().acquainted().withDirectPath();
        world.a.section("asterism", "{paths: {b: {prefer: 'relay fd42::1'}}}");
        world.start();

        world.mesh.connect(world.a, world.b);

        Condition pinned = world.isRelayed(world.a, world.b);
        for (int i = 0; i < 1_200 && !pinned.holds(); i++) {
            world.a.sendTo(world.b, "keep");
            world.b.sendTo(world.a, "keep");
            world.mesh.runFor(Duration.ofMillis(100));
        }
        assertThat(pinned.holds()).isTrue();
    }
}
