package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.BigEndian.i32;
import static dev.asterism.overlay.packet.BigEndian.i64;
import static dev.asterism.overlay.packet.BigEndian.put16;
import static dev.asterism.overlay.packet.BigEndian.put8;
import static dev.asterism.overlay.packet.BigEndian.u16;
import static dev.asterism.overlay.packet.BigEndian.u8;

import dev.asterism.overlay.io.PacketBatch;
import java.lang.foreign.MemorySegment;

/**
 * Packets of one flow growing into one; the rules are those of the kernel's GRO. Begins as an ordinary packet and stays one, untouched,
 * if nothing joins it. Belongs to a {@link Coalescer}.
 */
final class SuperPacket {

    /** As large as an IPv4 packet gets, less some room. */
    static final int MAX_BYTES = 65_000;

    private static final int MAX_UDP_SEGMENTS = 64;
    private static final int MIN_TCP_BYTES = 20;
    private static final int UDP_BYTES = 8;
    private static final int DATA_OFFSET = 12;
    private static final int FLAGS = 13;
    private static final int WINDOW = 14;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_CHECKSUM = 6;
    private static final int ACK = 0x10;
    private static final int PSH = 0x08;

    private final MemorySegment slab;
    private int at;
    private int limit;
    private int length;
    private int headerBytes;
    private int segmentSize;
    private int segments;
    private int nextSequence;
    private boolean partial;
    private boolean verified;
    private boolean full;
    private boolean pushed;

    SuperPacket(MemorySegment slab) {
        this.slab = slab;
    }

    /**
     * Bytes in front of the payload of a packet that may be merged with others, else 0: TCP data with no flag but ACK
     * and PSH, or UDP data; no IP options or extension headers, no fragment, lengths all in accord, not longer than a
     * super-packet may be.
     */
    static int mergeableHeader(MemorySegment slab, int at, int length, boolean mergesUdp) {
        boolean ipv4 = IpPacket.version(slab, at) == 4;
        int ip = ipv4 ? IpPacket.IPV4_HEADER_BYTES : IpPacket.IPV6_HEADER_BYTES;
        if (length <= ip + UDP_BYTES
                || length > MAX_BYTES
                || IpPacket.declaredLength(slab, at) != length) {
            return 0;
        }
        if (ipv4 && (u8(slab, at) != 0x45 || (u16(slab, at + 6) & 0xBFFF) != 0)) {
            return 0;
        }
        int protocol = u8(slab, at + (ipv4 ? IpPacket.IPV4_PROTOCOL : IpPacket.IPV6_NEXT_HEADER));
        if (protocol == IpPacket.PROTOCOL_UDP) {
            boolean summed = u16(slab, at + ip + UDP_CHECKSUM) != 0;
            return mergesUdp && summed && u16(slab, at + ip + 4) == length - ip
                    ? ip + UDP_BYTES
                    : 0;
        }
        if (protocol != IpPacket.PROTOCOL_TCP || length <= ip + MIN_TCP_BYTES) {
            return 0;
        }
        int tcp = (u8(slab, at + ip + DATA_OFFSET) >>> 4) * 4;
        boolean plain = (u16(slab, at + ip + DATA_OFFSET) & 0x0FFF & ~PSH) == ACK;
        return plain && tcp >= MIN_TCP_BYTES && length > ip + tcp ? ip + tcp : 0;
    }

    /** Takes the packet at {@code packetAt} for its first segment; room ends at {@code roomEnd}. */
    void begin(
            int packetAt,
            int roomEnd,
            int packetLength,
            int packetHeaderBytes,
            boolean packetPartial) {
        at = packetAt;
        limit = Math.min(roomEnd, packetAt + MAX_BYTES);
        length = packetLength;
        headerBytes = packetHeaderBytes;
        segmentSize = packetLength - packetHeaderBytes;
        segments = 1;
        partial = packetPartial;
        verified = packetPartial;
        full = false;
        pushed = false;
        if (isTcp()) {
            nextSequence = i32(slab, upper(at) + 4) + segmentSize;
            notePush(at);
        }
    }

