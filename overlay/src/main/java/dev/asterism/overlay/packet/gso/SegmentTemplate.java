package dev.asterism.overlay.packet.gso;

import static dev.asterism.overlay.packet.BigEndian.i32;
import static dev.asterism.overlay.packet.BigEndian.put16;
import static dev.asterism.overlay.packet.BigEndian.put32;
import static dev.asterism.overlay.packet.BigEndian.put8;
import static dev.asterism.overlay.packet.BigEndian.u16;
import static dev.asterism.overlay.packet.BigEndian.u8;
import static dev.asterism.overlay.packet.TransportHeader.TCP_CHECKSUM;
import static dev.asterism.overlay.packet.TransportHeader.TCP_DATA_OFFSET;
import static dev.asterism.overlay.packet.TransportHeader.TCP_FLAGS;
import static dev.asterism.overlay.packet.TransportHeader.TCP_HEADER_BYTES;
import static dev.asterism.overlay.packet.TransportHeader.UDP_CHECKSUM;
import static dev.asterism.overlay.packet.TransportHeader.UDP_HEADER_BYTES;
import static dev.asterism.overlay.packet.TransportHeader.UDP_LENGTH;

import dev.asterism.overlay.packet.Checksum;
import dev.asterism.overlay.packet.IpPacket;
import java.lang.foreign.MemorySegment;

/**
 * The headers that all segments of one TCP or UDP packet share, and what differs from one to the
 * next. Belongs to a {@link GsoSegmenter}; allocates nothing.
 */
final class SegmentTemplate {

    private static final int MAX_HEADER_BYTES = 256;

    private static final int TCP_SEQUENCE = 4;
    private static final int FRAGMENT_BITS = 0x3FFF;

    private static final int FIN_PSH = 0x09;
    private static final int CWR = 0x80;
    private static final int SYN_URG = 0x22;

    private final MemorySegment header = MemorySegment.ofArray(new byte[MAX_HEADER_BYTES]);
    private int bytes;
    private int transportOffset;
    private boolean tcp;
    private boolean ipv4;
    private int firstId;

    /** Sum of the IPv4 header without length, identification and checksum, which differ. */
    private int ipv4Sum;

    /** Sum of both addresses and the protocol number, for the pseudo header. */
    private long pseudoSum;

    private int firstSequence;
    private int flags;

    /**
     * Looks at the packet's headers. False, and nothing else may be called then, when this is
     * nothing whose transport checksum is known here.
     */
    boolean read(MemorySegment packet, int at, int length) {
        bytes = 0;
        transportOffset = IpPacket.transportOffset(packet, at, length);
        int protocol = IpPacket.transportProtocol(packet, at, length);
        if (transportOffset < 0) {
            return false;
        }
        tcp = protocol == IpPacket.PROTOCOL_TCP;
        ipv4 = IpPacket.version(packet, at) == 4;
        int rest = length - transportOffset;
        int transportBytes =
                switch (protocol) {
                    case IpPacket.PROTOCOL_TCP ->
                            tcpHeaderBytes(packet, at + transportOffset, rest);
                    case IpPacket.PROTOCOL_UDP -> UDP_HEADER_BYTES;
                    default -> 0;
                };
        if (transportBytes == 0
                || transportBytes > rest
                || transportOffset + transportBytes > MAX_HEADER_BYTES) {
            return false;
        }
        bytes = transportOffset + transportBytes;
        pseudoSum = Checksum.pseudoHeader(packet, at, protocol, 0);
        return true;
    }

    private static int tcpHeaderBytes(MemorySegment packet, int at, int rest) {
        if (rest < TCP_HEADER_BYTES) {
            return 0;
        }
        int claimed = (u8(packet, at + TCP_DATA_OFFSET) >>> 4) * 4;
        return claimed < TCP_HEADER_BYTES ? 0 : claimed;
    }

