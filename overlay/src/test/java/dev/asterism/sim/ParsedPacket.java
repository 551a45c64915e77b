package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An IP packet as a test looks at it; no IPv6 extension headers.
 *
 * @param icmpType -1 unless the protocol is ICMP or ICMPv6
 * @param payload behind the transport header
 */
public record ParsedPacket(Flow flow, int protocol, int icmpType, Bytes payload) {

    /** Null when it is no whole IPv4 or IPv6 packet. */
    public static @Nullable ParsedPacket parse(Bytes packet) {
        byte[] bytes = packet.toArray();
        int at = IpLayout.transportAt(bytes);
        if (bytes.length < at
                || bytes.length < at + minimumTransport(bytes)
                || bytes.length < at + IpLayout.transportLength(bytes)) {
            return null;
        }
        int protocol = IpLayout.protocol(bytes);
        boolean icmp = protocol == IpLayout.ICMP || protocol == IpLayout.ICMPV6;
        boolean ports = protocol == IpLayout.TCP || protocol == IpLayout.UDP;
        Flow flow =
                new Flow(
                        address(bytes, 0),
                        ports ? shortAt(bytes, at) : 0,
                        address(bytes, 1),
                        ports ? shortAt(bytes, at + 2) : 0);
        int from = at + IpLayout.transportLength(bytes);
        return new ParsedPacket(
                flow,
                protocol,
                icmp ? bytes[at] & 0xFF : -1,
                packet.slice(from, bytes.length - from));
    }

    public boolean isEchoRequest() {
        return protocol == IpLayout.ICMP && icmpType == 8
                || protocol == IpLayout.ICMPV6 && icmpType == 128;
    }

    public boolean isEchoReply() {
        return protocol == IpLayout.ICMP && icmpType == 0
                || protocol == IpLayout.ICMPV6 && icmpType == 129;
    }

    private static int minimumTransport(byte[] bytes) {
        return switch (IpLayout.protocol(bytes)) {
            case IpLayout.TCP -> 20;
            case IpLayout.UDP, IpLayout.ICMP, IpLayout.ICMPV6 -> 8;
            default -> 0;
        };
    }

    private static Ip address(byte[] bytes, int which) {
        int size = IpLayout.isIpv4(bytes) ? 4 : 16;
        int from = (IpLayout.isIpv4(bytes) ? 12 : 8) + which * size;
        return Ip.ofBytes(Arrays.copyOfRange(bytes, from, from + size));
    }

    private static int shortAt(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).getShort(at) & 0xFFFF;
    }
}
