package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.TestPackets.ACK;
import static dev.asterism.overlay.packet.TestPackets.FIN;
import static dev.asterism.overlay.packet.TestPackets.PSH;
import static dev.asterism.overlay.packet.TestPackets.RST;
import static dev.asterism.overlay.packet.TestPackets.SYN;
import static dev.asterism.overlay.packet.TestPackets.icmp;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.ipv6;
import static dev.asterism.overlay.packet.TestPackets.ipv6Extended;
import static dev.asterism.overlay.packet.TestPackets.naiveSum;
import static dev.asterism.overlay.packet.TestPackets.segment;
import static dev.asterism.overlay.packet.TestPackets.tcp;
import static dev.asterism.overlay.packet.TestPackets.transportSum;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import dev.asterism.sim.FuzzSeed;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A7.14. */
class RejectPacketTest {

    private static final String A = "10.42.0.1";
    private static final String B = "10.42.0.2";
    private static final String A6 = "fd42::1";
    private static final String B6 = "fd42::2";

    @Test
    void answersASynWithResetAndAck() {
        byte[] reset = reject(ipv4(6, A, B, tcp(40000, 22, 1000, 0, SYN, 0)));

        assertIpv4Header(reset, 40);
        assertTcp(reset, 20, 22, 40000, 0, 1001, RST | ACK);
    }

    @Test
    void countsDataSynAndFinInTheAcknowledgement() {
        byte[] wrapping = reject(ipv4(6, A, B, tcp(5, 6, 0xFFFF_FFFE, 0, SYN | FIN | PSH, 10)));

        assertTcp(wrapping, 20, 6, 5, 0, 10, RST | ACK);
    }

    @Test
    void takesTheSequenceFromThePacketsAck() {
        byte[] four = reject(ipv4(6, A, B, tcp(5, 6, 1000, 0xDEADBEEF, ACK | PSH, 100)));
        assertIpv4Header(four, 40);
        assertTcp(four, 20, 6, 5, 0xDEADBEEF, 0, RST);

        byte[] six = reject(ipv6(6, A6, B6, tcp(5, 6, 1000, 0xDEADBEEF, ACK | FIN, 100)));
        assertIpv6Header(six, 6, 60);
        assertTcp(six, 40, 6, 5, 0xDEADBEEF, 0, RST);
    }

    @Test
    void answersAnIpv6SynBehindExtensionHeaders() {
        byte[] options = TestPackets.hex("06 00 000000000000");

        byte[] reset = reject(ipv6Extended(60, A6, B6, options, tcp(40000, 22, 1000, 0, SYN, 0)));

        assertIpv6Header(reset, 6, 60);
        assertTcp(reset, 40, 22, 40000, 0, 1001, RST | ACK);
    }

    @Test
    void quotesHeaderAnd8BytesInIcmp() {
        byte[] refused = ipv4(17, A, B, 0, new byte[8], udp(5, 53, 100));

        byte[] answer = reject(refused);

        assertIpv4Header(answer, 20 + 8 + 28 + 8);
        assertThat(answer[20]).isEqualTo((byte) 3);
        assertThat(answer[21]).isEqualTo((byte) 13);
        assertThat(naiveSum(answer, 20, answer.length - 20, 0)).isEqualTo(0xFFFF);
        assertThat(Arrays.copyOfRange(answer, 24, 28)).containsOnly(0);
        assertThat(Arrays.copyOfRange(answer, 28, answer.length))
                .isEqualTo(Arrays.copyOf(refused, 36));
    }

    @Test
    void quotesUpTo1000BytesInIcmpv6() {
        for (int data : new int[] {0, 951, 952, 953, 1400}) {
            byte[] refused = ipv6(17, A6, B6, udp(5, 53, data));

            byte[] answer = reject(refused);

            int quoted = Math.min(1000, refused.length);
            assertIpv6Header(answer, 58, 48 + quoted);
            assertThat(answer[40]).isEqualTo((byte) 1);
            assertThat(answer[41]).isEqualTo((byte) 1);
            assertThat(transportSum(answer, 40, 58)).isEqualTo(0xFFFF);
            assertThat(Arrays.copyOfRange(answer, 48, answer.length))
                    .isEqualTo(Arrays.copyOf(refused, quoted));
        }
    }

