package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.BigEndian.i32;
import static dev.asterism.overlay.packet.BigEndian.put16;
import static dev.asterism.overlay.packet.BigEndian.put32;
import static dev.asterism.overlay.packet.BigEndian.put8;
import static dev.asterism.overlay.packet.BigEndian.u16;
import static dev.asterism.overlay.packet.BigEndian.u8;

import java.lang.foreign.MemorySegment;

/**
 * Cuts what the host's stack hands over (a TCP or UDP super-packet, or a packet with half a checksum) into packets fit for the wire,
 * where they lie: each segment's header is written in front of its payload, over the tail of the segment before,
 * which the caller must have sealed or copied by then. No payload is moved.
 *
 * <p>Used as {@code if (cursor.start(…)) while (cursor.next()) send(cursor.at(), cursor.length())}. Belongs to one lane;
 * allocates nothing.
 */
public final class SegmentCursor {

    private static final int MAX_HEADER_BYTES = 256;

    private static final int TCP_SEQUENCE = 4;
    private static final int TCP_DATA_OFFSET = 12;
    private static final int TCP_FLAGS = 13;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_LENGTH = 4;
    private static final int UDP_CHECKSUM = 6;
    private static final int UDP_HEADER_BYTES = 8;
    private static final int TCP_HEADER_BYTES = 20;

    private static final int FIN_PSH = 0x09;
    private static final int CWR = 0x80;

    private final MemorySegment header = MemorySegment.ofArray(new byte[MAX_HEADER_BYTES]);
    private MemorySegment packet = MemorySegment.NULL;
    private int start;
    private int total;
    private int segmentSize;
    private int headerBytes;
    private int upperOffset;
    private int protocol;
    private boolean ipv4;
    private int firstId;
    private int firstSequence;
    private int flags;
    private boolean sums;
    private int index;
    private int consumed;
    private int at;
    private int length;

    /**
     * Begins with a packet as {@link dev.asterism.overlay.io.PacketBatch} describes it. Returns false when it is a
     * super-packet that cannot be cut; nothing is written then.
     *
     * @param segmentSizeBytes payload bytes per segment, or 0 for one packet
     * @param checksumPartial whether the upper checksum is still to be finished
     */
    public boolean start(
            MemorySegment slab,
            int packetAt,
            int packetLength,
            int segmentSizeBytes,
            boolean checksumPartial) {
        packet = slab;
        start = packetAt;
        total = packetLength;
        segmentSize = segmentSizeBytes;
        sums = checksumPartial || segmentSizeBytes > 0;
        index = 0;
        consumed = 0;
        length = 0;
        headerBytes = 0;
        if (!sums) {
            return true;
        }
        upperOffset = IpPacket.upperOffset(slab, packetAt, packetLength);
        protocol = IpPacket.upperProtocol(slab, packetAt, packetLength);
        headerBytes = headerBytes();
        sums = headerBytes > 0;
        if (segmentSize == 0) {
            return true;
        }
        if (!sums) {
            return false;
        }
        remember();
        return true;
    }

    /** What segments need of the first header, which the first of them has to overwrite in part. */
    private void remember() {
        MemorySegment.copy(packet, start, header, 0, headerBytes);
        ipv4 = IpPacket.version(packet, start) == 4;
        firstId = ipv4 ? u16(packet, start + IpPacket.IPV4_ID) : 0;
        if (protocol == IpPacket.PROTOCOL_TCP) {
            firstSequence = i32(packet, start + upperOffset + TCP_SEQUENCE);
            flags = u8(packet, start + upperOffset + TCP_FLAGS);
        }
    }

    /** Bytes in front of the payload, or 0 when this is not something whose checksum is known here. */
    private int headerBytes() {
        if (upperOffset < 0) {
            return 0;
        }
        int rest = total - upperOffset;
        int upperBytes =
                switch (protocol) {
                    case IpPacket.PROTOCOL_TCP ->
                            rest < TCP_HEADER_BYTES
                                    ? 0
                                    : (u8(packet, start + upperOffset + TCP_DATA_OFFSET) >>> 4) * 4;
                    case IpPacket.PROTOCOL_UDP -> UDP_HEADER_BYTES;
                    default -> 0;
                };
        boolean whole =
                upperBytes >= (protocol == IpPacket.PROTOCOL_TCP ? TCP_HEADER_BYTES : 1)
                        && upperBytes <= rest
                        && upperOffset + upperBytes <= MAX_HEADER_BYTES;
        return whole ? upperOffset + upperBytes : 0;
    }

    /** Makes the next segment; false when there is none. */
    public boolean next() {
        if (consumed == total) {
            return false;
        }
        if (segmentSize == 0) {
            at = start;
            length = total;
            consumed = total;
            if (sums) {
                putUpperChecksum();
            }
            return true;
        }
        int payloadAt = index == 0 ? headerBytes : consumed;
        int payload = Math.min(segmentSize, total - payloadAt);
        at = start + payloadAt - headerBytes;
        length = headerBytes + payload;
        consumed = payloadAt + payload;
        if (index > 0) {
            MemorySegment.copy(header, 0, packet, at, headerBytes);
        }
        patchIp();
        if (protocol == IpPacket.PROTOCOL_TCP) {
            patchTcp(payloadAt - headerBytes);
        } else {
            put16(packet, at + upperOffset + UDP_LENGTH, UDP_HEADER_BYTES + payload);
        }
        putUpperChecksum();
        index++;
        return true;
    }

    private void patchIp() {
        if (!ipv4) {
            put16(packet, at + IpPacket.IPV6_PAYLOAD_LENGTH, length - IpPacket.IPV6_HEADER_BYTES);
            return;
        }
        put16(packet, at + IpPacket.IPV4_TOTAL_LENGTH, length);
        put16(packet, at + IpPacket.IPV4_ID, firstId + index);
        put16(packet, at + IpPacket.IPV4_CHECKSUM, 0);
        int sum = Checksum.sum(packet, at, (u8(packet, at) & 0xF) * 4);
        put16(packet, at + IpPacket.IPV4_CHECKSUM, Checksum.finish(sum));
    }

    private void patchTcp(int payloadBefore) {
        int tcp = at + upperOffset;
        put32(packet, tcp + TCP_SEQUENCE, firstSequence + payloadBefore);
        int ofThis = consumed < total ? flags & ~FIN_PSH : flags;
        put8(packet, tcp + TCP_FLAGS, index > 0 ? ofThis & ~CWR : ofThis);
    }

    private void putUpperChecksum() {
        int field = protocol == IpPacket.PROTOCOL_TCP ? TCP_CHECKSUM : UDP_CHECKSUM;
        int checksum = Checksum.upper(packet, at, upperOffset, length, protocol, field);
        boolean udpZero = checksum == 0 && protocol == IpPacket.PROTOCOL_UDP;
        put16(packet, at + upperOffset + field, udpZero ? 0xFFFF : checksum);
    }

    /** Where the segment's IP header begins. */
    public int at() {
        return at;
    }

    /** Bytes of the segment, headers included. */
    public int length() {
        return length;
    }
}
