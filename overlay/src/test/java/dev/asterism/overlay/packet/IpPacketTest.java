package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.TestPackets.ACK;
import static dev.asterism.overlay.packet.TestPackets.concat;
import static dev.asterism.overlay.packet.TestPackets.hex;
import static dev.asterism.overlay.packet.TestPackets.icmp;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.ipv6;
import static dev.asterism.overlay.packet.TestPackets.ipv6Extended;
import static dev.asterism.overlay.packet.TestPackets.segment;
import static dev.asterism.overlay.packet.TestPackets.tcp;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import dev.asterism.sim.FuzzSeed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A7.13. */
class IpPacketTest {

    private static final String A = "10.42.0.1";
    private static final String B = "10.42.0.2";
    private static final String A6 = "fd42::1";
    private static final String B6 = "fd42::2";

    private final FlowKey flow = new FlowKey();

    @Test
    void readsIncomingIpv4WithTheSourceAsRemote() {
        assertThat(incoming(ipv4(6, A, B, tcp(1111, 22, 1, 2, ACK, 5))))
                .isEqualTo(PacketFault.NONE);

        assertThat(flow.remote()).isEqualTo(Ip.of(A));
        assertThat(flow.local()).isEqualTo(Ip.of(B));
        assertThat(flow.remotePort).isEqualTo(1111);
        assertThat(flow.localPort).isEqualTo(22);
        assertThat(flow.protocol).isEqualTo(6);
        assertThat(flow.fragment).isFalse();
    }

    @Test
    void givesBothDirectionsOfAConversationTheSameFlow() {
        for (boolean six : new boolean[] {false, true}) {
            byte[] request =
                    six ? ipv6(17, A6, B6, udp(5000, 53, 9)) : ipv4(17, A, B, udp(5000, 53, 9));
            byte[] reply =
                    six ? ipv6(17, B6, A6, udp(53, 5000, 9)) : ipv4(17, B, A, udp(53, 5000, 9));
            outgoing(request);
            FlowKey asked = flow.copy();

            incoming(reply);

            assertThat(flow).isEqualTo(asked);
            assertThat(flow.localPort).isEqualTo(5000);
            assertThat(flow.remotePort).isEqualTo(53);
        }
    }

    @Test
    void skipsIpv4Options() {
        incoming(ipv4(17, A, B, 0, new byte[40], udp(1, 2, 0)));

        assertThat(flow.remotePort).isEqualTo(1);
        assertThat(flow.localPort).isEqualTo(2);
    }

    @Test
    void refusesWhatIsTooShortOrNoIp() {
        assertThat(incoming(new byte[0])).isEqualTo(PacketFault.EMPTY);
        assertThat(incoming(hex("45"))).isEqualTo(PacketFault.IPV4_TOO_SHORT);
        assertThat(incoming(new byte[60])).isEqualTo(PacketFault.UNKNOWN_VERSION);
        byte[] badHeaderLength = ipv4(17, A, B, udp(1, 2, 0));
        badHeaderLength[0] = 0x44;
        assertThat(incoming(badHeaderLength)).isEqualTo(PacketFault.IPV4_BAD_HEADER_LENGTH);
        byte[] headerBeyondPacket = ipv4(17, A, B, udp(1, 2, 0));
        headerBeyondPacket[0] = 0x4F;
        assertThat(incoming(headerBeyondPacket)).isEqualTo(PacketFault.IPV4_TRUNCATED);
        assertThat(incoming(ipv4(6, A, B, new byte[3]))).isEqualTo(PacketFault.IPV4_TRUNCATED);
        assertThat(incoming(ipv4(1, A, B, new byte[5]))).isEqualTo(PacketFault.IPV4_TRUNCATED);
        assertThat(incoming(hex("60"))).isEqualTo(PacketFault.IPV6_TOO_SHORT);
        assertThat(incoming(ipv6(6, A6, B6, new byte[3]))).isEqualTo(PacketFault.IPV6_TRUNCATED);
        assertThat(incoming(ipv6(58, A6, B6, new byte[3]))).isEqualTo(PacketFault.IPV6_TRUNCATED);
    }

