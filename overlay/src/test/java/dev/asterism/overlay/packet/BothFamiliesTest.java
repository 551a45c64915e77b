package dev.asterism.overlay.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.sim.FuzzSeed;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The same TCP, UDP or ping inside IPv4 and inside IPv6 gets the same treatment. */
class BothFamiliesTest {

    private static final int ROUNDS = 3_000;
    private static final String A6 = "fd42::2";
    private static final String B6 = "fd42::3";
    private static final int[] EXTENSIONS = {0, 43, 60};

    private final long seed = FuzzSeed.of(20_261_128);
    private final Random random = new Random(seed);

    /** One transport segment in a packet of each family. */
    @SuppressWarnings("ArrayRecordComponent") // shared with nobody
    private record Twins(byte[] ipv4, byte[] ipv6, byte[] transport, int protocol) {

        int at4() {
            return ipv4.length - transport.length;
        }

        int at6() {
            return ipv6.length - transport.length;
        }
    }

    @Test
    void areParsedAlike() {
        for (int round = 0; round < ROUNDS; round++) {
            Twins twins = twins();
            for (boolean incoming : new boolean[] {true, false}) {
                FlowKey four = parsed(twins.ipv4, incoming);
                FlowKey six = parsed(twins.ipv6, incoming);

                assertThat(six.localPort).as("seed %d", seed).isEqualTo(four.localPort);
                assertThat(six.remotePort).as("seed %d", seed).isEqualTo(four.remotePort);
                assertThat(six.tcpFlags).isEqualTo(four.tcpFlags);
                assertThat(six.fragment).isEqualTo(four.fragment);
                assertThat(IpPacket.protocolName(six.protocol))
                        .isEqualTo(IpPacket.protocolName(four.protocol));
                assertThat(six.local().isIpv4()).isFalse();
                assertThat(four.local().isIpv4()).isTrue();
            }
            assertThat(transportOffset(twins.ipv4)).isEqualTo(twins.at4());
            assertThat(transportOffset(twins.ipv6)).isEqualTo(twins.at6());
        }
    }

    /** Else an IPv6 packet would be judged by the rules for IPv4 and tracked as the IPv4 flow. */
    @Test
    void areNotMistakenForEachOther() {
        for (int round = 0; round < ROUNDS; round++) {
            Twins twins = twins();
            boolean source = random.nextBoolean();
            int at = source ? IpPacket.IPV6_SOURCE : IpPacket.IPV6_DESTINATION;
            Arrays.fill(twins.ipv6, at, at + 10, (byte) 0);
            Arrays.fill(twins.ipv6, at + 10, at + 12, (byte) 0xFF);

            MemorySegment segment = TestPackets.segment(twins.ipv6);
            int length = twins.ipv6.length;
            FlowKey flow = new FlowKey();
            assertThat(IpPacket.parseIncoming(segment, 0, length, flow))
                    .as("seed %d", seed)
                    .isEqualTo(PacketFault.IPV6_MAPPED_ADDRESS);
            assertThat(IpPacket.parseOutgoing(segment, 0, length, flow))
                    .as("seed %d", seed)
                    .isEqualTo(PacketFault.IPV6_MAPPED_ADDRESS);
            assertThat(refused(twins.ipv6)).as("nobody answers it").isEmpty();
        }
    }

