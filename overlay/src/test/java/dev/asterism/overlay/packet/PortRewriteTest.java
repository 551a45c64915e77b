package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.TestPackets.concat;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.ipv6;
import static dev.asterism.overlay.packet.TestPackets.segment;
import static dev.asterism.overlay.packet.TestPackets.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.sim.FuzzSeed;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against packets that were summed afresh with the other port in them. */
class PortRewriteTest {

    private static final String A4 = "10.42.0.1";
    private static final String B4 = "10.42.0.2";
    private static final String A6 = "fd42::1";
    private static final String B6 = "fd42::2";

    @Test
    void sumsAsIfThePacketHadAlwaysHadThePort() {
        long seed = FuzzSeed.of(9);
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            int[] ports = {port(random), port(random), port(random)};
            boolean ipv4 = random.nextBoolean();
            boolean source = random.nextBoolean();
            int sequence = random.nextInt(4) == 0 ? -random.nextInt(3) : random.nextInt();
            int data = random.nextInt(60);
            byte[] before = packet(ipv4, ports[0], ports[1], sequence, data);
            byte[] expected =
                    source
                            ? packet(ipv4, ports[2], ports[1], sequence, data)
                            : packet(ipv4, ports[0], ports[2], sequence, data);

            byte[] rewritten = before.clone();
            assertThat(rewrite(rewritten, source, ports[2], false)).isTrue();

            assertThat(rewritten).as("seed %d, packet %d", seed, i).isEqualTo(expected);
        }
    }

    /** Every checksum there is, by every pair of ports that meets the corners of one's complement. */
    @Test
    void holdsForEveryChecksum() {
        int[] ports = {1, 80, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF};
        for (int word = 0; word <= 0xFFFF; word++) {
            for (int port : ports) {
                byte[] before = ipv4(6, A4, B4, withWindow(tcp(80, 5, 0, 0, 16, 0), word));
                byte[] expected = ipv4(6, A4, B4, withWindow(tcp(80, port, 0, 0, 16, 0), word));

                rewrite(before, false, port, false);

                assertThat(Arrays.equals(before, expected)).as("%04x, %d", word, port).isTrue();
            }
        }
    }

    private static byte[] withWindow(byte[] tcp, int window) {
        ByteBuffer.wrap(tcp).putShort(14, (short) window);
        return tcp;
    }

    @Test
    void aWrongChecksumStaysWrong() {
        byte[] packet = ipv4(6, A4, B4, tcp(1, 2, 3, 4, 16, 9));
        packet[36] ^= 1;

        rewrite(packet, true, 1000, false);

        assertThat(TestPackets.transportSum(packet, 20, 6)).isNotEqualTo(0xFFFF);
        packet[36] ^= 1;
        assertThat(TestPackets.transportSum(packet, 20, 6)).isEqualTo(0xFFFF);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void leavesAnUnfinishedChecksumAlone(boolean ipv4) {
        byte[] packet = packet(ipv4, 1, 2, 3, 40);
        byte[] before = packet.clone();

        assertThat(rewrite(packet, false, 777, true)).isTrue();

        int tcp = ipv4 ? 20 : 40;
        assertThat(ByteBuffer.wrap(packet).getShort(tcp + 2)).isEqualTo((short) 777);
        ByteBuffer.wrap(packet).putShort(tcp + 2, (short) 2);
        assertThat(packet).isEqualTo(before);
    }

    @Test
    void findsThePortsBehindOptionsAndExtensionHeaders() {
        byte[] options = {1, 1, 1, 1, 1, 1, 1, 0};
        byte[] optioned = ipv4(6, A4, B4, 0, options, tcp(1, 2, 3, 4, 16, 5));
        byte[] hopByHop = {6, 0, 1, 4, 0, 0, 0, 0};
        byte[] extended = TestPackets.ipv6Extended(0, A6, B6, hopByHop, tcp(1, 2, 3, 4, 16, 5));

        assertThat(rewrite(optioned, false, 99, false)).isTrue();
        assertThat(rewrite(extended, true, 98, false)).isTrue();

        assertThat(optioned).isEqualTo(ipv4(6, A4, B4, 0, options, tcp(1, 99, 3, 4, 16, 5)));
        assertThat(ByteBuffer.wrap(extended).getShort(48)).isEqualTo((short) 98);
    }

    /** Bytes of the TCP header that are there. */
    @ParameterizedTest
    @CsvSource({"0", "4", "8", "16", "17"})
    void refusesAPieceOfAHeader(int there) {
        byte[] whole = ipv4(6, A4, B4, 0x2000, new byte[0], tcp(1, 2, 3, 4, 16, 5));
        byte[] piece = Arrays.copyOf(whole, 20 + there);
        byte[] before = piece.clone();

        assertThat(rewrite(piece, false, 99, false)).isFalse();

        assertThat(piece).isEqualTo(before);
    }

    @Test
    void refusesALaterFragment() {
        byte[] later = ipv4(6, A4, B4, 0x0010, new byte[0], tcp(1, 2, 3, 4, 16, 5));
        byte[] before = later.clone();

        assertThat(rewrite(later, false, 99, false)).isFalse();
        assertThat(later).isEqualTo(before);
    }

    /** What a host hands over for many segments has one header; only that is touched. */
    @Test
    void touchesNoPayload() {
        byte[] packet = concat(packet(true, 1, 2, 3, 60_000));
        byte[] payload = Arrays.copyOfRange(packet, 40, packet.length);

        rewrite(packet, true, 4444, true);

        assertThat(Arrays.copyOfRange(packet, 40, packet.length)).isEqualTo(payload);
    }

    private static boolean rewrite(byte[] packet, boolean source, int port, boolean partial) {
        return source
                ? PortRewrite.source(segment(packet), 0, packet.length, port, partial)
                : PortRewrite.destination(segment(packet), 0, packet.length, port, partial);
    }

    private static byte[] packet(boolean ipv4, int from, int to, int sequence, int data) {
        byte[] tcp = tcp(from, to, sequence, 4, 16, data);
        return ipv4 ? ipv4(6, A4, B4, tcp) : ipv6(6, A6, B6, tcp);
    }

    private static int port(Random random) {
        return random.nextInt(5) == 0 ? 0xFFFF - random.nextInt(2) : 1 + random.nextInt(0xFFFF);
    }
}
