package dev.asterism.overlay.packet;

import dev.asterism.overlay.net.Ip;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Packets put together byte by byte, with right lengths and checksums; for tests of any package. */
public final class TestPackets {

    public static final int FIN = 1;
    public static final int SYN = 2;
    public static final int RST = 4;
    public static final int PSH = 8;
    public static final int ACK = 16;
    public static final int CWR = 128;

    private TestPackets() {}

    public static MemorySegment segment(byte[] packet) {
        return MemorySegment.ofArray(packet);
    }

    public static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    public static byte[] ipv4(int protocol, String from, String to, byte[] transport) {
        return ipv4(protocol, from, to, 0, new byte[0], transport);
    }

    /**
     * @param fragmentField flags and offset, as they stand in the header
     */
    public static byte[] ipv4(
            int protocol,
            String from,
            String to,
            int fragmentField,
            byte[] options,
            byte[] transport) {
        int headerBytes = 20 + options.length;
        ByteBuffer packet = ByteBuffer.allocate(headerBytes + transport.length);
        packet.put((byte) (0x40 | headerBytes / 4)).put((byte) 0);
        packet.putShort((short) packet.capacity()).putShort((short) 0x1234);
        packet.putShort((short) fragmentField)
                .put((byte) 61)
                .put((byte) protocol)
                .putShort((short) 0);
        packet.put(Ip.of(from).toBytes()).put(Ip.of(to).toBytes()).put(options).put(transport);
        int sum = naiveSum(packet.array(), 0, headerBytes, 0);
        packet.putShort(10, (short) ~sum);
        if (fragmentField == 0 || fragmentField == 0x4000) {
            fillTransportChecksum(packet.array(), headerBytes, protocol);
        }
        return packet.array();
    }

    public static byte[] ipv6(int protocol, String from, String to, byte[] transport) {
        byte[] packet = ipv6Unsummed(protocol, from, to, transport);
        fillTransportChecksum(packet, 40, protocol);
        return packet;
    }

    /**
     * @param extensions whole headers, each with its own next-header field
     * @param first number of the first of them
     */
    public static byte[] ipv6Extended(
            int first, String from, String to, byte[] extensions, byte[] transport) {
        return ipv6Unsummed(first, from, to, concat(extensions, transport));
    }

    private static byte[] ipv6Unsummed(int next, String from, String to, byte[] rest) {
        ByteBuffer packet = ByteBuffer.allocate(40 + rest.length);
        packet.putInt(0x6000_0000).putShort((short) rest.length).put((byte) next).put((byte) 61);
        packet.put(Ip.of(from).toBytes()).put(Ip.of(to).toBytes()).put(rest);
        return packet.array();
    }

    public static byte[] tcp(
            int from, int to, int sequence, int acknowledged, int flags, int data) {
        ByteBuffer transport = ByteBuffer.allocate(20 + data);
        transport.putShort((short) from).putShort((short) to).putInt(sequence).putInt(acknowledged);
        transport.put((byte) 0x50).put((byte) flags).putShort((short) 8192);
        fillPattern(transport.array(), 20);
        return transport.array();
    }

    public static byte[] udp(int from, int to, int data) {
        ByteBuffer transport = ByteBuffer.allocate(8 + data);
        transport.putShort((short) from).putShort((short) to).putShort((short) (8 + data));
        fillPattern(transport.array(), 8);
        return transport.array();
    }

    public static byte[] icmp(int type, int identifier, int data) {
        ByteBuffer transport = ByteBuffer.allocate(8 + data);
        transport.put((byte) type).put((byte) 0).putShort((short) 0);
        transport.putShort((short) identifier).putShort((short) 7);
        fillPattern(transport.array(), 8);
        return transport.array();
    }

    private static void fillPattern(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 + bytes.length);
        }
    }

    private static void fillTransportChecksum(byte[] bytes, int transport, int protocol) {
        int field =
                switch (protocol) {
                    case IpPacket.PROTOCOL_TCP -> 16;
                    case IpPacket.PROTOCOL_UDP -> 6;
                    case IpPacket.PROTOCOL_ICMP, IpPacket.PROTOCOL_ICMPV6 -> 2;
                    default -> -1;
                };
        if (field < 0 || bytes.length < transport + field + 2) {
            return;
        }
        ByteBuffer packet = ByteBuffer.wrap(bytes);
        packet.putShort(transport + field, (short) 0);
        int sum = transportSum(bytes, transport, protocol);
        int checksum = ~sum & 0xFFFF;
        boolean udpZero = protocol == IpPacket.PROTOCOL_UDP && checksum == 0;
        packet.putShort(transport + field, (short) (udpZero ? 0xFFFF : checksum));
    }

    /** 0xFFFF when the transport protocol's checksum is right. */
    public static int transportSum(byte[] packet, int transport, int protocol) {
        int length = packet.length - transport;
        int pseudo = 0;
        if (protocol != IpPacket.PROTOCOL_ICMP) {
            boolean ipv4 = packet[0] >>> 4 == 4;
            pseudo = naiveSum(packet, ipv4 ? 12 : 8, ipv4 ? 8 : 32, protocol + length);
        }
        return naiveSum(packet, transport, length, pseudo);
    }

    /** RFC 1071 as it is written: 16 bits at a time. */
    public static int naiveSum(byte[] bytes, int at, int length, int initial) {
        int sum = initial;
        for (int i = 0; i < length; i += 2) {
            int low = i + 1 < length ? bytes[at + i + 1] & 0xFF : 0;
            sum += (bytes[at + i] & 0xFF) << 8 | low;
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return sum;
    }

    public static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
