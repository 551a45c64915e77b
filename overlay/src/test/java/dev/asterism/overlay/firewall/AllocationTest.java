package dev.asterism.overlay.firewall;

import static dev.asterism.overlay.firewall.Direction.INBOUND;
import static dev.asterism.overlay.firewall.Direction.OUTBOUND;
import static dev.asterism.overlay.firewall.FirewallFixture.OWN;
import static dev.asterism.overlay.firewall.FirewallFixture.anyHost;
import static dev.asterism.overlay.firewall.FirewallFixture.attributes;
import static dev.asterism.overlay.firewall.FirewallFixture.cidrs;
import static dev.asterism.overlay.firewall.FirewallFixture.firewall;
import static dev.asterism.overlay.firewall.FirewallFixture.placed;
import static dev.asterism.overlay.firewall.FirewallFixture.rule;
import static dev.asterism.overlay.firewall.FirewallFixture.section;
import static dev.asterism.overlay.firewall.FirewallFixture.withNetworks;
import static dev.asterism.overlay.packet.AllocationProbe.assertAllocatesNothing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.packet.Checksum;
import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.packet.IpPacket;
import dev.asterism.overlay.packet.PacketFault;
import dev.asterism.overlay.packet.RejectPacket;
import dev.asterism.overlay.packet.TestPackets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What runs per packet makes no garbage. */
class AllocationTest {

    private final FlowKey flow = new FlowKey();
    private long sink;

    @Test
    void parsesAndChecksTrackedFlowsWithoutGarbage() {
        RulesInForce firewall = open();
        FlowCache cache = new FlowCache(firewall.firewall, OUTBOUND);
        PeerIdentity peer = new PeerIdentity(attributes("a", "b"));
        byte[] four =
                TestPackets.ipv4(6, "10.42.0.2", "10.42.0.1", TestPackets.tcp(1, 2, 3, 4, 16, 9));
        byte[] six = TestPackets.ipv6(17, "fd42::2", "fd42::1", TestPackets.udp(1, 2, 9));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment slab = arena.allocate(4096);
            MemorySegment.copy(MemorySegment.ofArray(four), 0, slab, 100, four.length);
            MemorySegment.copy(MemorySegment.ofArray(six), 0, slab, 1000, six.length);

            assertAllocatesNothing(
                    i -> {
                        boolean even = i % 2 == 0;
                        PacketFault fault =
                                IpPacket.parseIncoming(
                                        slab,
                                        even ? 100 : 1000,
                                        even ? four.length : six.length,
                                        flow);
                        sink += fault.malformed() ? 1 : 0;
                        sink += firewall.check(INBOUND, flow, peer, i).passed() ? 0 : 1;
                        sink += cache.check(firewall.rules(), flow, peer, i).passed() ? 0 : 1;
                        sink += flow.hash() & 1;
                    });
        }
        assertThat(firewall.firewall.trackedFlows()).isEqualTo(2);
    }

    @Test
    void makesRoomInAFullTableWithoutGarbage() {
        RulesInForce firewall =
                new RulesInForce(
                        FirewallFixture.compiled(
                                FirewallFixture.inbound(anyHost("any", "any")), OWN),
                        new Conntrack(1024, 3));
        PeerIdentity[] peers = {FirewallFixture.member(2), FirewallFixture.member(3)};
        FlowKey first = FirewallFixture.flow("10.42.0.1", 1, "10.42.0.2", 1, 17);
        FlowKey second = FirewallFixture.flow("10.42.0.1", 1, "10.42.0.3", 1, 6);
        for (int i = 0; i < 4000; i++) {
            first.remotePort = i;
            firewall.check(INBOUND, first, peers[0], 0);
        }

        assertAllocatesNothing(
                i -> {
                    first.remotePort = i & 0xFFFF;
                    second.remotePort = i & 0xFFFF;
                    second.tcpFlags = i & 7;
                    sink += firewall.check(INBOUND, first, peers[0], i).passed() ? 1 : 0;
                    sink += firewall.check(INBOUND, second, peers[1], i).passed() ? 1 : 0;
                });

        assertThat(firewall.firewall.evictedFlows()).isPositive();
    }

    @Test
    void refusesAndRejectsWithoutGarbage() {
        RulesInForce firewall = open();
        List<Cidr> many = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            many.add(Cidr.of("192.168." + i + ".0/24"));
        }
        PeerIdentity peer =
                new PeerIdentity(withNetworks(attributes(), cidrs("10.42.0.2/16"), many));
        byte[] packet =
                TestPackets.ipv4(6, "192.168.9.9", "10.42.0.1", TestPackets.tcp(1, 99, 3, 4, 2, 9));
        MemorySegment segment = MemorySegment.ofArray(packet);
        MemorySegment target = MemorySegment.ofArray(new byte[RejectPacket.MAX_BYTES]);

        assertAllocatesNothing(
                i -> {
                    IpPacket.parseIncoming(segment, 0, packet.length, flow);
                    flow.protocol = 47;
                    sink += firewall.check(INBOUND, flow, peer, i).passed() ? 1 : 0;
                    sink += RejectPacket.write(segment, 0, packet.length, target, 0);
                    sink += Checksum.sum(segment, 0, packet.length);
                });
    }

    private static RulesInForce open() {
        return firewall(
                section(
                        placed(
                                1,
                                rule("any", "1-5").groups("a", "b"),
                                rule("tcp", "2").cidr("10.42.0.0/16"),
                                anyHost("udp", "any")),
                        List.of()));
    }
}
