package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.TestPackets.ACK;
import static dev.asterism.overlay.packet.TestPackets.concat;
import static dev.asterism.overlay.packet.TestPackets.hex;
import static dev.asterism.overlay.packet.TestPackets.icmp;
import static dev.asterism.overlay.packet.TestPackets.ipv4;
import static dev.asterism.overlay.packet.TestPackets.ipv6;
import static dev.asterism.overlay.packet.TestPackets.ipv6Extended;
import static dev.asterism.overlay.packet.TestPackets.tcp;
import static dev.asterism.overlay.packet.TestPackets.udp;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** IP packets from peers and from this host's applications. */
class PacketFuzzTest {

    private static final String A = "10.42.0.1";
    private static final String B = "10.42.0.2";
    private static final String A6 = "fd42::1";
    private static final String B6 = "fd42::2";

    private static final int AT = 3;

    static Stream<FuzzTarget> targets() {
        return Stream.of(
                target("ip-packet", PacketFuzzTest::checkFlow),
                target("ip-packet-answers", PacketFuzzTest::checkAnswers));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static FuzzTarget target(String name, FuzzTarget.Property property) {
        byte[] chain =
                concat(
                        hex("3c 00 000000000000"),
                        hex("2c 00 000000000000"),
                        hex("33 00 0001 00000007"),
                        hex("2b 02"),
                        new byte[14],
                        hex("11 00 000000000000"));
        return FuzzTarget.of(name, property)
                .seed(ipv4(6, A, B, tcp(1111, 22, 1, 2, ACK, 5)))
                .seed(ipv4(17, A, B, 0, new byte[12], udp(1, 2, 4)))
                .seed(ipv4(17, A, B, 0x2003, new byte[0], udp(1, 2, 4)))
                .seed(ipv4(1, A, B, icmp(8, 77, 4)))
                .seed(ipv6(6, A6, B6, tcp(1111, 22, 1, 2, ACK, 5)))
                .seed(ipv6(58, A6, B6, icmp(128, 77, 4)))
                .seed(ipv6Extended(0, A6, B6, chain, udp(5, 6, 7)))
                .mostBytes(256)
                .mayAllocate(32 << 10, 64);
    }

    /** As an obvious reading of the specification has it, and the same flow seen from the other side. */
    private static String checkFlow(byte[] input) {
        FlowKey incoming = new FlowKey();
        FlowKey outgoing = new FlowKey();
        // Between other bytes, as in a slab: an offset that is forgotten shows.
        MemorySegment slab = MemorySegment.ofArray(concat(hex("45 01 02"), input, hex("60 ff")));
        PacketFault fault = IpPacket.parseIncoming(slab, AT, input.length, incoming);

        FlowKey expected = ReferenceParser.incoming(input);
        assertThat(fault.malformed()).isEqualTo(expected == null);
        assertThat(IpPacket.parseOutgoing(slab, AT, input.length, outgoing)).isEqualTo(fault);
        if (expected == null) {
            return fault.name();
        }
        assertThat(incoming).isEqualTo(expected);
        assertThat(outgoing.local()).isEqualTo(incoming.remote());
        assertThat(outgoing.remote()).isEqualTo(incoming.local());
        assertThat(outgoing.protocol).isEqualTo(incoming.protocol);
        assertThat(outgoing.fragment).isEqualTo(incoming.fragment);
        int offset = IpPacket.transportOffset(slab, AT, input.length);
        assertThat(offset).isBetween(-1, input.length);
        return IpPacket.protocolName(incoming.protocol).replaceAll("[0-9]", "")
                + incoming.fragment
                + incoming.tcpFlags
                + offset;
    }

    /** An answer to a refused packet is a packet of its own to whoever sent that one, and touches no other bytes. */
    private static String checkAnswers(byte[] input) {
        byte[] before = concat(hex("45 01 02"), input, hex("60 ff"));
        MemorySegment slab = MemorySegment.ofArray(before.clone());
        byte[] target = new byte[RejectPacket.MAX_BYTES + 8];
        int length = RejectPacket.write(slab, AT, input.length, MemorySegment.ofArray(target), 4);
        assertThat(slab.toArray(JAVA_BYTE)).isEqualTo(before);
        assertThat(length).isBetween(0, RejectPacket.MAX_BYTES);
        byte[] beside = target.clone();
        Arrays.fill(beside, 4, 4 + length, (byte) 0);
        assertThat(beside).isEqualTo(new byte[target.length]);
        FlowKey refused = new FlowKey();
        boolean sound = !IpPacket.parseIncoming(slab, AT, input.length, refused).malformed();
        if (sound && length > 0) {
            FlowKey answer = new FlowKey();
            assertThat(IpPacket.parseOutgoing(MemorySegment.ofArray(target), 4, length, answer))
                    .isEqualTo(PacketFault.NONE);
            assertThat(answer.remote()).isEqualTo(refused.remote());
            assertThat(answer.local()).isEqualTo(refused.local());
            assertThat(IpPacket.declaredLength(MemorySegment.ofArray(target), 4)).isEqualTo(length);
        }
        boolean turned = EchoReply.turnAround(slab, AT, input.length);
        byte[] after = slab.toArray(JAVA_BYTE);
        if (!turned) {
            assertThat(after).isEqualTo(before);
        }
        assertThat(Arrays.copyOf(after, AT)).isEqualTo(Arrays.copyOf(before, AT));
        return "answer " + Math.min(length, 60) + " echo " + turned;
    }
}