    int end() {
        return at + length;
    }

    int headerBytes() {
        return headerBytes;
    }

    /** Nothing can join any more. */
    boolean isFull() {
        return full;
    }

    /** Where its room ends. */
    int roomEnd() {
        return limit;
    }

    /** Whether a packet may stand with its header over the end of the payload, and its own header stay whole. */
    boolean canBeWrittenBehind(int lengthBytes) {
        return length >= 2 * headerBytes && end() + lengthBytes <= limit;
    }

    /** Whether a mergeable packet is of this flow. */
    boolean isOfFlow(int packetAt) {
        int protocol = isIpv4() ? IpPacket.IPV4_PROTOCOL : IpPacket.IPV6_NEXT_HEADER;
        return IpPacket.version(slab, packetAt) == IpPacket.version(slab, at)
                && i32(slab, upper(packetAt)) == i32(slab, upper(at))
                && u8(slab, packetAt + protocol) == u8(slab, at + protocol)
                && sameAddresses(packetAt);
    }

    /** Whether a packet, mergeable or not, is of this flow, so that it must not overtake it. */
    boolean sharesFlow(int packetAt, int packetLength) {
        if (IpPacket.version(slab, packetAt) != IpPacket.version(slab, at)
                || !sameAddresses(packetAt)) {
            return false;
        }
        int offset = IpPacket.upperOffset(slab, packetAt, packetLength);
        if (offset < 0 || packetLength < offset + 4) {
            return true;
        }
        int protocol = IpPacket.upperProtocol(slab, packetAt, packetLength);
        return protocol == (isTcp() ? IpPacket.PROTOCOL_TCP : IpPacket.PROTOCOL_UDP)
                && i32(slab, packetAt + offset) == i32(slab, upper(at));
    }

