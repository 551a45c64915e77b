package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import java.nio.ByteBuffer;

/** Makes IP packets as a host's stack would, with right lengths and checksums. */
public final class IpPackets {

    public static final int TCP_FIN = 1;
    public static final int TCP_SYN = 2;
    public static final int TCP_RST = 4;
    public static final int TCP_PSH = 8;
    public static final int TCP_ACK = 16;

    private static final int HOP_LIMIT = 64;

    private IpPackets() {}

    public static Bytes udp(Flow flow, byte[] payload) {
        ByteBuffer packet = withIpHeader(flow, IpLayout.UDP, 8 + payload.length);
        packet.putShort((short) flow.sourcePort()).putShort((short) flow.destinationPort());
        packet.putInt(0).put(payload);
        return finished(packet);
    }

    /** A segment with a 20-byte header; it belongs to no real connection. */
    public static Bytes tcp(Flow flow, int flags, int sequence, byte[] payload) {
        ByteBuffer packet = withIpHeader(flow, IpLayout.TCP, 20 + payload.length);
        packet.putShort((short) flow.sourcePort()).putShort((short) flow.destinationPort());
        packet.putInt(sequence).putInt(0);
        packet.put((byte) (5 << 4)).put((byte) flags).putShort((short) 0xFFFF);
        packet.putInt(0).put(payload);
        return finished(packet);
    }

    public static Bytes echoRequest(Ip from, Ip to, int identifier, byte[] payload) {
        return icmp(Flow.between(from, to), from.isIpv4() ? 8 : 128, identifier, payload);
    }

    public static Bytes echoReply(Ip from, Ip to, int identifier, byte[] payload) {
        return icmp(Flow.between(from, to), from.isIpv4() ? 0 : 129, identifier, payload);
    }

    private static Bytes icmp(Flow flow, int type, int identifier, byte[] payload) {
        int protocol = flow.source().isIpv4() ? IpLayout.ICMP : IpLayout.ICMPV6;
        ByteBuffer packet = withIpHeader(flow, protocol, 8 + payload.length);
        packet.put((byte) type).put((byte) 0).putShort((short) 0);
        packet.putShort((short) identifier).putShort((short) 1).put(payload);
        return finished(packet);
    }

    private static ByteBuffer withIpHeader(Flow flow, int protocol, int length) {
        if (flow.source().isIpv4() != flow.destination().isIpv4()) {
            throw new IllegalArgumentException("families differ: " + flow);
        }
        ByteBuffer packet;
        if (flow.source().isIpv4()) {
            packet = ByteBuffer.allocate(20 + length);
            packet.putInt(0x4500_0000).putInt(0);
            packet.put((byte) HOP_LIMIT).put((byte) protocol).putShort((short) 0);
        } else {
            packet = ByteBuffer.allocate(40 + length);
            packet.putInt(0x6000_0000).putShort((short) 0);
            packet.put((byte) protocol).put((byte) HOP_LIMIT);
        }
        return packet.put(flow.source().toBytes()).put(flow.destination().toBytes());
    }

    private static Bytes finished(ByteBuffer packet) {
        byte[] bytes = new byte[packet.capacity()];
        packet.flip().get(bytes);
        IpLayout.setLengths(bytes);
        InternetChecksum.fill(bytes);
        return Bytes.owning(bytes);
    }
}