    @Test
    void answersPings() {
        assertThat(reject(ipv4(1, A, B, icmp(8, 1, 8)))).hasSize(20 + 8 + 28);
        assertThat(reject(ipv6(58, A6, B6, icmp(128, 1, 8)))).hasSize(48 + 56);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 11, 12})
    void neverAnswersIcmpErrors(int type) {
        assertThat(reject(ipv4(1, A, B, icmp(type, 1, 30)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void neverAnswersIcmpv6Errors(int type) {
        assertThat(reject(ipv6(58, A6, B6, icmp(type, 1, 30)))).isEmpty();
    }

    @Test
    void neverAnswersLaterFragmentsOrItsOwnAnswers() {
        assertThat(reject(ipv4(17, A, B, 1, new byte[0], new byte[40]))).isEmpty();
        byte[] later = TestPackets.hex("11 00 0008 00000001");
        assertThat(reject(ipv6Extended(44, A6, B6, later, new byte[40]))).isEmpty();
        assertThat(reject(reject(ipv4(6, A, B, tcp(1, 2, 3, 0, SYN, 0))))).isEmpty();
        assertThat(reject(reject(ipv4(17, A, B, udp(1, 2, 3))))).isEmpty();
        assertThat(reject(reject(ipv6(17, A6, B6, udp(1, 2, 3))))).isEmpty();
    }

    @Test
    void neverAnswersMulticast() {
        assertThat(reject(ipv4(17, A, "224.0.0.251", udp(5353, 5353, 3)))).isEmpty();
        assertThat(reject(ipv6(17, A6, "ff02::fb", udp(5353, 5353, 3)))).isEmpty();
    }

    @Test
    void neverAnswersHalfATcpHeader() {
        assertThat(reject(Arrays.copyOf(ipv4(6, A, B, tcp(1, 2, 3, 0, SYN, 0)), 39))).isEmpty();
    }

    @Test
    void survivesTruncationAndMutation() {
        Random random = new Random(FuzzSeed.of(714));
        byte[][] samples = {
            ipv4(6, A, B, tcp(1, 2, 3, 0, SYN, 4)),
            ipv4(1, A, B, icmp(8, 1, 8)),
            ipv6(6, A6, B6, tcp(1, 2, 3, 4, ACK, 4)),
            ipv6(17, A6, B6, udp(1, 2, 1200))
        };
        for (int round = 0; round < 50_000; round++) {
            byte[] packet = samples[random.nextInt(samples.length)].clone();
            packet[random.nextInt(Math.min(60, packet.length))] = (byte) random.nextInt();
            byte[] cut = Arrays.copyOf(packet, random.nextInt(packet.length + 1));

            assertThat(reject(cut).length).isLessThanOrEqualTo(RejectPacket.MAX_BYTES);
        }
    }

    private static byte[] reject(byte[] packet) {
        byte[] target = new byte[RejectPacket.MAX_BYTES + 2];
        Arrays.fill(target, (byte) 0xA5);
        int length = RejectPacket.write(segment(packet), 0, packet.length, segment(target), 2);
        return Arrays.copyOfRange(target, 2, 2 + length);
    }

    private static void assertIpv4Header(byte[] packet, int total) {
        assertThat(packet).hasSize(total);
        ByteBuffer in = ByteBuffer.wrap(packet);
        assertThat(in.getShort(0)).isEqualTo((short) 0x4500);
        assertThat(in.getShort(2)).isEqualTo((short) total);
        assertThat(in.getInt(4)).isZero();
        assertThat(packet[8]).isEqualTo((byte) 64);
        assertThat(naiveSum(packet, 0, 20, 0)).isEqualTo(0xFFFF);
        assertThat(Ip.ofBytes(Arrays.copyOfRange(packet, 12, 16))).isEqualTo(Ip.of(B));
        assertThat(Ip.ofBytes(Arrays.copyOfRange(packet, 16, 20))).isEqualTo(Ip.of(A));
    }

    private static void assertIpv6Header(byte[] packet, int next, int total) {
        assertThat(packet).hasSize(total);
        ByteBuffer in = ByteBuffer.wrap(packet);
        assertThat(in.getInt(0)).isEqualTo(0x6000_0000);
        assertThat(in.getShort(4)).isEqualTo((short) (total - 40));
        assertThat(packet[6]).isEqualTo((byte) next);
        assertThat(packet[7]).isEqualTo((byte) 64);
        assertThat(Ip.ofBytes(Arrays.copyOfRange(packet, 8, 24))).isEqualTo(Ip.of(B6));
        assertThat(Ip.ofBytes(Arrays.copyOfRange(packet, 24, 40))).isEqualTo(Ip.of(A6));
    }

    private static void assertTcp(
            byte[] packet, int at, int from, int to, int sequence, int acknowledged, int flags) {
        ByteBuffer in = ByteBuffer.wrap(packet);
        assertThat(in.getShort(at) & 0xFFFF).isEqualTo(from);
        assertThat(in.getShort(at + 2) & 0xFFFF).isEqualTo(to);
        assertThat(in.getInt(at + 4)).isEqualTo(sequence);
        assertThat(in.getInt(at + 8)).isEqualTo(acknowledged);
        assertThat(packet[at + 12]).isEqualTo((byte) 0x50);
        assertThat((int) packet[at + 13]).isEqualTo(flags);
        assertThat(transportSum(packet, at, 6)).isEqualTo(0xFFFF);
    }
}
