package dev.asterism.overlay.lane;

import static dev.asterism.overlay.lane.LaneRig.A;
import static dev.asterism.overlay.lane.LaneRig.B;
import static dev.asterism.overlay.lane.LaneRig.NOW;
import static dev.asterism.overlay.packet.TestPackets.ACK;
import static dev.asterism.overlay.packet.TestPackets.RST;
import static dev.asterism.overlay.packet.TestPackets.SYN;
import static dev.asterism.overlay.packet.TestPackets.concat;
import static dev.asterism.overlay.packet.TestPackets.icmp;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.tcp;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static dev.asterism.overlay.wire.WireExtensions.NONE;
import static dev.asterism.overlay.wire.WireExtensions.PARTIAL_CHECKSUMS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.NullAead;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.FilterGate;
import dev.asterism.overlay.firewall.FilterPorts;
import dev.asterism.overlay.firewall.FilterPorts.WhenDown;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.packet.TestPackets;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets on their way to an L7 filter at B, and from one at A. */
class FilterLaneTest {

    private static final int WEB = 80;
    private static final int FILTER = 40_080;
    private static final int CLIENT = 51_000;
    private static final int SEGMENT = 1000;

    @Test
    void aPacketReachesTheFilterAsIfItHadBeenMeantForIt() {
        LaneRig rig = toFilter(ipv4(6, A, B, tcp(CLIENT, WEB, 3, 0, SYN, 0)), 0, NONE);

        rig.carry(1);

        assertThat(rig.lastAtB(0)).isEqualTo(ipv4(6, A, B, tcp(CLIENT, FILTER, 3, 0, SYN, 0)));
        assertThat(rig.inCounters.count(Direction.INBOUND, PacketOutcome.DELIVERED)).isEqualTo(1);
    }