    @Test
    void readsPortsOfTheFirstFragmentOnly() {
        assertThat(incoming(ipv4(17, A, B, 0x2000, new byte[0], udp(7, 8, 8))))
                .isEqualTo(PacketFault.NONE);
        assertThat(flow.fragment).isFalse();
        assertThat(flow.localPort).isEqualTo(8);

        assertThat(incoming(ipv4(17, A, B, 0x2001, new byte[0], new byte[0])))
                .isEqualTo(PacketFault.NONE);
        assertThat(flow.fragment).isTrue();
        assertThat(flow.localPort).isZero();
        assertThat(flow.remotePort).isZero();
    }

    @Test
    void readsTheFlagsThatOpenAndCloseATcpFlow() {
        for (int flags = 0; flags < 256; flags++) {
            int syn = (flags & TestPackets.ACK) == 0 ? FlowKey.TCP_SYN : 0;
            int expected = flags & (FlowKey.TCP_FIN | FlowKey.TCP_RST | syn);
            byte[] transport = TestPackets.tcp(1, 2, 3, 4, flags, 40);
            for (byte[] packet :
                    List.of(
                            TestPackets.ipv4(6, "10.42.0.2", "10.42.0.1", transport),
                            TestPackets.ipv6(6, "fd42::2", "fd42::1", transport))) {
                FlowKey key = new FlowKey();
                key.tcpFlags = 99;
                IpPacket.parseIncoming(TestPackets.segment(packet), 0, packet.length, key);
                assertThat(key.tcpFlags).isEqualTo(expected);
                key.tcpFlags = 99;
                IpPacket.parseOutgoing(TestPackets.segment(packet), 0, packet.length, key);
                assertThat(key.tcpFlags).isEqualTo(expected);
            }
        }
    }

    @Test
    void readsNoFlagsWhereNoneAre() {
        byte[] tcp =
                TestPackets.ipv4(6, "10.42.0.2", "10.42.0.1", TestPackets.tcp(1, 2, 3, 4, 7, 9));
        byte[] udp = TestPackets.ipv4(17, "10.42.0.2", "10.42.0.1", tcp);
        FlowKey key = new FlowKey();
        key.tcpFlags = 99;
        assertThat(IpPacket.parseIncoming(TestPackets.segment(tcp), 0, 20 + 13, key))
                .isEqualTo(PacketFault.NONE);
        assertThat(key.tcpFlags).as("cut before them").isZero();
        key.tcpFlags = 99;
        IpPacket.parseIncoming(TestPackets.segment(udp), 0, udp.length, key);
        assertThat(key.tcpFlags).as("UDP").isZero();
    }

    @Test
    void takesTheIcmpIdentifierForTheRemotePortBothWays() {
        incoming(ipv4(1, A, B, icmp(8, 0xBEEF, 4)));
        assertThat(flow.remotePort).isEqualTo(0xBEEF);
        assertThat(flow.localPort).isZero();

        outgoing(ipv4(1, A, B, icmp(0, 0xBEEF, 4)));
        assertThat(flow.remotePort).isEqualTo(0xBEEF);

        incoming(ipv6(58, A6, B6, icmp(128, 0xBEEF, 4)));
        assertThat(flow.remotePort).isEqualTo(0xBEEF);
        assertThat(flow.localPort).isZero();

        incoming(ipv6(58, A6, B6, icmp(3, 0xBEEF, 4)));
        assertThat(flow.remotePort).isZero();
    }

    @Test
    void lets4BytesOfIcmpv6PassButAnEchoNeeds6() {
        assertThat(incoming(ipv6(58, A6, B6, hex("01000000")))).isEqualTo(PacketFault.NONE);
        assertThat(incoming(ipv6(58, A6, B6, hex("80000000"))))
                .isEqualTo(PacketFault.IPV6_TRUNCATED);
        assertThat(incoming(ipv6(58, A6, B6, hex("8000000000"))))
                .isEqualTo(PacketFault.IPV6_TRUNCATED);
        assertThat(incoming(ipv6(58, A6, B6, hex("800000000102")))).isEqualTo(PacketFault.NONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 43, 60})
    void walksExtensionHeadersWithTheirLength(int kind) {
        byte[] short8 = hex("11 00 000000000000");
        byte[] long24 = concat(hex("11 02"), new byte[22]);
        for (byte[] extension : List.of(short8, long24)) {
            byte[] packet = ipv6Extended(kind, A6, B6, extension, udp(9, 10, 0));

            assertThat(incoming(packet)).isEqualTo(PacketFault.NONE);
            assertThat(flow.protocol).isEqualTo(17);
            assertThat(flow.localPort).isEqualTo(10);
            assertThat(IpPacket.transportOffset(segment(packet), 0, packet.length))
                    .isEqualTo(40 + extension.length);
        }
    }

