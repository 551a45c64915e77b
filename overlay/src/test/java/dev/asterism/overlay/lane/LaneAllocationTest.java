package dev.asterism.overlay.lane;

import static dev.asterism.overlay.firewall.FilterPorts.WhenDown.OPEN;
import static dev.asterism.overlay.lane.LaneRig.A;
import static dev.asterism.overlay.lane.LaneRig.A6;
import static dev.asterism.overlay.lane.LaneRig.B;
import static dev.asterism.overlay.lane.LaneRig.B6;
import static dev.asterism.overlay.lane.LaneRig.NOW;
import static dev.asterism.overlay.packet.TestPackets.ACK;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.ipv6;
import static dev.asterism.overlay.packet.TestPackets.tcp;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static dev.asterism.overlay.wire.WireExtensions.NONE;
import static dev.asterism.overlay.wire.WireExtensions.PARTIAL_CHECKSUMS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.aead.JcaAead;
import dev.asterism.overlay.aead.NullAead;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.FilterGate;
import dev.asterism.overlay.firewall.FilterPorts;
import dev.asterism.overlay.firewall.FilterPorts.Entry;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.packet.AllocationProbe;
import dev.asterism.overlay.packet.PacketOutcome;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Garbage of whole lanes, from the TUN of one end to the TUN of the other. */
class LaneAllocationTest {

    private static final int SEGMENTS = 9;
    private static final int BURST = 4;

    /** What is sent, as a device hands it out. */
    record Load(String name, Bytes packet, int segmentSize, int extensions) {