    @Test
    void anAnswerLeavesTheFilterAsIfItWereTheApplications() {
        byte[] answer = ipv4(6, A, B, tcp(FILTER, CLIENT, 3, 4, SYN | ACK, 0));
        LaneRig rig = fromFilter(answer, 0, NONE);

        rig.carry(1);

        assertThat(rig.lastAtB(0)).isEqualTo(ipv4(6, A, B, tcp(WEB, CLIENT, 3, 4, SYN | ACK, 0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {NONE, PARTIAL_CHECKSUMS})
    void superPacketsGoBothWays(int extensions) {
        byte[] there = ipv4(6, A, B, tcp(CLIENT, WEB, 3, 4, ACK, 5 * SEGMENT));
        LaneRig in = toFilter(there, SEGMENT, extensions);
        byte[] back = ipv4(6, A, B, tcp(FILTER, CLIENT, 3, 4, ACK, 5 * SEGMENT));
        LaneRig out = fromFilter(back, SEGMENT, extensions);

        in.carry(1);
        out.carry(1);

        assertThat(in.tunOfB.entries).as("merged again").isEqualTo(1);
        assertSuperPacket(in.lastAtB(0), CLIENT, FILTER, there);
        assertSuperPacket(out.lastAtB(0), WEB, CLIENT, back);
        assertThat(in.tunOfB.last().checksumPartial(0)).isTrue();
        assertThat(in.tunOfB.last().segmentSize(0)).isEqualTo(SEGMENT);
    }

    private static void assertSuperPacket(byte[] packet, int from, int to, byte[] like) {
        assertThat(ByteBuffer.wrap(packet).getShort(20) & 0xFFFF).isEqualTo(from);
        assertThat(ByteBuffer.wrap(packet).getShort(22) & 0xFFFF).isEqualTo(to);
        assertThat(Arrays.copyOfRange(packet, 40, packet.length))
                .isEqualTo(Arrays.copyOfRange(like, 40, like.length));
        int pseudo = TestPackets.naiveSum(packet, 12, 8, 6 + packet.length - 20);
        assertThat(ByteBuffer.wrap(packet).getShort(36) & 0xFFFF)
                .as("the pseudo header's sum, for the host to finish")
                .isEqualTo(pseudo);
    }

    @Test
    void whatIsNotListedStaysAsItIs() {
        byte[] otherPort = ipv4(6, A, B, tcp(CLIENT, 81, 3, 0, SYN, 0));
        byte[] datagram = ipv4(17, A, B, udp(CLIENT, WEB, 20));
        byte[] later = ipv4(6, A, B, 0x0010, new byte[0], tcp(CLIENT, WEB, 3, 0, SYN, 0));
        byte[] ping = ipv4(1, A, B, icmp(8, WEB, 40));
        for (byte[] packet : List.of(otherPort, datagram, later, ping)) {
            LaneRig rig = toFilter(packet, 0, NONE);
            rig.sendFromA(packet, false);
            rig.inbound.doWork(NOW);

            assertThat(rig.lastAtB(0)).isEqualTo(packet);
        }
    }

    /** A first fragment has the ports: it must not be a way round the filter. Later ones need no change. */
    @Test
    void aFirstFragmentIsLedToTheFilterAndAPieceOfAHeaderIsDropped() {
        byte[] first = ipv4(6, A, B, 0x2000, new byte[0], tcp(CLIENT, WEB, 3, 0, SYN, 4));
        LaneRig rig = toFilter(first, 0, NONE);

        rig.sendFromA(first, false);
        rig.inbound.doWork(NOW);
        assertThat(ByteBuffer.wrap(rig.lastAtB(0)).getShort(22) & 0xFFFF).isEqualTo(FILTER);

        rig.sendFromA(Arrays.copyOf(first, 28), false);
        rig.inbound.doWork(NOW);
        assertThat(rig.inCounters.count(Direction.INBOUND, PacketOutcome.MALFORMED)).isEqualTo(1);
        assertThat(rig.tunOfB.entries).isEqualTo(1);
    }

    @Test
    void theFiltersOwnPortIsClosedToPeers() {
        byte[] packet = ipv4(6, A, B, tcp(CLIENT, FILTER, 3, 0, SYN, 0));
        LaneRig rig = toFilter(packet, 0, NONE);

        rig.carry(1);

        assertThat(rig.inCounters.count(Direction.INBOUND, PacketOutcome.FILTER_PORT)).isEqualTo(1);
        assertThat(rig.tunOfB.entries).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void whenTheFilterIsDownANewFlowGoesStraightOrIsReset(WhenDown policy) {
        byte[] packet = ipv4(6, A, B, tcp(CLIENT, WEB, 3, 0, SYN, 0));
        LaneRig rig = new LaneRig(new NullAead(), new MemoryTun(packet, 0, true), NONE, NONE);
        FilterGate gate = gate();
        gate.shut();
        rig.filter(rig.sharedByB, ports(policy, gate));

        rig.carry(1);

        if (policy == WhenDown.OPEN) {
            assertThat(rig.lastAtB(0)).isEqualTo(packet);
        } else {
            assertThat(rig.tunOfB.entries).isEqualTo(1 - 1);
            assertThat(rig.inCounters.count(Direction.INBOUND, PacketOutcome.FILTER_DOWN))
                    .isEqualTo(1);
            assertThat(rig.inCounters.count(Direction.OUTBOUND, PacketOutcome.SENT))
                    .as("a reset, whatever firewall.inbound_action says")
                    .isEqualTo(1);
        }
    }

    /** B's host sent the quoted packet from the filter's port; the router on the way saw the other. */
    @Test
    void anErrorThatQuotesTheFiltersPacketIsTranslatedBack() {
        LaneRig rig = toFilter(ipv4(6, A, B, tcp(CLIENT, WEB, 3, 0, SYN, 0)), 0, NONE);
        rig.carry(1);
        byte[] error = error(ipv4(6, B, A, tcp(WEB, CLIENT, 3, 4, ACK, 0)));
        byte[] unrelated = error(ipv4(6, B, A, tcp(WEB, CLIENT + 1, 3, 4, ACK, 0)));

        rig.sendFromA(error, false);
        rig.inbound.doWork(NOW);
        assertThat(rig.lastAtB(0))
                .isEqualTo(error(ipv4(6, B, A, tcp(FILTER, CLIENT, 3, 4, ACK, 0))));

        rig.sendFromA(unrelated, false);
        rig.inbound.doWork(NOW);
        assertThat(rig.lastAtB(0)).isEqualTo(unrelated);
    }

    /** A's host got the quoted packet at the filter's port; the peer sent it to the other. */
    @Test
    void anErrorOfTheHostThatQuotesThePeersPacketIsTranslatedToo() {
        byte[] error = error(ipv4(6, B, A, tcp(CLIENT, FILTER, 3, 4, ACK, 0)));
        LaneRig rig = new LaneRig(new NullAead(), new MemoryTun(error, 0, false), NONE, NONE);
        rig.filter(rig.sharedByA, ports(WhenDown.OPEN, gate()));

        rig.carry(1);

        assertThat(rig.lastAtB(0)).isEqualTo(error(ipv4(6, B, A, tcp(CLIENT, WEB, 3, 4, ACK, 0))));
    }

    private static byte[] error(byte[] quoted) {
        return ipv4(1, A, B, concat(icmp(3, 0, 0), quoted));
    }

    /** What the host sends for a connection that it does not know any more. */
    @Test
    void aResetOfTheHostIsLedBackToo() {
        byte[] reset = ipv4(6, A, B, tcp(FILTER, CLIENT, 3, 0, RST, 0));
        LaneRig rig = fromFilter(reset, 0, NONE);

        rig.carry(1);

        assertThat(rig.lastAtB(0)).isEqualTo(ipv4(6, A, B, tcp(WEB, CLIENT, 3, 0, RST, 0)));
    }

    /** Before there is a tunnel: what waits for one is what the peer is to get. */
    @Test
    void whatWaitsForATunnelIsLedBackBeforeItWaits() {
        String stranger = "10.42.0.9";
        byte[] answer = ipv4(6, A, stranger, tcp(FILTER, CLIENT, 3, 4, ACK, 0));
        LaneRig rig = fromFilter(answer, 0, NONE);

        rig.carry(1);

        assertThat(rig.sharedByA.commands().poll())
                .isInstanceOfSatisfying(
                        ControlCommand.StartHandshake.class,
                        waiting ->
                                assertThat(waiting.packet().toArray())
                                        .isEqualTo(
                                                ipv4(
                                                        6,
                                                        A,
                                                        stranger,
                                                        tcp(WEB, CLIENT, 3, 4, ACK, 0))));
    }

    private static LaneRig toFilter(byte[] packet, int segmentSize, int extensions) {
        LaneRig rig = rig(packet, segmentSize, extensions);
        rig.filter(rig.sharedByB, ports(WhenDown.OPEN, gate()));
        return rig;
    }

    private static LaneRig fromFilter(byte[] packet, int segmentSize, int extensions) {
        LaneRig rig = rig(packet, segmentSize, extensions);
        rig.filter(rig.sharedByA, ports(WhenDown.OPEN, gate()));
        return rig;
    }

    /** As a device hands it over: a super-packet's checksum is unfinished. */
    private static LaneRig rig(byte[] packet, int segmentSize, int extensions) {
        return new LaneRig(
                new NullAead(),
                new MemoryTun(packet, segmentSize, segmentSize > 0),
                extensions,
                extensions);
    }

    static FilterPorts ports(WhenDown whenDown, FilterGate gate) {
        return FilterPorts.of(List.of(new FilterPorts.Entry(WEB, FILTER)), whenDown, gate);
    }

    static FilterGate gate() {
        return new FilterGate(1, 2_000_000_000L, NOW.nanos());
    }
}