    private boolean sameAddresses(int packetAt) {
        if (isIpv4()) {
            return i64(slab, packetAt + IpPacket.IPV4_SOURCE)
                    == i64(slab, at + IpPacket.IPV4_SOURCE);
        }
        for (int word = IpPacket.IPV6_SOURCE; word < IpPacket.IPV6_HEADER_BYTES; word += 8) {
            if (i64(slab, packetAt + word) != i64(slab, at + word)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a mergeable packet of this flow continues it. The checksum of every segment is checked before it joins, as
     * the whole is handed over with a checksum that vouches for it; a partial one is vouched for by the cipher alone.
     */
    boolean continuesWith(
            int packetAt, int packetLength, int packetHeaderBytes, boolean packetPartial) {
        int payload = packetLength - packetHeaderBytes;
        boolean fits =
                !full
                        && packetHeaderBytes == headerBytes
                        && payload <= segmentSize
                        && end() + payload <= limit
                        && sameIpHeader(packetAt)
                        && (isTcp() ? continuesTcp(packetAt) : segments < MAX_UDP_SEGMENTS);
        return fits
                && verifiesItself()
                && (packetPartial || verifies(slab, packetAt, packetLength));
    }

    /**
     * Checks the first segment once, and only when another is about to join. If its checksum is wrong nothing may. Not to be called first
     * while a packet stands over the end of the payload.
     */
    boolean verifiesItself() {
        if (!verified && !full) {
            verified = verifies(slab, at, length);
            full = !verified;
        }
        return verified;
    }

    private boolean sameIpHeader(int packetAt) {
        return isIpv4()
                ? u16(slab, packetAt) == u16(slab, at)
                        && u16(slab, packetAt + IpPacket.IPV4_FRAGMENT)
                                == u16(slab, at + IpPacket.IPV4_FRAGMENT)
                        && u16(slab, packetAt + IpPacket.IPV4_TTL)
                                == u16(slab, at + IpPacket.IPV4_TTL)
                : i32(slab, packetAt) == i32(slab, at)
                        && u16(slab, packetAt + IpPacket.IPV6_NEXT_HEADER)
                                == u16(slab, at + IpPacket.IPV6_NEXT_HEADER);
    }

    private boolean continuesTcp(int packetAt) {
        int theirs = upper(packetAt);
        int ours = upper(at);
        if (i32(slab, theirs + 4) != nextSequence
                || i32(slab, theirs + 8) != i32(slab, ours + 8)
                || u8(slab, theirs + DATA_OFFSET) != u8(slab, ours + DATA_OFFSET)
                || u16(slab, theirs + WINDOW) != u16(slab, ours + WINDOW)
                || u16(slab, theirs + 18) != u16(slab, ours + 18)) {
            return false;
        }
        for (int option = MIN_TCP_BYTES; option < headerBytes - (ours - at); option += 4) {
            if (i32(slab, theirs + option) != i32(slab, ours + option)) {
                return false;
            }
        }
        return true;
    }

    private static boolean verifies(MemorySegment slab, int at, int length) {
        boolean ipv4 = IpPacket.version(slab, at) == 4;
        int ip = ipv4 ? IpPacket.IPV4_HEADER_BYTES : IpPacket.IPV6_HEADER_BYTES;
        if (ipv4 && !Checksum.verifies(Checksum.sum(slab, at, ip))) {
            return false;
        }
        int protocol = u8(slab, at + (ipv4 ? IpPacket.IPV4_PROTOCOL : IpPacket.IPV6_NEXT_HEADER));
        int upperLength = length - ip;
        return Checksum.verifies(
                Checksum.add(
                        Checksum.pseudoHeader(slab, at, protocol, upperLength),
                        Checksum.sum(slab, at + ip, upperLength)));
    }

    /** Notes what the header of a joining packet says; call before its payload takes its place. */
    void join(int packetAt, int packetLength) {
        int payload = packetLength - headerBytes;
        if (isTcp()) {
            nextSequence += payload;
            notePush(packetAt);
        }
        full |= payload < segmentSize;
        length += payload;
        segments++;
    }

    private void notePush(int packetAt) {
        if ((u8(slab, upper(packetAt) + FLAGS) & PSH) != 0) {
            pushed = true;
            full = true;
        }
    }

    /** Puts the headers of the whole in order and hands it over. */
    void appendTo(PacketBatch batch) {
        if (segments == 1) {
            batch.append(at, length, 0, partial);
            return;
        }
        if (isIpv4()) {
            put16(slab, at + IpPacket.IPV4_TOTAL_LENGTH, length);
            put16(slab, at + IpPacket.IPV4_CHECKSUM, 0);
            int sum = Checksum.sum(slab, at, IpPacket.IPV4_HEADER_BYTES);
            put16(slab, at + IpPacket.IPV4_CHECKSUM, Checksum.finish(sum));
        } else {
            put16(slab, at + IpPacket.IPV6_PAYLOAD_LENGTH, length - IpPacket.IPV6_HEADER_BYTES);
        }
        int upper = upper(at);
        int upperLength = length - (upper - at);
        int protocol = isTcp() ? IpPacket.PROTOCOL_TCP : IpPacket.PROTOCOL_UDP;
        if (isTcp()) {
            put8(slab, upper + FLAGS, pushed ? ACK | PSH : ACK);
        } else {
            put16(slab, upper + 4, upperLength);
        }
        put16(
                slab,
                upper + (isTcp() ? TCP_CHECKSUM : UDP_CHECKSUM),
                Checksum.pseudoHeader(slab, at, protocol, upperLength));
        batch.append(at, length, segmentSize, true);
    }

    private boolean isIpv4() {
        return IpPacket.version(slab, at) == 4;
    }

    private boolean isTcp() {
        int field = isIpv4() ? IpPacket.IPV4_PROTOCOL : IpPacket.IPV6_NEXT_HEADER;
        return u8(slab, at + field) == IpPacket.PROTOCOL_TCP;
    }

    private int upper(int packetAt) {
        return packetAt + (isIpv4() ? IpPacket.IPV4_HEADER_BYTES : IpPacket.IPV6_HEADER_BYTES);
    }
}
