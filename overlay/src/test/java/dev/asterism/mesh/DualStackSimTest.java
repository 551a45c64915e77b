package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.IpFamily;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.sim.Condition;
import dev.asterism.sim.Delivery;
import dev.asterism.sim.Flow;
import dev.asterism.sim.IpPackets;
import dev.asterism.sim.ParsedPacket;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimLink;
import dev.asterism.sim.SimMesh;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** IPv6 inside the overlay, alone and beside IPv4 (spec wire.md 10, behaviour.md 4 and 5). */
class DualStackSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String BEHIND = "fd99::/64";

    /** a and b with both families. */
    private static final class Pair {
        private final Mesh mesh;
        private final MeshHost a;
        private final MeshHost b;

        Pair(SimMesh sim) {
            mesh = new Mesh(sim);
            a = both(mesh.host("a"), 1);
            b = both(mesh.host("b"), 2);
            a.knows(b).alsoKnows(Ip.of("fd42::2"), b);
            b.knows(a).alsoKnows(Ip.of("fd42::1"), a);
        }

        Pair start() {
            mesh.startAll();
            return this;
        }

        long send(IpFamily family, MeshHost from, MeshHost to) {
            return from.sim().sendUdp(to.sim(), family, 80, "over " + family);
        }

        void exchanges(IpFamily family) {
            long there = send(family, a, b);
            mesh.runUntil(b.sim().received(there), SECOND);
            long back = send(family, b, a);
            mesh.runUntil(a.sim().received(back), SECOND);
        }
    }

    /** A certificate of version 2 for 10.42.0.N and fd42::N. */
    static MeshHost both(MeshHost host, int number) {
        return host.versions(2).overlay("10.42.0." + number, "fd42::" + number);
    }

    /** A certificate of version 2 for fd42::N alone. */
    static MeshHost ipv6Only(MeshHost host, int number) {
        return host.versions(2).overlay("fd42::" + number);
    }

    @Seeded
    void oneTunnelCarriesBothFamilies(SimMesh sim) {
        Pair pair = new Pair(sim).start();

        pair.exchanges(IpFamily.IP4);
        pair.exchanges(IpFamily.IP6);

        Tunnel tunnel = Objects.requireNonNull(pair.a.primaryTo(pair.b));
        assertThat(tunnel.addresses()).containsExactly(Ip.of("10.42.0.2"), Ip.of("fd42::2"));
        assertThat(pair.a.node().node().tunnels().size()).isEqualTo(1);
        assertThat(pair.a.node().node().tunnels().byOverlay(Ip.of("fd42::2"))).isSameAs(tunnel);
    }

    /** Neither is known yet to be the other's address. */
    @Seeded
    void packetsOfBothFamiliesThatBeginTheTunnelTogetherAllArrive(SimMesh sim) {
        Pair pair = new Pair(sim).start();

        long four = pair.send(IpFamily.IP4, pair.a, pair.b);
        long six = pair.send(IpFamily.IP6, pair.a, pair.b);

        pair.mesh.runUntil(pair.b.sim().received(four).and(pair.b.sim().received(six)), SECOND);
    }

    @Seeded
    void anOverlayOfIpv6Alone(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = ipv6Only(mesh.host("a"), 1);
        MeshHost b = ipv6Only(mesh.host("b"), 2);

        mesh.startAcquainted(a, b);

        mesh.connect(a, b);
        mesh.keepTalking(a, b, Duration.ofMillis(500), 30);
    }

    /** N20: the certificate of version 1 that it shows by default has no IPv6 address. */
    @Seeded
    void aHostOfBothVersionsShowsVersion2ToAnIpv6Address(SimMesh sim) {
        Pair pair = new Pair(sim);
        pair.a.versions(1, 2);
        pair.b.versions(1, 2);
        pair.start();

        pair.exchanges(IpFamily.IP4);
        assertThat(Objects.requireNonNull(pair.a.primaryTo(pair.b)).addresses())
                .containsExactly(Ip.of("10.42.0.2"));
        pair.exchanges(IpFamily.IP6);

        Tunnel tunnel =
                Objects.requireNonNull(pair.a.node().node().tunnels().byOverlay(Ip.of("fd42::2")));
        assertThat(tunnel.peer().certificate().version()).isEqualTo(2);
    }

    @Seeded
    void aRouteToAnIpv6NetworkBehindAPeer(SimMesh sim) {
        Pair pair = new Pair(sim);
        pair.b.routesFor(BEHIND);
        anyLocal(pair.b);
        pair.a.section("tun", "{unsafe_routes: [{route: '" + BEHIND + "', via: 'fd42::2'}]}");
        pair.start();
        Ip behind = Ip.of("fd99::7");

        long there = pair.a.sim().sendUdp(Ip.of("fd42::1"), behind, 80, "to behind");
        pair.mesh.runUntil(pair.b.sim().received(there), SECOND);
        long back = pair.b.sim().sendUdp(behind, Ip.of("fd42::1"), 80, "from behind");
        pair.mesh.runUntil(pair.a.sim().received(back), SECOND);
    }

    /** The peer's certificate says nothing of that network. */
    @Seeded
    void anIpv6SourceThatIsNotThePeersIsRefused(SimMesh sim) {
        Pair pair = new Pair(sim);
        pair.b.routesFor(BEHIND);
        anyLocal(pair.b);
        pair.start();
        pair.exchanges(IpFamily.IP6);

        long stranger = pair.b.sim().sendUdp(Ip.of("fd99::7"), Ip.of("fd42::1"), 80, "from behind");
        pair.mesh.runUntil(pair.a.sim().received(stranger), SECOND);
        long spoofed = pair.b.sim().sendUdp(Ip.of("fd98::7"), Ip.of("fd42::1"), 80, "spoofed");
        pair.mesh.runFor(SECOND);

        assertThat(pair.a.sim().received(spoofed).holds()).isFalse();
        assertThat(count(pair.b, Direction.OUTBOUND, PacketOutcome.LOCAL_ADDRESS)).isEqualTo(1);
    }

    /** What a kernel sends of itself over IPv6: listener reports, router solicitations, neighbours. */
    @Seeded
    void linkLocalAndMulticastPacketsOfTheHostLeadNowhere(SimMesh sim) {
        Pair pair = new Pair(sim).start();
        pair.exchanges(IpFamily.IP6);

        for (String to : List.of("ff02::16", "ff02::2", "ff02::fb", "fe80::2", "fe80::1234")) {
            pair.a.sim().sendUdp(Ip.of("fe80::1"), Ip.of(to), 5353, "to the link");
            pair.a.sim().sendUdp(Ip.of("fd42::1"), Ip.of(to), 5353, "to the link");
        }
        pair.mesh.runFor(SECOND);

        assertThat(count(pair.a, Direction.OUTBOUND, PacketOutcome.NO_ROUTE)).isEqualTo(10);
        assertThat(pair.b.sim().received("to the link").holds()).isFalse();
        assertThat(pair.a.node().node().control().handshakes().pendingHosts()).isZero();
    }

    @Seeded
    void aRefusedIpv6PacketIsAnsweredByTheRefusingEnd(SimMesh sim) {
        Pair pair = new Pair(sim);
        pair.b.section(
                "firewall",
                "{inbound_action: reject, inbound: [{port: 80, proto: any, host: any}],"
                        + " outbound: [{port: any, proto: any, host: any}]}");
        pair.start();
        pair.exchanges(IpFamily.IP6);
        Ip a = Ip.of("fd42::1");
        Ip b = Ip.of("fd42::2");

        pair.a
                .sim()
                .inject(
                        IpPackets.tcp(
                                new Flow(a, 4000, b, 443), IpPackets.TCP_SYN, 7, new byte[0]));
        pair.a.sim().inject(IpPackets.udp(new Flow(a, 4000, b, 443), new byte[] {1}));

        pair.mesh.runUntil(
                answered(pair.a, "a reset", p -> p.protocol() == 6)
                        .and(answered(pair.a, "a prohibition", p -> p.icmpType() == 1)),
                SECOND);
    }

    private static Condition answered(
            MeshHost at, String what, java.util.function.Predicate<ParsedPacket> is) {
        return Condition.of(
                at.name() + " got " + what,
                () ->
                        at.sim().deliveries().stream()
                                .filter(Delivery::checksumsHold)
                                .map(Delivery::parsed)
                                .anyMatch(p -> p != null && is.test(p)));
    }

    /** Both hosts hear the MTU for either family, in their own kernel's words. */
    @Seeded
    void aSmallerPathIsToldInBothFamilies(SimMesh sim) {
        Pair pair = new Pair(sim).start();
        pair.exchanges(IpFamily.IP6);
        pair.mesh.network().link(pair.a.sim(), pair.b.sim(), SimLink.WIDE_AREA.withMtu(1350));
        Bytes large =
                IpPackets.udp(
                        new Flow(Ip.of("fd42::1"), 4000, Ip.of("fd42::2"), 80), new byte[1252]);

        Condition told =
                Condition.of("a hears of the smaller path", () -> tooBig(pair.a, 6) != null);
        for (int i = 0; i < 200 && !told.holds(); i++) {
            pair.a.sim().inject(large);
            pair.mesh.runFor(Duration.ofMillis(100));
        }

        Bytes answer = Objects.requireNonNull(tooBig(pair.a, 6));
        assertThat(ByteBuffer.wrap(answer.toArray()).getInt(44)).isBetween(1280, 1290);
        pair.mesh.runUntil(
                Condition.of(
                        "b is told in both families",
                        () -> tooBig(pair.b, 6) != null && tooBig(pair.b, 4) != null),
                SECOND);
    }

    private static @Nullable Bytes tooBig(MeshHost host, int family) {
        return host.sim().deliveries().stream()
                .filter(Delivery::checksumsHold)
                .map(Delivery::packet)
                .filter(packet -> packet.at(0) >>> 4 == family && isTooBig(packet))
                .findFirst()
                .orElse(null);
    }

    private static boolean isTooBig(Bytes packet) {
        return packet.at(0) >>> 4 == 4
                ? packet.at(9) == 1 && packet.at(20) == 3 && packet.at(21) == 4
                : packet.at(6) == 58 && packet.at(40) == 2;
    }

    private static void anyLocal(MeshHost host) {
        host.section(
                "firewall",
                "{inbound: [{port: any, proto: any, host: any, local_cidr: any}],"
                        + " outbound: [{port: any, proto: any, host: any, local_cidr: any}]}");
    }

    private static long count(MeshHost host, Direction direction, PacketOutcome outcome) {
        return host.node().node().stats().count(direction, outcome);
    }
}