    @Test
    void areRefusedAlike() {
        int resets = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Twins twins = twins();
            byte[] four = refused(twins.ipv4);
            byte[] six = refused(twins.ipv6);

            assertThat(six.length == 0).as("seed %d", seed).isEqualTo(four.length == 0);
            if (twins.protocol == IpPacket.PROTOCOL_TCP && four.length > 0) {
                assertThat(four).hasSize(40);
                assertThat(six).hasSize(60);
                assertThat(withoutChecksum(six, 40, 16)).isEqualTo(withoutChecksum(four, 20, 16));
                assertThat(TestPackets.transportSum(six, 40, 6)).isEqualTo(0xFFFF);
                resets++;
            } else if (four.length > 0) {
                assertThat(TestPackets.transportSum(six, 40, 58)).isEqualTo(0xFFFF);
            }
        }
        assertThat(resets).isGreaterThan(ROUNDS / 10);
    }

    @Test
    void areCalledTooBigAlike() {
        for (int round = 0; round < ROUNDS; round++) {
            Twins twins = twins();
            byte[] answer = new byte[TooBigPacket.MAX_BYTES];
            MemorySegment into = MemorySegment.ofArray(answer);
            int four = tooBig(twins.ipv4, into);
            int six = tooBig(twins.ipv6, into);

            assertThat(six > 0).as("seed %d", seed).isEqualTo(four > 0);
            if (six > 0) {
                byte[] whole = Arrays.copyOf(answer, six);
                assertThat(TestPackets.transportSum(whole, 40, 58)).isEqualTo(0xFFFF);
            }
        }
    }

    @Test
    void getAnotherPortAlike() {
        for (int round = 0; round < ROUNDS; round++) {
            Twins twins = twins();
            if (twins.protocol != IpPacket.PROTOCOL_TCP) {
                continue;
            }
            int port = random.nextInt(65_536);
            boolean four = rewritten(twins.ipv4, port);
            boolean six = rewritten(twins.ipv6, port);

            assertThat(six).as("seed %d", seed).isEqualTo(four);
            assertThat(withoutChecksum(twins.ipv6, twins.at6(), 16))
                    .isEqualTo(withoutChecksum(twins.ipv4, twins.at4(), 16));
            assertThat(TestPackets.transportSum(twins.ipv6, twins.at6(), 6)).isEqualTo(0xFFFF);
            assertThat(TestPackets.transportSum(twins.ipv4, twins.at4(), 6)).isEqualTo(0xFFFF);
        }
    }

    @Test
    void areEchoedAlike() {
        int echoed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] ping = TestPackets.icmp(0, random.nextInt(65_536), random.nextInt(200));
            ping[0] = 8;
            byte[] four = TestPackets.ipv4(1, "10.42.0.2", "10.42.0.3", ping.clone());
            ping[0] = (byte) 128;
            byte[] six = TestPackets.ipv6(58, A6, B6, ping.clone());

            boolean turned4 = EchoReply.turnAround(TestPackets.segment(four), 0, four.length);
            boolean turned6 = EchoReply.turnAround(TestPackets.segment(six), 0, six.length);

            assertThat(turned6).isEqualTo(turned4);
            assertThat(TestPackets.transportSum(six, 40, 58)).isEqualTo(0xFFFF);
            assertThat(Arrays.copyOfRange(six, 44, six.length))
                    .isEqualTo(Arrays.copyOfRange(four, 24, four.length));
            echoed += turned6 ? 1 : 0;
        }
        assertThat(echoed).isEqualTo(ROUNDS);
    }

    private Twins twins() {
        int protocol = new int[] {1, 6, 6, 17}[random.nextInt(4)];
        int data = random.nextInt(300);
        byte[] transport =
                switch (protocol) {
                    case 1 -> TestPackets.icmp(0, port(), data);
                    case 17 -> TestPackets.udp(port(), port(), data);
                    default ->
                            TestPackets.tcp(
                                    port(),
                                    port(),
                                    random.nextInt(),
                                    random.nextInt(),
                                    random.nextInt(64),
                                    data);
                };
        byte[] over6 = transport.clone();
        if (protocol == 1) {
            boolean request = random.nextBoolean();
            transport[0] = (byte) (request ? 8 : 0);
            over6[0] = (byte) (request ? 128 : 129);
        }
        return new Twins(
                TestPackets.ipv4(protocol, "10.42.0.2", "10.42.0.3", transport),
                extended(TestPackets.ipv6(protocol == 1 ? 58 : protocol, A6, B6, over6)),
                transport,
                protocol);
    }

    /** The same with up to three extension headers in front of what is transported. */
    private byte[] extended(byte[] plain) {
        byte[] transport = Arrays.copyOfRange(plain, 40, plain.length);
        byte[] extensions = new byte[8 * random.nextInt(4)];
        int next = plain[6];
        for (int at = extensions.length - 8; at >= 0; at -= 8) {
            extensions[at] = (byte) next;
            next = EXTENSIONS[random.nextInt(EXTENSIONS.length)];
        }
        return TestPackets.ipv6Extended(next, A6, B6, extensions, transport);
    }

    private int port() {
        return random.nextInt(65_536);
    }

    private static FlowKey parsed(byte[] packet, boolean incoming) {
        FlowKey flow = new FlowKey();
        MemorySegment segment = TestPackets.segment(packet);
        PacketFault fault =
                incoming
                        ? IpPacket.parseIncoming(segment, 0, packet.length, flow)
                        : IpPacket.parseOutgoing(segment, 0, packet.length, flow);
        assertThat(fault).isEqualTo(PacketFault.NONE);
        return flow;
    }

    private static int transportOffset(byte[] packet) {
        return IpPacket.transportOffset(TestPackets.segment(packet), 0, packet.length);
    }

    private static byte[] refused(byte[] packet) {
        byte[] answer = new byte[RejectPacket.MAX_BYTES];
        int length =
                RejectPacket.write(
                        TestPackets.segment(packet),
                        0,
                        packet.length,
                        MemorySegment.ofArray(answer),
                        0);
        return Arrays.copyOf(answer, length);
    }

    private static int tooBig(byte[] packet, MemorySegment into) {
        return TooBigPacket.write(TestPackets.segment(packet), 0, packet.length, 1300, into, 0);
    }

    private static boolean rewritten(byte[] packet, int port) {
        return PortRewrite.destination(TestPackets.segment(packet), 0, packet.length, port, false);
    }

    private static byte[] withoutChecksum(byte[] packet, int transport, int field) {
        byte[] rest = Arrays.copyOfRange(packet, transport, packet.length);
        rest[field] = 0;
        rest[field + 1] = 0;
        return rest;
    }
}
