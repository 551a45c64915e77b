package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.TestPackets.icmp;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.ipv6;
import static dev.asterism.overlay.packet.TestPackets.naiveSum;
import static dev.asterism.overlay.packet.TestPackets.segment;
import static dev.asterism.overlay.packet.TestPackets.transportSum;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EchoReplyTest {

    private static final String A = "10.42.0.1";
    private static final String B = "10.42.0.2";

    @Test
    void turnsAnIpv4RequestAround() {
        byte[] packet = ipv4(1, A, B, icmp(8, 77, 57));

        assertThat(turnAround(packet)).isTrue();

        byte[] expected = ipv4(1, B, A, icmp(0, 77, 57));
        expected[8] = 64;
        assertThat(Arrays.copyOfRange(packet, 12, packet.length))
                .isEqualTo(Arrays.copyOfRange(expected, 12, expected.length));
        assertThat(packet[8]).isEqualTo((byte) 64);
        assertThat(naiveSum(packet, 0, 20, 0)).isEqualTo(0xFFFF);
        assertThat(transportSum(packet, 20, 1)).isEqualTo(0xFFFF);
    }

    @Test
    void turnsAnIpv6RequestAround() {
        byte[] packet = ipv6(58, "fd42::1", "fd42::2", icmp(128, 77, 57));

        assertThat(turnAround(packet)).isTrue();

        byte[] expected = ipv6(58, "fd42::2", "fd42::1", icmp(129, 77, 57));
        expected[7] = 64;
        assertThat(packet).isEqualTo(expected);
    }

    @Test
    void leavesEverythingElseAlone() {
        List<byte[]> others =
                List.of(
                        new byte[0],
                        ipv4(1, A, B, icmp(0, 77, 57)),
                        ipv4(1, A, B, 0, new byte[4], icmp(8, 77, 57)),
                        ipv4(1, A, B, 0x2000, new byte[0], icmp(8, 77, 57)),
                        ipv4(1, A, B, 0x0001, new byte[0], icmp(8, 77, 57)),
                        ipv4(17, A, B, icmp(8, 77, 57)),
                        Arrays.copyOf(ipv4(1, A, B, icmp(8, 77, 0)), 27),
                        ipv4(1, A, B, icmp(8, 77, 9002 - 28)),
                        ipv6(58, "fd42::1", "fd42::2", icmp(129, 77, 57)),
                        Arrays.copyOf(ipv6(58, "fd42::1", "fd42::2", icmp(128, 77, 0)), 47));
        for (byte[] packet : others) {
            byte[] before = packet.clone();

            assertThat(turnAround(packet)).isFalse();
            assertThat(packet).isEqualTo(before);
        }
    }

    @Test
    void answersTheLargestAllowed() {
        assertThat(turnAround(ipv4(1, A, B, icmp(8, 77, 9001 - 28)))).isTrue();
        assertThat(turnAround(ipv4(1, A, B, icmp(8, 77, 0)))).isTrue();
    }

    private static boolean turnAround(byte[] packet) {
        return EchoReply.turnAround(segment(packet), 0, packet.length);
    }
}
