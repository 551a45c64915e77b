package dev.asterism.overlay.packet.gso;

import static dev.asterism.overlay.packet.TestPackets.ACK;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.ipv6;
import static dev.asterism.overlay.packet.TestPackets.tcp;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.packet.IpPacket;
import dev.asterism.overlay.packet.PacketFault;
import dev.asterism.overlay.packet.TestPackets;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartialChecksumTest {

    private static final String A = "10.42.0.1";
    private static final String B = "10.42.0.2";

    private static List<byte[]> sound() {
        return List.of(
                partial(ipv4(6, A, B, tcp(1, 2, 3, 4, ACK, 50))),
                partial(ipv4(17, A, B, udp(1, 2, 51))),
                partial(ipv4(17, A, B, udp(1, 2, 0))),
                partial(ipv4(6, A, B, 0x4000, new byte[8], tcp(1, 2, 3, 4, ACK, 0))),
                partial(ipv6(6, "fd42::1", "fd42::2", tcp(1, 2, 3, 4, ACK, 50))),
                partial(ipv6(17, "fd42::1", "fd42::2", udp(1, 2, 51))));
    }

    /** With the sum of the pseudo header where the checksum was; no extension headers. */
    static byte[] partial(byte[] packet) {
        boolean four = packet[0] >>> 4 == 4;
        int transport = four ? (packet[0] & 0xF) * 4 : 40;
        int protocol = packet[four ? 9 : 6];
        int sum =
                TestPackets.naiveSum(
                        packet, four ? 12 : 8, four ? 8 : 32, protocol + packet.length - transport);
        ByteBuffer.wrap(packet).putShort(transport + (protocol == 6 ? 16 : 6), (short) sum);
        return packet;
    }

    @Test
    void takesWhatAKernelHandsOut() {
        assertThat(sound()).allMatch(PartialChecksumTest::isSound);
    }

    @Test
    void refusesEverythingElse() {
        Map<String, byte[]> others = new LinkedHashMap<>();
        others.put("finished", ipv4(6, A, B, tcp(1, 2, 3, 4, ACK, 50)));
        others.put("icmp", partial(ipv4(1, A, B, TestPackets.icmp(8, 1, 20))));
        others.put("first fragment", partial(ipv4(17, A, B, 0x2000, new byte[0], udp(1, 2, 8))));
        others.put("later fragment", partial(ipv4(17, A, B, 0x0001, new byte[0], udp(1, 2, 8))));
        others.put("behind an extension header", extended());
        others.put("sum off by one", changed(sound().getFirst(), 37, 1));
        others.put("no sum", zeroed(sound().get(1), 26));
        others.put("tcp header of 16", changed(sound().getFirst(), 32, 0x50 ^ 0x40));
        others.put("tcp header beyond the end", changed(sound().get(3), 40, 0x50 ^ 0xF0));
        others.put("udp length", changed(sound().get(1), 25, 1));
        others.put("ip length", changed(sound().get(1), 3, 1));
        others.put("padding", Arrays.copyOf(sound().get(1), sound().get(1).length + 1));

        others.forEach((what, packet) -> assertThat(isSound(packet)).as(what).isFalse());
    }

    private static byte[] extended() {
        byte[] transport = udp(1, 2, 8);
        byte[] packet = TestPackets.ipv6Extended(0, "fd42::1", "fd42::2", hopByHop(17), transport);
        int sum = TestPackets.naiveSum(packet, 8, 32, 17 + transport.length);
        ByteBuffer.wrap(packet).putShort(48 + 6, (short) sum);
        return packet;
    }

    static byte[] hopByHop(int next) {
        return new byte[] {(byte) next, 0, 1, 4, 0, 0, 0, 0};
    }

    private static byte[] changed(byte[] packet, int at, int bits) {
        packet[at] ^= (byte) bits;
        return packet;
    }

    private static byte[] zeroed(byte[] packet, int at) {
        packet[at] = 0;
        packet[at + 1] = 0;
        return packet;
    }

    @Test
    void refusesEveryTruncation() {
        for (byte[] packet : sound()) {
            for (int length = 0; length < packet.length; length++) {
                assertThat(isSound(Arrays.copyOf(packet, length))).as("%d", length).isFalse();
            }
        }
    }

    /** The claim that a mark makes is that finishing gives a right checksum; no mutation may get past that. */
    @Test
    void whatPassesAlwaysEndsWithARightChecksum() {
        long seed = Long.getLong("test.seed", 31);
        Random random = new Random(seed);
        int passed = 0;
        for (int round = 0; round < 100_000; round++) {
            byte[] packet = sound().get(random.nextInt(sound().size()));
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                packet[random.nextInt(packet.length)] = (byte) random.nextInt();
            }
            if (random.nextInt(4) == 0) {
                packet = Arrays.copyOf(packet, random.nextInt(packet.length + 4));
            }
            if (isSound(packet) && isWellFormed(packet)) {
                passed++;
                assertThat(finishesRight(packet)).as("seed %d round %d", seed, round).isTrue();
            }
        }
        assertThat(passed).isBetween(1_000, 90_000);
    }

    private static boolean isWellFormed(byte[] packet) {
        return IpPacket.parseIncoming(
                        MemorySegment.ofArray(packet), 0, packet.length, new FlowKey())
                == PacketFault.NONE;
    }

    /** Sums from the transport header to the end, the field included, as hardware does. */
    private static boolean finishesRight(byte[] packet) {
        boolean four = packet[0] >>> 4 == 4;
        int transport = four ? (packet[0] & 0xF) * 4 : 40;
        int protocol = packet[four ? 9 : 6];
        int sum = TestPackets.naiveSum(packet, transport, packet.length - transport, 0);
        ByteBuffer.wrap(packet).putShort(transport + (protocol == 6 ? 16 : 6), (short) ~sum);
        return TestPackets.transportSum(packet, transport, protocol) == 0xFFFF;
    }

    private static boolean isSound(byte[] packet) {
        // Not at the beginning of the segment, so that a forgotten offset shows.
        byte[] slab = TestPackets.concat(new byte[5], packet);
        return PartialChecksum.isSound(MemorySegment.ofArray(slab), 5, packet.length);
    }
}