    @Test
    void countsAuthenticationHeadersInWords() {
        byte[] authentication = concat(hex("06 04"), new byte[22]);

        incoming(ipv6Extended(51, A6, B6, authentication, tcp(9, 10, 0, 0, 0, 0)));

        assertThat(flow.protocol).isEqualTo(6);
        assertThat(flow.localPort).isEqualTo(10);
    }

    @Test
    void walksAChainOfDifferentHeaders() {
        byte[] chain =
                concat(
                        hex("3c 00 000000000000"), // hop-by-hop, then destination options
                        hex("2b 01"),
                        new byte[14], // then routing
                        hex("33 00 000000000000"), // then authentication
                        hex("2c 01 00000000000000000000"), // then fragment
                        hex("06 00 0001 00000007")); // first fragment, then TCP

        incoming(ipv6Extended(0, A6, B6, chain, tcp(9, 10, 0, 0, 0, 0)));

        assertThat(flow.protocol).isEqualTo(6);
        assertThat(flow.localPort).isEqualTo(10);
        assertThat(flow.fragment).isFalse();
    }

    @Test
    void stopsAtALaterIpv6Fragment() {
        byte[] laterFragment = hex("06 00 0009 00000007");

        assertThat(incoming(ipv6Extended(44, A6, B6, laterFragment, new byte[0])))
                .isEqualTo(PacketFault.NONE);

        assertThat(flow.fragment).isTrue();
        assertThat(flow.protocol).isEqualTo(6);
        assertThat(flow.localPort).isZero();
    }