        int packets() {
            return segmentSize == 0 ? BURST : SEGMENTS;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Load> loads() {
        Bytes small = Bytes.owning(ipv4(17, A, B, udp(1, 2, 64)));
        Bytes tcp = Bytes.owning(ipv4(6, A, B, tcp(1, 2, 3, 4, ACK, SEGMENTS * 1240)));
        Bytes udp = Bytes.owning(ipv4(17, A, B, udp(1, 2, SEGMENTS * 1240)));
        return Stream.of(
                new Load("small packets", small, 0, NONE),
                new Load("small packets, partial", small, 0, PARTIAL_CHECKSUMS),
                new Load("TCP super-packets", tcp, 1240, NONE),
                new Load("TCP super-packets, partial", tcp, 1240, PARTIAL_CHECKSUMS),
                new Load("UDP super-packets", udp, 1240, NONE));
    }

    static Stream<Load> loadsOfBothFamilies() {
        Bytes small = Bytes.owning(ipv6(17, A6, B6, udp(1, 2, 64)));
        Bytes tcp = Bytes.owning(ipv6(6, A6, B6, tcp(1, 2, 3, 4, ACK, SEGMENTS * 1220)));
        return Stream.concat(
                loads(),
                Stream.of(
                        new Load("small IPv6 packets", small, 0, NONE),
                        new Load("IPv6 TCP super-packets", tcp, 1220, NONE),
                        new Load("IPv6 TCP super-packets, partial", tcp, 1220, PARTIAL_CHECKSUMS)));
    }

    @ParameterizedTest
    @MethodSource("loadsOfBothFamilies")
    void lanesLeaveNoGarbage(Load load) {
        LaneRig rig = rig(new NullAead(), load);

        AllocationProbe.assertAllocatesNothing(_ -> carry(rig, load));

        assertThat(rig.inCounters.count(Direction.INBOUND, PacketOutcome.DELIVERED))
                .isEqualTo(rig.outCounters.count(Direction.OUTBOUND, PacketOutcome.SENT))
                .isPositive();
        assertThat(
                        rig.inCounters.count(Direction.INBOUND, PacketOutcome.DELIVERED)
                                % load.packets())
                .isZero();
        assertThat(rig.tunOfB.bytes).isPositive();
    }

    /** Both ends have a filter; that of B gets everything, that of A sends it. */
    @ParameterizedTest
    @MethodSource("loads")
    void lanesLeaveNoGarbageWithAFilterOnTheWay(Load load) {
        LaneRig rig = rig(new NullAead(), load);
        rig.filter(rig.sharedByA, FilterPorts.of(List.of(new Entry(80, 1)), OPEN, gate()));
        rig.filter(rig.sharedByB, FilterPorts.of(List.of(new Entry(2, 40_002)), OPEN, gate()));

        AllocationProbe.assertAllocatesNothing(_ -> carry(rig, load));

        assertThat(rig.inCounters.count(Direction.INBOUND, PacketOutcome.DELIVERED)).isPositive();
        if (load.name().startsWith("TCP")) {
            ByteBuffer packet = ByteBuffer.wrap(rig.lastAtB(0));
            assertThat(packet.getShort(20) & 0xFFFF).isEqualTo(80);
            assertThat(packet.getShort(22) & 0xFFFF).isEqualTo(40_002);
        }
    }

    /** From the TUN of one end over both lanes of a relay to that of the other. */
    @ParameterizedTest
    @MethodSource("loads")
    void relayedLanesLeaveNoGarbage(Load load) {
        byte[] packet = load.packet().toArray();
        packet[19] = 3; // to the other end of the relayed path; no checksum is looked at on the way
        RelayRig rig =
                new RelayRig(new NullAead(), new MemoryTun(packet, load.segmentSize(), true));

        AllocationProbe.assertAllocatesNothing(_ -> rig.carry(BURST));

        assertThat(rig.deliveredAtY())
                .isEqualTo(rig.sentByX())
                .isEqualTo(rig.atRelay(PacketOutcome.FORWARDED))
                .isPositive();
        assertThat(rig.tunOfY.bytes).isPositive();
    }

    private static FilterGate gate() {
        return new FilterGate(1, Long.MAX_VALUE / 2, NOW.nanos());
    }

    static Stream<Arguments> ciphers() {
        return Stream.of(
                Arguments.of(JcaAead.aesGcm(), 1_500), Arguments.of(JcaAead.chaChaPoly(), 3_000));
    }

    /** The JDK's ciphers allocate; how much is theirs, that it is no more than this is ours. */
    @ParameterizedTest
    @MethodSource("ciphers")
    void ofTheJdksCiphersThereIsABoundedAmount(AeadProvider ciphers, int most) {
        Load load = loads().skip(2).findFirst().orElseThrow();
        LaneRig rig = rig(ciphers, load);

        double sealing =
                AllocationProbe.bytesPerCall(
                                _ -> {
                                    rig.tunOfA.offer(1);
                                    rig.outbound.doWork(NOW);
                                    rig.wire.sent().clear();
                                },
                                most * load.packets())
                        / load.packets();
        double both =
                AllocationProbe.bytesPerCall(
                                _ -> carry(rig, load), (sealing + most) * load.packets())
                        / load.packets();

        System.out.printf(
                "%s: %.0f bytes per packet sealed, %.0f opened%n",
                ciphers.name(), sealing, both - sealing);
        assertThat(sealing).isBetween(1.0, (double) most);
        assertThat(both - sealing).isBetween(1.0, (double) most);
    }

    @Test
    void theProbeSeesGarbage() {
        Load load = loads().findFirst().orElseThrow();
        LaneRig rig = rig(new NullAead(), load);
        byte[][] kept = new byte[1][];

        double bytes =
                AllocationProbe.bytesPerCall(
                        _ -> {
                            carry(rig, load);
                            kept[0] = new byte[48];
                        },
                        48);

        assertThat(bytes).isGreaterThanOrEqualTo(48);
    }

    private static void carry(LaneRig rig, Load load) {
        rig.carry(load.segmentSize() == 0 ? BURST : 1);
    }

    private static LaneRig rig(AeadProvider ciphers, Load load) {
        return new LaneRig(
                ciphers,
                new MemoryTun(load.packet().toArray(), load.segmentSize(), true),
                load.extensions(),
                load.extensions());
    }
}
