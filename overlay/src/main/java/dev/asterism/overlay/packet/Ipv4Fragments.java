package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.BigEndian.put16;
import static dev.asterism.overlay.packet.BigEndian.u16;
import static dev.asterism.overlay.packet.BigEndian.u8;

import java.lang.foreign.MemorySegment;

/**
 * Cuts an IPv4 packet into fragments (RFC 791) where it lies: each fragment's header is written in
 * front of its payload, over the tail of the one before, which the caller must have sealed or copied
 * by then. A packet that is a fragment itself may be cut further.
 *
 * <p>Used as {@code if (cursor.start(…)) while (cursor.next()) send(cursor.at(), cursor.length())}.
 * Belongs to one lane; allocates nothing.
 */
public final class Ipv4Fragments {

    private static final int MORE = 0x2000;
    private static final int OFFSET = 0x1FFF;
    private static final int UNIT = 8;

    private final MemorySegment header =
            MemorySegment.ofArray(new byte[IpPacket.IPV4_HEADER_BYTES]);
    private MemorySegment packet = MemorySegment.NULL;
    private long start;
    private int total;
    private int payloadBytes;
    private int firstOffset;
    private boolean moreBehind;
    private int consumed;
    private long at;
    private int length;

    /**
     * Begins with a packet whose checksums are finished. False, and nothing is written, when it must
     * not be cut, or has options: which of them go into which fragment differs from one to the next.
     */
    public boolean start(MemorySegment slab, long packetAt, int packetLength, int mostBytes) {
        packet = slab;
        start = packetAt;
        total = packetLength;
        consumed = IpPacket.IPV4_HEADER_BYTES;
        payloadBytes = (mostBytes - IpPacket.IPV4_HEADER_BYTES) / UNIT * UNIT;
        if (!TooBigPacket.mayFragment(slab, packetAt)
                || (u8(slab, packetAt) & 0xF) * 4 != IpPacket.IPV4_HEADER_BYTES
                || payloadBytes <= 0) {
            return false;
        }
        int fragment = u16(slab, packetAt + IpPacket.IPV4_FRAGMENT);
        firstOffset = fragment & OFFSET;
        moreBehind = (fragment & MORE) != 0;
        MemorySegment.copy(slab, packetAt, header, 0, IpPacket.IPV4_HEADER_BYTES);
        put16(header, IpPacket.IPV4_CHECKSUM, 0);
        return true;
    }

    /** Makes the next fragment; false when there is none. */
    public boolean next() {
        if (consumed == total) {
            return false;
        }
        int payload = Math.min(payloadBytes, total - consumed);
        int before = consumed - IpPacket.IPV4_HEADER_BYTES;
        at = start + before;
        length = IpPacket.IPV4_HEADER_BYTES + payload;
        consumed += payload;
        boolean more = consumed < total || moreBehind;
        put16(header, IpPacket.IPV4_TOTAL_LENGTH, length);
        put16(header, IpPacket.IPV4_FRAGMENT, firstOffset + before / UNIT | (more ? MORE : 0));
        MemorySegment.copy(header, 0, packet, at, IpPacket.IPV4_HEADER_BYTES);
        int sum = Checksum.sum(packet, at, IpPacket.IPV4_HEADER_BYTES);
        put16(packet, at + IpPacket.IPV4_CHECKSUM, Checksum.finish(sum));
        return true;
    }

    /** Where the fragment's IP header begins. */
    public long at() {
        return at;
    }

    /** Bytes of the fragment, header included. */
    public int length() {
        return length;
    }
}
