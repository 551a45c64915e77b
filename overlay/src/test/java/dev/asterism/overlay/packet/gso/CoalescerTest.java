package dev.asterism.overlay.packet.gso;

import static dev.asterism.overlay.packet.TestPackets.ACK;
import static dev.asterism.overlay.packet.TestPackets.CWR;
import static dev.asterism.overlay.packet.TestPackets.FIN;
import static dev.asterism.overlay.packet.TestPackets.PSH;
import static dev.asterism.overlay.packet.TestPackets.icmp;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.ipv6;
import static dev.asterism.overlay.packet.TestPackets.tcp;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.packet.BigEndian;
import dev.asterism.overlay.packet.Checksum;
import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.packet.IpPacket;
import dev.asterism.overlay.packet.PacketFault;
import dev.asterism.overlay.packet.ReferenceSegmenter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoalescerTest {

    private static final String A = "10.42.0.1";
    private static final String B = "10.42.0.2";

    private final byte[] memory = new byte[1 << 20];
    private final PacketBatch batch = new PacketBatch(MemorySegment.ofArray(memory), 128);
    private final Coalescer coalescer = new Coalescer(batch, true);

    /** Every entry handed over, cut as the kernel would. */
    private final List<byte[]> delivered = new ArrayList<>();

    private int entries;

    @Test
    void mergesATcpStreamIntoOneEntry() {
        for (int i = 0; i < 10; i++) {
            receive(ipv4(6, A, B, tcp(1, 2, i * 1000, 5, i == 9 ? ACK | PSH : ACK, 1000)));
        }
        coalescer.closeAll();

        assertThat(batch.count()).isEqualTo(1);
        assertThat(batch.length(0)).isEqualTo(40 + 10_000);
        assertThat(batch.segmentSize(0)).isEqualTo(1000);
        assertThat(batch.checksumPartial(0)).isTrue();
        MemorySegment slab = batch.slab();
        assertThat(IpPacket.declaredLength(slab, batch.offset(0))).isEqualTo(10_040);
        assertThat(Checksum.verifies(Checksum.sum(slab, batch.offset(0), 20))).isTrue();
        assertThat(BigEndian.u16(slab, batch.offset(0) + 36))
                .isEqualTo(Checksum.pseudoHeader(slab, batch.offset(0), 6, 10_020));
    }

    @Test
    void mergesPartialPacketsAndReadsNoPayload() {
        byte[] first = ipv4(6, A, B, tcp(1, 2, 0, 5, ACK, 1000));
        byte[] second = ipv4(6, A, B, tcp(1, 2, 1000, 5, ACK, 1000));
        byte[] third = ipv4(6, A, B, tcp(1, 2, 2000, 5, ACK, 1000));
        // Would be seen by whoever sums the payload.
        second[700] ^= 1;

        receive(PartialChecksumTest.partial(first.clone()), true);
        receive(PartialChecksumTest.partial(second.clone()), true);
        receive(third, false);
        flush();

        assertThat(entries).isEqualTo(1);
        ReferenceSegmenter.sum(second, 20, 6);
        assertSame(delivered, List.of(first, second, third));
    }

    @Test
    void keepsAFullPacketWithABadChecksumOutOfAPartialFlow() {
        byte[] first = ipv4(6, A, B, tcp(1, 2, 0, 5, ACK, 1000));
        byte[] second = ipv4(6, A, B, tcp(1, 2, 1000, 5, ACK, 1000));
        second[700] ^= 1;

        receive(PartialChecksumTest.partial(first.clone()), true);
        receive(second, false);
        flush();

        assertThat(delivered).containsExactly(first, second);
    }

    @Test
    void keepsAPartialPacketOutOfAFlowThatBeganDamaged() {
        byte[] first = ipv4(6, A, B, tcp(1, 2, 0, 5, ACK, 1000));
        first[700] ^= 1;
        byte[] second = ipv4(6, A, B, tcp(1, 2, 1000, 5, ACK, 1000));

        receive(first, false);
        receive(PartialChecksumTest.partial(second.clone()), true);
        flush();

        assertThat(delivered).containsExactly(first, second);
    }

    @Test
    void handsASinglePartialPacketOverAsItCame() {
        byte[] packet = PartialChecksumTest.partial(ipv4(17, A, B, udp(1, 2, 300)));
        receive(packet, true);
        coalescer.closeAll();

        assertThat(batch.count()).isEqualTo(1);
        assertThat(batch.checksumPartial(0)).isTrue();
        assertThat(batch.segmentSize(0)).isZero();
        assertThat(Arrays.copyOfRange(memory, batch.offset(0), batch.offset(0) + packet.length))
                .isEqualTo(packet);
    }

    @Test
    void givesBackExactlyWhatWasCut() {
        byte[] whole = ipv6(6, "fd42::1", "fd42::2", tcp(1, 2, 3, 4, ACK | PSH, 20_000));
        List<byte[]> segments = ReferenceSegmenter.cut(whole, 1340);

        segments.forEach(this::receive);
        flush();

        assertThat(entries).isEqualTo(1);
        assertSame(delivered, segments);
    }

    @Test
    void mergesUdpOfOneSizeAndClosesWithAShorter() {
        for (int size : new int[] {500, 500, 499, 500}) {
            receive(ipv4(17, A, B, udp(1, 2, size)));
        }
        flush();

        assertThat(entries).isEqualTo(2);
        assertThat(delivered).hasSize(4);
    }

    @Test
    void leavesALoneWhatDiffersInAnythingThatMatters() {
        byte[] first = ipv4(6, A, B, tcp(1, 2, 0, 5, ACK, 100));
        Map<String, byte[]> others = new LinkedHashMap<>();
        others.put("gap", ipv4(6, A, B, tcp(1, 2, 101, 5, ACK, 100)));
        others.put("other ack", ipv4(6, A, B, tcp(1, 2, 100, 6, ACK, 100)));
        others.put("fin", ipv4(6, A, B, tcp(1, 2, 100, 5, ACK | FIN, 100)));
        others.put("cwr", ipv4(6, A, B, tcp(1, 2, 100, 5, ACK | CWR, 100)));
        others.put("longer", ipv4(6, A, B, tcp(1, 2, 100, 5, ACK, 101)));
        others.put("pure ack", ipv4(6, A, B, tcp(1, 2, 100, 5, ACK, 0)));
        others.put("ip options", ipv4(6, A, B, 0, new byte[4], tcp(1, 2, 100, 5, ACK, 100)));
        others.put("ttl", changed(8, 1));
        others.put("tos", changed(1, 2));
        others.put("window", changed(34, 1));
        others.put("urgent", changed(38, 1));
        byte[] badChecksum = ipv4(6, A, B, tcp(1, 2, 100, 5, ACK, 100));
        badChecksum[60] ^= 1;
        others.put("checksum", badChecksum);
        byte[] badHeaderSum = ipv4(6, A, B, tcp(1, 2, 100, 5, ACK, 100));
        badHeaderSum[10] ^= 1;
        others.put("header checksum", badHeaderSum);
        byte[] padded = Arrays.copyOf(ipv4(6, A, B, tcp(1, 2, 100, 5, ACK, 99)), 140);
        others.put("padding", padded);
        others.forEach(
                (what, second) -> {
                    delivered.clear();
                    entries = 0;
                    receive(first);
                    receive(second);
                    flush();

                    assertThat(entries).as(what).isEqualTo(2);
                    assertThat(delivered).as(what).containsExactly(first, second);
                });
    }

    /** The continuation of the first segment, with a header byte other than there and right checksums. */
    private static byte[] changed(int at, int value) {
        byte[] packet = ipv4(6, A, B, tcp(1, 2, 100, 5, ACK, 100));
        packet[at] = (byte) value;
        ReferenceSegmenter.sum(packet, 20, 6);
        return packet;
    }

    @Test
    void doesNotMergeBehindAFirstSegmentWithABadChecksum() {
        byte[] first = ipv4(6, A, B, tcp(1, 2, 0, 5, ACK, 100));
        first[50] ^= 1;
        byte[] second = ipv4(6, A, B, tcp(1, 2, 100, 5, ACK, 100));

        receive(first);
        receive(second);
        flush();

        assertThat(delivered).containsExactly(first, second);
        assertThat(entries).isEqualTo(2);
    }

    @Test
    void growsSeveralFlowsAtOnce() {
        for (int i = 0; i < 10; i++) {
            for (int flow = 0; flow < Coalescer.OPEN_FLOWS; flow++) {
                receive(ipv4(6, A, B, tcp(flow, 2, i * 700, 5, ACK, 700)));
            }
        }
        flush();

        assertThat(entries).isEqualTo(Coalescer.OPEN_FLOWS);
        assertThat(delivered).hasSize(10 * Coalescer.OPEN_FLOWS);
    }

    @Test
    void forgetsWhatIsDiscardedAndLosesNothingByIt() {
        byte[] first = ipv4(6, A, B, tcp(1, 2, 0, 5, ACK, 1000));
        byte[] second = ipv4(6, A, B, tcp(1, 2, 1000, 5, ACK, 1000));
        receive(first);
        int at = coalescer.place(900);
        Arrays.fill(memory, at, at + 900, (byte) 0xEE);
        coalescer.discard();
        receive(second);
        flush();

        assertThat(entries).isEqualTo(1);
        assertSame(delivered, List.of(first, second));
    }

    @Test
    void mergesNoUdpForADeviceThatTakesNone() {
        PacketBatch plain = new PacketBatch(MemorySegment.ofArray(new byte[1 << 18]), 16);
        Coalescer tcpOnly = new Coalescer(plain, false);
        for (byte[] packet :
                List.of(
                        ipv4(17, A, B, udp(1, 2, 100)),
                        ipv4(17, A, B, udp(1, 2, 100)),
                        ipv4(6, A, B, tcp(1, 2, 0, 5, ACK, 100)),
                        ipv4(6, A, B, tcp(1, 2, 100, 5, ACK, 100)))) {
            int at = tcpOnly.place(packet.length);
            MemorySegment.copy(MemorySegment.ofArray(packet), 0, plain.slab(), at, packet.length);
            tcpOnly.keep(packet.length, false);
        }
        tcpOnly.closeAll();

        assertThat(plain.count()).isEqualTo(3);
        assertThat(plain.segmentSize(0)).isZero();
        assertThat(plain.segmentSize(1)).isZero();
        assertThat(plain.segmentSize(2)).isEqualTo(100);
    }

    @Test
    void leavesPacketsAloneThatAreLongerThanASuperPacketMayBe() {
        for (int data : new int[] {65_000 - 28, 65_000 - 27, 65_475 - 28}) {
            for (boolean partial : new boolean[] {false, true}) {
                byte[] large = ipv4(17, A, B, udp(1, 2, data));
                byte[] next = ipv4(1, A, B, icmp(8, 1, 100));
                delivered.clear();
                int at = placed(large.length);
                System.arraycopy(large, 0, memory, at, large.length);
                coalescer.keep(large.length, partial);
                receive(next);
                int forged = placed(1_000);
                Arrays.fill(memory, forged, forged + 1_000, (byte) 0xDD);
                coalescer.discard();
                flush();

                assertThat(delivered).containsExactlyInAnyOrder(large, next);
            }
        }
    }

    @Test
    void stopsBelowTheLargestPacket() {
        for (int i = 0; i < 60; i++) {
            receive(ipv4(6, A, B, tcp(1, 2, i * 1400, 5, ACK, 1400)));
        }
        coalescer.closeAll();

        assertThat(batch.count()).isEqualTo(2);
        assertThat(batch.length(0)).isBetween(60_000, 65_000);
    }

    @Test
    void asksForAFlushWhenTheBatchIsFull() {
        PacketBatch small = new PacketBatch(MemorySegment.ofArray(new byte[4096]), 3);
        Coalescer tight = new Coalescer(small, true);
        assertThat(tight.place(8192)).isEqualTo(-1);
        int kept = 0;
        byte[] ping = ipv4(1, A, B, icmp(8, 1, 100));
        for (int at = tight.place(ping.length); at >= 0; at = tight.place(ping.length)) {
            MemorySegment.copy(MemorySegment.ofArray(ping), 0, small.slab(), at, ping.length);
            tight.keep(ping.length, false);
            kept++;
        }
        assertThat(kept).isEqualTo(3);

        tight.closeAll();
        small.clear();
        assertThat(tight.place(ping.length)).isNotNegative();
    }

    /**
     * @param partialOfTen how many of ten packets that can be are partial
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 5, 10})
    void deliversEveryFlowInOrderWhateverArrives(int partialOfTen) {
        int packets = 0;
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            List<byte[]> sent = traffic(random);
            delivered.clear();
            for (byte[] packet : sent) {
                if (random.nextInt(20) == 0) {
                    int length = 1 + random.nextInt(1400);
                    int at = placed(length);
                    Arrays.fill(memory, at, at + length, (byte) 0xDD);
                    coalescer.discard();
                }
                if (random.nextInt(10) < partialOfTen && mayBePartial(packet)) {
                    receive(PartialChecksumTest.partial(packet.clone()), true);
                } else {
                    receive(packet);
                }
                if (random.nextInt(40) == 0) {
                    flush();
                }
            }
            flush();

            packets += sent.size();
            assertThat(byFlow(delivered)).as("seed %d", seed).isEqualTo(byFlow(sent));
        }
        assertThat(entries).as("it does merge").isLessThan(packets * 2 / 3);
    }

    /** Whether a kernel that receives it partial ends up with these very bytes. */
    private static boolean mayBePartial(byte[] packet) {
        return IpPacket.parseIncoming(
                                MemorySegment.ofArray(packet), 0, packet.length, new FlowKey())
                        == PacketFault.NONE
                && PartialChecksum.isSound(
                        MemorySegment.ofArray(PartialChecksumTest.partial(packet.clone())),
                        0,
                        packet.length)
                && Arrays.equals(packet, finished(packet));
    }

    private static byte[] finished(byte[] packet) {
        boolean four = packet[0] >>> 4 == 4;
        int transport = four ? (packet[0] & 0xF) * 4 : 40;
        byte[] finished = packet.clone();
        ReferenceSegmenter.sum(finished, transport, packet[four ? 9 : 6]);
        return finished;
    }

    /** A few streams, interleaved, with all that breaks them. */
    private static List<byte[]> traffic(Random random) {
        int flows = 1 + random.nextInt(12);
        int[] sequence = new int[flows];
        int[] size = new int[flows];
        for (int flow = 0; flow < flows; flow++) {
            size[flow] = 1 + random.nextInt(random.nextBoolean() ? 30 : 1400);
        }
        List<byte[]> sent = new ArrayList<>();
        int flow = 0;
        for (int i = 0; i < 150; i++) {
            flow = random.nextInt(3) == 0 ? random.nextInt(flows) : flow;
            int data = random.nextInt(12) == 0 ? random.nextInt(1400) : size[flow];
            int flags = random.nextInt(15) == 0 ? random.nextInt(256) : ACK;
            flags |= random.nextInt(10) == 0 ? PSH : 0;
            boolean six = flow % 3 == 2;
            boolean isUdp = flow % 4 == 3;
            byte[] transport =
                    isUdp ? udp(flow, 2, data) : tcp(flow, 2, sequence[flow], 5, flags, data);
            int protocol = isUdp ? 17 : 6;
            byte[] packet =
                    six
                            ? ipv6(protocol, "fd42::1", "fd42::2", transport)
                            : ipv4(protocol, A, B, transport);
            sequence[flow] += data;
            switch (random.nextInt(25)) {
                case 0 -> packet[random.nextInt(packet.length - 20) + 20] ^= 1;
                case 1 -> packet = ipv4(1, A, B, icmp(8, flow, 30));
                case 2 -> packet = ipv4(protocol, A, B, 0x2000, new byte[0], transport);
                case 3 -> packet = ipv4(protocol, A, B, 100, new byte[0], transport);
                default -> {}
            }
            sent.add(packet);
        }
        return sent;
    }

    /** Packets by flow, in order; IPv4 identification and header checksum left out, as merging renumbers them. */
    private static Map<String, List<String>> byFlow(List<byte[]> packets) {
        Map<String, List<String>> flows = new LinkedHashMap<>();
        for (byte[] packet : packets) {
            FlowKey flow = new FlowKey();
            IpPacket.parseIncoming(MemorySegment.ofArray(packet), 0, packet.length, flow);
            String key =
                    "%s %s %d %d %d %s"
                            .formatted(
                                    flow.remote(),
                                    flow.local(),
                                    flow.remotePort,
                                    flow.localPort,
                                    flow.protocol,
                                    flow.fragment);
            byte[] copy = packet.clone();
            if (copy[0] == 0x45) {
                Arrays.fill(copy, 4, 6, (byte) 0);
                Arrays.fill(copy, 10, 12, (byte) 0);
            }
            flows.computeIfAbsent(key, _ -> new ArrayList<>())
                    .add(copy.length + ":" + Integer.toHexString(Arrays.hashCode(copy)));
        }
        Map<String, List<String>> sorted = new TreeMap<>(flows);
        return Collections.unmodifiableMap(sorted);
    }

    private static void assertSame(List<byte[]> actual, List<byte[]> expected) {
        assertThat(byFlow(actual)).isEqualTo(byFlow(expected));
    }

    private void receive(byte[] packet) {
        receive(packet, false);
    }

    private void receive(byte[] packet, boolean partial) {
        int at = placed(packet.length);
        System.arraycopy(packet, 0, memory, at, packet.length);
        coalescer.keep(packet.length, partial);
    }

    private int placed(int length) {
        int at = coalescer.place(length);
        if (at < 0) {
            flush();
            at = coalescer.place(length);
        }
        assertThat(at).isGreaterThanOrEqualTo(PacketBatch.HEADROOM);
        return at;
    }

    private void flush() {
        coalescer.closeAll();
        for (int i = 0; i < batch.count(); i++) {
            int at = batch.offset(i);
            byte[] entry = Arrays.copyOfRange(memory, at, at + batch.length(i));
            delivered.addAll(
                    batch.segmentSize(i) == 0
                            ? List.of(batch.checksumPartial(i) ? finished(entry) : entry)
                            : ReferenceSegmenter.cut(entry, batch.segmentSize(i)));
            // The port puts its own header there.
            Arrays.fill(memory, at - PacketBatch.HEADROOM, at, (byte) 0x77);
            entries++;
        }
        batch.clear();
    }
}
