package dev.asterism.overlay.lane;

import static dev.asterism.overlay.lane.FilterLaneTest.gate;
import static dev.asterism.overlay.lane.LaneRig.A6;
import static dev.asterism.overlay.lane.LaneRig.B6;
import static dev.asterism.overlay.packet.TestPackets.ACK;
import static dev.asterism.overlay.packet.TestPackets.SYN;
import static dev.asterism.overlay.packet.TestPackets.icmp;
import static dev.asterism.overlay.packet.TestPackets.ipv6;
import static dev.asterism.overlay.packet.TestPackets.tcp;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static dev.asterism.overlay.wire.WireExtensions.NONE;
import static dev.asterism.overlay.wire.WireExtensions.PARTIAL_CHECKSUMS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.NullAead;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.FilterPorts;
import dev.asterism.overlay.firewall.FilterPorts.WhenDown;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.packet.TestPackets;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IPv6 through whole lanes: single packets, super-packets, and through an L7 filter. */
class Ipv6LaneTest {

    private static final int WEB = 80;
    private static final int FILTER = 40_080;
    private static final int CLIENT = 51_000;
    private static final int SEGMENT = 1000;

    private static LaneRig rig(byte[] packet, int segmentSize, int extensions) {
        return new LaneRig(
                new NullAead(),
                new MemoryTun(packet, segmentSize, segmentSize > 0),
                extensions,
                extensions);
    }

    private static FilterPorts ports() {
        List<FilterPorts.Entry> web = List.of(new FilterPorts.Entry(WEB, FILTER));
        return FilterPorts.of(web, WhenDown.OPEN, gate());
    }

    @Test
    void packetsArriveAsTheyWere() {
        byte[] ping = icmp(0, 77, 40);
        ping[0] = (byte) 128;
        for (byte[] packet :
                List.of(
                        ipv6(17, A6, B6, udp(CLIENT, 53, 100)),
                        ipv6(6, A6, B6, tcp(CLIENT, WEB, 3, 0, SYN, 0)),
                        ipv6(58, A6, B6, ping))) {
            LaneRig rig = rig(packet, 0, NONE);

            rig.carry(1);

            assertThat(rig.lastAtB(0)).isEqualTo(packet);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {NONE, PARTIAL_CHECKSUMS})
    void aSuperPacketArrivesWhole(int extensions) {
        byte[] packet = ipv6(6, A6, B6, tcp(CLIENT, WEB, 3, 4, ACK, 5 * SEGMENT));
        LaneRig rig = rig(packet, SEGMENT, extensions);

        rig.carry(1);

        assertThat(rig.outCounters.count(Direction.OUTBOUND, PacketOutcome.SENT)).isEqualTo(5);
        assertThat(rig.tunOfB.entries).as("merged again").isEqualTo(1);
        assertThat(rig.tunOfB.last().segmentSize(0)).isEqualTo(SEGMENT);
        assertSuperPacket(rig.lastAtB(0), CLIENT, WEB, packet);
    }

    @ParameterizedTest
    @ValueSource(ints = {NONE, PARTIAL_CHECKSUMS})
    void superPacketsGoThroughAFilterBothWays(int extensions) {
        byte[] there = ipv6(6, A6, B6, tcp(CLIENT, WEB, 3, 4, ACK, 5 * SEGMENT));
        LaneRig in = rig(there, SEGMENT, extensions);
        in.filter(in.sharedByB, ports());
        byte[] back = ipv6(6, A6, B6, tcp(FILTER, CLIENT, 3, 4, ACK, 5 * SEGMENT));
        LaneRig out = rig(back, SEGMENT, extensions);
        out.filter(out.sharedByA, ports());

        in.carry(1);
        out.carry(1);

        assertSuperPacket(in.lastAtB(0), CLIENT, FILTER, there);
        assertSuperPacket(out.lastAtB(0), WEB, CLIENT, back);
    }

    /** The filter asks by the addresses and ports of the connection that it has accepted. */
    @Test
    void theFilterLearnsWhoIsBehindAnIpv6Connection() {
        LaneRig rig = rig(ipv6(6, A6, B6, tcp(CLIENT, WEB, 3, 0, SYN, 0)), 0, NONE);
        rig.filter(rig.sharedByB, ports());

        rig.carry(1);

        assertThat(rig.lastAtB(0)).isEqualTo(ipv6(6, A6, B6, tcp(CLIENT, FILTER, 3, 0, SYN, 0)));
        var origin = rig.sharedByB.firewall().originOf(Ip.of(B6), WEB, Ip.of(A6), CLIENT);
        assertThat(Objects.requireNonNull(origin).peer().name()).isEqualTo("a");
    }

    private static void assertSuperPacket(byte[] packet, int from, int to, byte[] like) {
        assertThat(ByteBuffer.wrap(packet).getShort(40) & 0xFFFF).isEqualTo(from);
        assertThat(ByteBuffer.wrap(packet).getShort(42) & 0xFFFF).isEqualTo(to);
        assertThat(Arrays.copyOfRange(packet, 60, packet.length))
                .isEqualTo(Arrays.copyOfRange(like, 60, like.length));
        int pseudo = TestPackets.naiveSum(packet, 8, 32, 6 + packet.length - 40);
        assertThat(ByteBuffer.wrap(packet).getShort(56) & 0xFFFF)
                .as("the pseudo header's sum, for the host to finish")
                .isEqualTo(pseudo);
    }
}
