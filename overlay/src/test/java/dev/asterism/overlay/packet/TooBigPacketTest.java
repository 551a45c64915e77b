package dev.asterism.overlay.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** RFC 1191 and RFC 4443 3.2. */
class TooBigPacketTest {

    private static final String A4 = "10.42.0.2";
    private static final String B4 = "10.42.0.3";
    private static final String A6 = "fd42::2";
    private static final String B6 = "fd42::3";

    private static byte[] answer(byte[] packet, int mtu) {
        byte[] target = new byte[TooBigPacket.MAX_BYTES];
        int length =
                TooBigPacket.write(
                        TestPackets.segment(packet),
                        0,
                        packet.length,
                        mtu,
                        MemorySegment.ofArray(target),
                        0);
        return Arrays.copyOf(target, length);
    }

    @Test
    void tellsAnIpv6HostTheMtu() {
        byte[] packet = TestPackets.ipv6(17, A6, B6, TestPackets.udp(9, 53, 1400));

        byte[] answer = answer(packet, 1320);

        ByteBuffer fields = ByteBuffer.wrap(answer);
        assertThat(source(answer)).isEqualTo(Ip.of(B6));
        assertThat(destination(answer)).isEqualTo(Ip.of(A6));
        assertThat(fields.get(6)).isEqualTo((byte) 58);
        assertThat(fields.getShort(40)).as("type and code").isEqualTo((short) 0x0200);
        assertThat(fields.getInt(44)).isEqualTo(1320);
        assertThat(TestPackets.transportSum(answer, 40, 58)).isEqualTo(0xFFFF);
        assertThat(Arrays.copyOfRange(answer, 48, answer.length))
                .isEqualTo(Arrays.copyOf(packet, answer.length - 48));
        assertThat(answer.length).as("RFC 4443 2.4").isLessThanOrEqualTo(1280);
    }

    /** A smaller one would break what every IPv6 host may count on. */
    @Test
    void neverTellsAnIpv6HostLessThan1280() {
        byte[] packet = TestPackets.ipv6(17, A6, B6, TestPackets.udp(9, 53, 1400));

        assertThat(ByteBuffer.wrap(answer(packet, 900)).getInt(44)).isEqualTo(1280);
        byte[] ipv4 = TestPackets.ipv4(17, A4, B4, TestPackets.udp(9, 53, 1400));
        assertThat(ByteBuffer.wrap(answer(ipv4, 900)).getInt(24)).isEqualTo(900);
    }

    @Test
    void answersNoErrorAndNothingToMany() {
        byte[] tooBig = answer(TestPackets.ipv6(17, A6, B6, TestPackets.udp(9, 53, 1400)), 1300);
        assertThat(answer(tooBig, 1280)).isEmpty();
        assertThat(answer(TestPackets.ipv6(17, A6, "ff02::2", TestPackets.udp(9, 53, 1400)), 1300))
                .isEmpty();
        byte[] laterFragment = {17, 0, 1, 0, 0, 0, 0, 1};
        assertThat(
                        answer(
                                TestPackets.ipv6Extended(44, A6, B6, laterFragment, new byte[1400]),
                                1300))
                .isEmpty();
    }

    /** A Nebula listens on 0.0.0.0 by default, and its host then believes no error about its UDP over IPv6. */
    @Test
    void tellsAnIpv6SenderWithoutNamingASocket() {
        byte[] answer = TooBigPacket.toSender(Ip.of(A6), 4242, Ip.of(B6), 1320);

        assertThat(source(answer)).isEqualTo(Ip.of(B6));
        assertThat(destination(answer)).isEqualTo(Ip.of(A6));
        assertThat(ByteBuffer.wrap(answer).getInt(44)).isEqualTo(1320);
        byte[] quoted = Arrays.copyOfRange(answer, 48, answer.length);
        assertThat(source(quoted)).isEqualTo(Ip.of(A6));
        assertThat(destination(quoted)).isEqualTo(Ip.of(B6));
        assertThat(quoted[6]).as("ICMPv6").isEqualTo((byte) 58);
        assertThat(quoted[40]).as("echo reply").isEqualTo((byte) 129);
        assertThat(TestPackets.transportSum(answer, 40, 58)).isEqualTo(0xFFFF);
    }

    @Test
    void tellsAnIpv4SenderAboutItsAgentsSocket() {
        byte[] answer = TooBigPacket.toSender(Ip.of(A4), 4242, Ip.of(B4), 1320);

        byte[] quoted = Arrays.copyOfRange(answer, 28, answer.length);
        assertThat(quoted[9]).isEqualTo((byte) 17);
        assertThat(ByteBuffer.wrap(quoted).getShort(20)).isEqualTo((short) 4242);
        assertThat(ByteBuffer.wrap(answer).getInt(24)).isEqualTo(1320);
    }

    private static Ip source(byte[] packet) {
        MemorySegment segment = TestPackets.segment(packet);
        return new Ip(IpPacket.sourceHi(segment, 0), IpPacket.sourceLo(segment, 0));
    }

    private static Ip destination(byte[] packet) {
        MemorySegment segment = TestPackets.segment(packet);
        return new Ip(IpPacket.destinationHi(segment, 0), IpPacket.destinationLo(segment, 0));
    }
}