    /** Keeps what the segments need, before the first of them overwrites a part of it. */
    void remember(MemorySegment packet, int at) {
        put16(packet, at + transportOffset + (tcp ? TCP_CHECKSUM : UDP_CHECKSUM), 0);
        if (ipv4) {
            firstId = u16(packet, at + IpPacket.IPV4_ID);
            put32(packet, at + IpPacket.IPV4_TOTAL_LENGTH, 0); // and the identification behind it
            put16(packet, at + IpPacket.IPV4_CHECKSUM, 0);
            ipv4Sum = Checksum.sum(packet, at, (u8(packet, at) & 0xF) * 4);
        }
        MemorySegment.copy(packet, at, header, 0, bytes);
        if (tcp) {
            firstSequence = i32(packet, at + transportOffset + TCP_SEQUENCE);
            flags = u8(packet, at + transportOffset + TCP_FLAGS);
        }
    }

    /** Bytes in front of the payload. */
    int bytes() {
        return bytes;
    }

    /** The receiver's kernel is not told of extension headers or fragments, see {@link PartialChecksum}. */
    boolean mayStayPartial(MemorySegment packet, int at) {
        return ipv4
                ? (u16(packet, at + IpPacket.IPV4_FRAGMENT) & FRAGMENT_BITS) == 0
                : transportOffset == IpPacket.IPV6_HEADER_BYTES;
    }

    /**
     * Whether the payload may be cut into segments of any size: TCP's, but not with SYN or an urgent
     * pointer, which count from the first byte, nor in a fragment.
     */
    boolean mayCutAnywhere(MemorySegment packet, int at) {
        return tcp
                && mayStayPartial(packet, at)
                && (u8(packet, at + transportOffset + TCP_FLAGS) & SYN_URG) == 0;
    }

    /**
     * Writes the headers of segment {@code index}, all but the transport checksum.
     *
     * @param payloadBefore payload bytes in the segments before it
     */
    void write(
            MemorySegment packet,
            int at,
            int length,
            int index,
            int payloadBefore,
            boolean isLast) {
        if (index > 0) {
            MemorySegment.copy(header, 0, packet, at, bytes);
        }
        if (ipv4) {
            writeIpv4(packet, at, length, index);
        } else {
            put16(packet, at + IpPacket.IPV6_PAYLOAD_LENGTH, length - IpPacket.IPV6_HEADER_BYTES);
        }
        int transport = at + transportOffset;
        if (tcp) {
            put32(packet, transport + TCP_SEQUENCE, firstSequence + payloadBefore);
            int ofThis = isLast ? flags : flags & ~FIN_PSH;
            put8(packet, transport + TCP_FLAGS, index > 0 ? ofThis & ~CWR : ofThis);
        } else {
            put16(packet, transport + UDP_LENGTH, length - transportOffset);
        }
    }

    private void writeIpv4(MemorySegment packet, int at, int length, int index) {
        int id = firstId + index & 0xFFFF;
        put32(packet, at + IpPacket.IPV4_TOTAL_LENGTH, length << 16 | id);
        int sum = Checksum.fold((long) ipv4Sum + length + id);
        put16(packet, at + IpPacket.IPV4_CHECKSUM, Checksum.finish(sum));
    }

    /**
     * Writes the transport checksum, or only the sum of the pseudo header. What stands in its place
     * may be anything.
     */
    void finish(MemorySegment packet, int at, int length, boolean partial) {
        put16(packet, at + transportOffset + (tcp ? TCP_CHECKSUM : UDP_CHECKSUM), 0);
        finishZeroed(packet, at, length, partial);
    }

    /** As {@link #finish}, for a segment whose checksum field is zero, as {@link #write} leaves it. */
    void finishZeroed(MemorySegment packet, int at, int length, boolean partial) {
        int transportLength = length - transportOffset;
        int pseudo = Checksum.fold(pseudoSum + transportLength);
        int value = pseudo;
        if (!partial) {
            int sum =
                    Checksum.add(
                            pseudo, Checksum.sum(packet, at + transportOffset, transportLength));
            value = Checksum.finish(sum);
            value = value == 0 && !tcp ? 0xFFFF : value;
        }
        put16(packet, at + transportOffset + (tcp ? TCP_CHECKSUM : UDP_CHECKSUM), value);
    }
}