    @Test
    void refusesAnExtensionLongerThanThePacket() {
        byte[] liar = hex("11 09 000000000000");

        assertThat(incoming(ipv6Extended(60, A6, B6, liar, udp(1, 2, 0))))
                .isEqualTo(PacketFault.IPV6_TRUNCATED);
        assertThat(incoming(ipv6Extended(44, A6, B6, hex("1100000000"), new byte[0])))
                .isEqualTo(PacketFault.IPV6_TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(ints = {132, 47, 135, 139, 253, 50, 59, 140, 254, 4, 41})
    void doesNotSkipUnknownHeaders(int protocol) {
        byte[] looksLikeOptionsBeforeUdp = hex("11 00 000000000000");
        byte[] packet =
                ipv6Extended(protocol, A6, B6, looksLikeOptionsBeforeUdp, udp(9999, 9999, 0));

        assertThat(incoming(packet)).isEqualTo(PacketFault.NONE);

        assertThat(flow.protocol).isEqualTo(protocol);
        assertThat(flow.localPort).isZero();
        assertThat(flow.remotePort).isZero();
    }

    @Test
    void passes7ExtensionHeadersAndRefuses8() {
        for (int count = 0; count <= 12; count++) {
            byte[] chain = new byte[0];
            for (int i = 1; i <= count; i++) {
                chain = concat(chain, hex((i == count ? "11" : "3c") + "00000000000000"));
            }

            PacketFault fault =
                    incoming(ipv6Extended(count == 0 ? 17 : 60, A6, B6, chain, udp(9999, 9999, 1)));

            assertThat(fault)
                    .as("%d extension headers", count)
                    .isEqualTo(
                            count <= 7 ? PacketFault.NONE : PacketFault.IPV6_TOO_MANY_EXTENSIONS);
        }
    }

    @Test
    void readsPortsOfIpv4ProtocolsThatHaveNone() {
        incoming(ipv4(47, A, B, hex("0102 0304")));

        assertThat(flow.remotePort).isEqualTo(0x0102);
        assertThat(flow.localPort).isEqualTo(0x0304);
    }

    @Test
    void knowsAddressesLengthsAndMulticast() {
        byte[] four = ipv4(17, A, "224.0.0.251", udp(1, 2, 3));
        byte[] six = ipv6(17, A6, "ff02::fb", udp(1, 2, 3));
        for (byte[] packet : List.of(four, six)) {
            var segment = segment(packet);

            assertThat(IpPacket.declaredLength(segment, 0)).isEqualTo(packet.length);
            assertThat(
                            IpPacket.isMulticast(
                                    IpPacket.destinationHi(segment, 0),
                                    IpPacket.destinationLo(segment, 0)))
                    .isTrue();
            assertThat(
                            IpPacket.isMulticast(
                                    IpPacket.sourceHi(segment, 0), IpPacket.sourceLo(segment, 0)))
                    .isFalse();
        }
    }

    @Test
    void agreesWithTheReferenceOnEveryTruncation() {
        for (byte[] sample : samples()) {
            for (int length = 0; length <= sample.length; length++) {
                assertAgreesWithReference(Arrays.copyOf(sample, length));
            }
        }
    }

    @Test
    void agreesWithTheReferenceOnMutatedPackets() {
        Random random = new Random(FuzzSeed.of(713));
        List<byte[]> samples = samples();
        int wellFormed = 0;
        for (int round = 0; round < 200_000; round++) {
            byte[] packet = samples.get(random.nextInt(samples.size())).clone();
            int flips = 1 + random.nextInt(4);
            for (int i = 0; i < flips; i++) {
                // Header fields are where it gets interesting.
                packet[random.nextInt(Math.min(packet.length, 72))] = interestingByte(random);
            }
            if (random.nextInt(4) == 0) {
                packet = Arrays.copyOf(packet, random.nextInt(packet.length + 1));
            }
            wellFormed += assertAgreesWithReference(packet) ? 1 : 0;
        }
        assertThat(wellFormed).isBetween(50_000, 190_000);
    }

    private static byte interestingByte(Random random) {
        int[] headers = {0, 43, 44, 51, 60, 6, 17, 58, 1, 0x45, 0x46, 0x60, 255};
        return (byte)
                (random.nextBoolean()
                        ? headers[random.nextInt(headers.length)]
                        : random.nextInt(256));
    }

    private boolean assertAgreesWithReference(byte[] packet) {
        FlowKey expected = ReferenceParser.incoming(packet);
        PacketFault fault = incoming(packet);
        assertThat(fault.malformed()).as("%s", Arrays.toString(packet)).isEqualTo(expected == null);
        if (expected != null) {
            assertThat(flow).as("%s", Arrays.toString(packet)).isEqualTo(expected);
        }
        return expected != null;
    }

    private static List<byte[]> samples() {
        List<byte[]> samples = new ArrayList<>();
        samples.add(ipv4(6, A, B, tcp(1111, 22, 1, 2, ACK, 5)));
        samples.add(ipv4(17, A, B, 0, new byte[12], udp(1, 2, 4)));
        samples.add(ipv4(17, A, B, 0x2003, new byte[0], udp(1, 2, 4)));
        samples.add(ipv4(1, A, B, icmp(8, 77, 4)));
        samples.add(ipv6(6, A6, B6, tcp(1111, 22, 1, 2, ACK, 5)));
        samples.add(ipv6(58, A6, B6, icmp(128, 77, 4)));
        byte[] chain =
                concat(
                        hex("3c 00 000000000000"),
                        hex("2c 00 000000000000"),
                        hex("33 00 0001 00000007"),
                        hex("2b 02"),
                        new byte[14],
                        hex("11 00 000000000000"));
        samples.add(ipv6Extended(0, A6, B6, chain, udp(5, 6, 7)));
        byte[] eight = new byte[0];
        for (int i = 0; i < 8; i++) {
            eight = concat(eight, hex("3c 00 000000000000"));
        }
        samples.add(ipv6Extended(60, A6, B6, eight, udp(5, 6, 7)));
        return samples;
    }

    private PacketFault incoming(byte[] packet) {
        // Behind other bytes, as in a slab: an offset forgotten anywhere shows.
        byte[] slab = concat(new byte[] {0x45, 1, 2}, packet);
        return IpPacket.parseIncoming(segment(slab), 3, packet.length, flow);
    }

    private PacketFault outgoing(byte[] packet) {
        return IpPacket.parseOutgoing(segment(packet), 0, packet.length, flow);
    }
}
