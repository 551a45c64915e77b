package dev.asterism.overlay.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumTest {

    @Test
    void agreesWithTheNaiveSumAtEveryLengthAndAlignment() {
        byte[] bytes = new byte[200];
        new Random(1071).nextBytes(bytes);
        for (int at = 0; at < 9; at++) {
            for (int length = 0; length <= bytes.length - at; length++) {
                assertThat(Checksum.sum(MemorySegment.ofArray(bytes), at, length))
                        .isEqualTo(TestPackets.naiveSum(bytes, at, length, 0));
            }
        }
    }

    @Test
    void survivesALargeAreaOfOnes() {
        byte[] bytes = new byte[65_535];
        Arrays.fill(bytes, (byte) 0xFF);

        assertThat(Checksum.sum(MemorySegment.ofArray(bytes), 0, bytes.length))
                .isEqualTo(TestPackets.naiveSum(bytes, 0, bytes.length, 0));
        assertThat(Checksum.sum(MemorySegment.ofArray(bytes), 0, 65_534)).isEqualTo(0xFFFF);
    }

    @Test
    void givesTheExampleOfRfc1071() {
        byte[] bytes = TestPackets.hex("0001 f203 f4f5 f6f7");

        assertThat(Checksum.sum(MemorySegment.ofArray(bytes), 0, 8)).isEqualTo(0xDDF2);
    }

    @Test
    void updatesAsIfSummedAgain() {
        Random random = new Random(1624);
        byte[] bytes = new byte[20];
        MemorySegment segment = MemorySegment.ofArray(bytes);
        for (int round = 0; round < 20_000; round++) {
            random.nextBytes(bytes);
            bytes[19] = 1; // never all zero
            int before = Checksum.finish(Checksum.sum(segment, 0, 20));
            int oldWord = BigEndian.i32(segment, 4);
            int word = round % 3 == 0 ? oldWord ^ 0xFFFF_0000 : random.nextInt();
            BigEndian.put32(segment, 4, word);

            int updated = Checksum.update32(before, oldWord, word);

            assertThat(updated).isEqualTo(Checksum.finish(Checksum.sum(segment, 0, 20)));
        }
    }

    @Test
    void verifiesPacketsOfBothFamilies() {
        byte[] four = TestPackets.ipv4(17, "10.0.0.1", "10.0.0.2", TestPackets.udp(1, 2, 33));
        byte[] six = TestPackets.ipv6(6, "fd00::1", "fd00::2", TestPackets.tcp(1, 2, 3, 4, 16, 33));

        assertThat(transportSum(four, 20, 17)).isEqualTo(0xFFFF);
        assertThat(transportSum(six, 40, 6)).isEqualTo(0xFFFF);
        six[70] ^= 4;
        assertThat(Checksum.verifies(transportSum(six, 40, 6))).isFalse();
    }

    private static int transportSum(byte[] packet, int transport, int protocol) {
        MemorySegment segment = MemorySegment.ofArray(packet);
        int length = packet.length - transport;
        return Checksum.add(
                Checksum.pseudoHeader(segment, 0, protocol, length),
                Checksum.sum(segment, transport, length));
    }
}
