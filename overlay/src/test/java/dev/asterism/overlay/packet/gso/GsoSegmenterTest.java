package dev.asterism.overlay.packet.gso;

import static dev.asterism.overlay.packet.TestPackets.ACK;
import static dev.asterism.overlay.packet.TestPackets.CWR;
import static dev.asterism.overlay.packet.TestPackets.FIN;
import static dev.asterism.overlay.packet.TestPackets.PSH;
import static dev.asterism.overlay.packet.TestPackets.concat;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.ipv6;
import static dev.asterism.overlay.packet.TestPackets.ipv6Extended;
import static dev.asterism.overlay.packet.TestPackets.tcp;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.packet.ReferenceSegmenter;
import dev.asterism.overlay.packet.TestPackets;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GsoSegmenterTest {

    private static final String A = "10.42.0.1";
    private static final String B = "10.42.0.2";

    private final GsoSegmenter cursor = new GsoSegmenter();

    @Test
    void cutsATcpSuperPacket() {
        byte[] whole = ipv4(6, A, B, tcp(1, 2, 0xFFFF_FF00, 77, ACK | PSH | FIN | CWR, 2500));

        List<byte[]> segments = cut(whole, 1000, true);

        assertThat(segments).hasSize(3);
        assertThat(segments.get(0)[33]).isEqualTo((byte) (ACK | CWR));
        assertThat(segments.get(1)[33]).isEqualTo((byte) ACK);
        assertThat(segments.get(2)[33]).isEqualTo((byte) (ACK | PSH | FIN));
        assertThat(segments.get(2)).hasSize(540);
        assertMatchesReference(segments, whole, 1000);
    }

    @Test
    void agreesWithTheReferenceOnRandomSuperPackets() {
        Random random = new Random(1812);
        for (int round = 0; round < 2_000; round++) {
            byte[] whole = randomWhole(random);
            int segmentSize = 1 + random.nextInt(random.nextBoolean() ? 100 : 1460);

            assertMatchesReference(cut(whole, segmentSize, true), whole, segmentSize);
        }
    }

    private static byte[] randomWhole(Random random) {
        int data = random.nextInt(random.nextInt(10) == 0 ? 60_000 : 6_000);
        byte[] transport;
        int protocol = random.nextBoolean() ? 6 : 17;
        if (protocol == 6) {
            transport = tcp(1, 2, random.nextInt(), random.nextInt(), random.nextInt(256), data);
            byte[] options = new byte[4 * random.nextInt(11)];
            random.nextBytes(options);
            transport =
                    concat(
                            Arrays.copyOf(transport, 20),
                            options,
                            Arrays.copyOfRange(transport, 20, transport.length));
            transport[12] = (byte) (5 + options.length / 4 << 4);
        } else {
            transport = udp(1, 2, data);
        }
        return random.nextBoolean()
                ? ipv4(protocol, A, B, 0x4000, new byte[4 * random.nextInt(11)], transport)
                : ipv6(protocol, "fd42::1", "fd42::2", transport);
    }

    @Test
    void finishesAPartialChecksumInPlace() {
        for (byte[] packet :
                List.of(
                        ipv4(6, A, B, tcp(1, 2, 3, 4, ACK, 99)),
                        ipv6(17, "fd42::1", "fd42::2", udp(1, 2, 99)))) {
            byte[] partial = packet.clone();
            int field = packet[0] == 0x45 ? 20 + 16 : 40 + 6;
            partial[field] = 0x12;
            partial[field + 1] = 0x34;

            assertThat(cut(partial, 0, true)).containsExactly(packet);
        }
    }

    @Test
    void leavesTheSumOfThePseudoHeaderWhereTheReceiverFinishes() {
        Random random = new Random(1624);
        for (int round = 0; round < 1_000; round++) {
            byte[] whole = randomWhole(random);
            int segmentSize = 1 + random.nextInt(random.nextBoolean() ? 100 : 1460);
            List<byte[]> expected = ReferenceSegmenter.cut(whole, segmentSize);
            expected.forEach(PartialChecksumTest::partial);

            List<byte[]> segments = cutPartial(whole, segmentSize);

            assertThat(cursor.checksumPartial()).isTrue();
            assertThat(segments).as("round %d", round).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(Arrays.equals(segments.get(i), expected.get(i)))
                        .as("round %d, segment %d", round, i)
                        .isTrue();
            }
        }
    }

    @Test
    void finishesWhatTheReceiverCouldNot() {
        byte[] hopByHop = PartialChecksumTest.hopByHop(6);
        byte[] extended =
                ipv6Extended(0, "fd42::1", "fd42::2", hopByHop, tcp(1, 2, 3, 4, ACK, 3000));

        for (int segmentSize : new int[] {0, 1000}) {
            List<byte[]> segments = cutPartial(extended, segmentSize);

            assertThat(cursor.checksumPartial()).isFalse();
            assertThat(segments).hasSize(segmentSize == 0 ? 1 : 3);
            assertThat(segments)
                    .allMatch(segment -> TestPackets.transportSum(segment, 48, 6) == 0xFFFF);
        }
        cutPartial(ipv4(17, A, B, 0x2000, new byte[0], udp(1, 2, 80)), 0);
        assertThat(cursor.checksumPartial()).isFalse();
        byte[] later = ipv4(17, A, B, 5, new byte[0], udp(1, 2, 80));
        assertThat(cutPartial(later, 0)).containsExactly(later);
        assertThat(cursor.checksumPartial()).isFalse();
    }

    @Test
    void neverCallsAFinishedChecksumPartial() {
        byte[] packet = ipv4(6, A, B, tcp(1, 2, 3, 4, ACK, 99));

        assertThat(cut(packet, 0, false, true)).containsExactly(packet);

        assertThat(cursor.checksumPartial()).isFalse();
    }

    @Test
    void neverSendsAUdpChecksumOfZero() {
        byte[] packet = ipv4(17, A, B, udp(1, 2, 2));
        int sum = TestPackets.naiveSum(packet, 26, 2, 0);
        // Payload such that the rest sums to all ones.
        packet[28] = 0;
        packet[29] = 0;
        packet[26] = 0;
        packet[27] = 0;
        int rest = TestPackets.transportSum(packet, 20, 17);
        packet[28] = (byte) (~rest >>> 8);
        packet[29] = (byte) ~rest;
        assertThat(sum).isNotZero();

        byte[] sent = cut(packet, 0, true).getFirst();

        assertThat(sent[26]).isEqualTo((byte) 0xFF);
        assertThat(sent[27]).isEqualTo((byte) 0xFF);
    }

    @Test
    void leavesWholePacketsAlone() {
        byte[] packet = ipv4(6, A, B, tcp(1, 2, 3, 4, ACK, 99));
        packet[36] ^= 1;
        assertThat(cut(packet, 0, false)).containsExactly(packet);

        byte[] other = ipv4(47, A, B, new byte[30]);
        assertThat(cut(other, 0, true)).containsExactly(other);
        byte[] fragment = ipv4(17, A, B, 5, new byte[0], new byte[30]);
        assertThat(cut(fragment, 0, true)).containsExactly(fragment);
    }

    @Test
    void refusesToCutWhatItDoesNotKnow() {
        for (byte[] packet :
                List.of(
                        ipv4(47, A, B, new byte[3000]),
                        ipv4(17, A, B, 5, new byte[0], new byte[3000]),
                        Arrays.copyOf(ipv4(6, A, B, tcp(1, 2, 3, 4, ACK, 0)), 39),
                        Arrays.copyOf(ipv4(17, A, B, udp(1, 2, 0)), 27))) {
            byte[] before = packet.clone();

            assertThat(
                            cursor.start(
                                    MemorySegment.ofArray(packet),
                                    0,
                                    packet.length,
                                    1000,
                                    true,
                                    false))
                    .isFalse();
            assertThat(packet).isEqualTo(before);
        }
    }

    @Test
    void survivesMutatedHeaders() {
        Random random = new Random(99);
        for (int round = 0; round < 50_000; round++) {
            byte[] packet =
                    random.nextBoolean()
                            ? ipv4(6, A, B, tcp(1, 2, 3, 4, ACK, 200))
                            : ipv6(17, "fd42::1", "fd42::2", udp(1, 2, 200));
            for (int flip = 0; flip < 3; flip++) {
                packet[random.nextInt(60)] = (byte) random.nextInt();
            }
            byte[] mutated = Arrays.copyOf(packet, random.nextInt(packet.length + 1));

            int sent = 0;
            if (cursor.start(MemorySegment.ofArray(mutated), 0, mutated.length, 64, true, false)) {
                while (cursor.next()) {
                    sent += cursor.length();
                }
                assertThat(sent).isBetween(mutated.length, mutated.length + 60 * 200);
            }
        }
    }

    private static void assertMatchesReference(
            List<byte[]> segments, byte[] whole, int segmentSize) {
        List<byte[]> expected = ReferenceSegmenter.cut(whole, segmentSize);
        assertThat(segments).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(Arrays.equals(segments.get(i), expected.get(i)))
                    .as("segment %d of %d bytes by %d", i, whole.length, segmentSize)
                    .isTrue();
        }
    }

    private List<byte[]> cutPartial(byte[] whole, int segmentSize) {
        return cut(whole, segmentSize, true, true);
    }

    private List<byte[]> cut(byte[] whole, int segmentSize, boolean unfinished) {
        return cut(whole, segmentSize, unfinished, false);
    }

    private List<byte[]> cut(
            byte[] whole, int segmentSize, boolean unfinished, boolean leavePartial) {
        byte[] slab = concat(new byte[7], whole);
        MemorySegment segment = MemorySegment.ofArray(slab);
        List<byte[]> segments = new ArrayList<>();
        assertThat(cursor.start(segment, 7, whole.length, segmentSize, unfinished, leavePartial))
                .isTrue();
        while (cursor.next()) {
            segments.add(Arrays.copyOfRange(slab, cursor.at(), cursor.at() + cursor.length()));
        }
        return segments;
    }
}
