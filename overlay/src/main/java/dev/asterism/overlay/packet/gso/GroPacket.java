package dev.asterism.overlay.packet.gso;

import static dev.asterism.overlay.packet.BigEndian.i32;
import static dev.asterism.overlay.packet.BigEndian.i64;
import static dev.asterism.overlay.packet.BigEndian.put16;
import static dev.asterism.overlay.packet.BigEndian.put8;
import static dev.asterism.overlay.packet.TransportHeader.ACK;
import static dev.asterism.overlay.packet.TransportHeader.PSH;
import static dev.asterism.overlay.packet.TransportHeader.TCP_CHECKSUM;
import static dev.asterism.overlay.packet.TransportHeader.TCP_FLAGS;
import static dev.asterism.overlay.packet.TransportHeader.TCP_HEADER_BYTES;
import static dev.asterism.overlay.packet.TransportHeader.UDP_CHECKSUM;

import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.packet.Checksum;
import dev.asterism.overlay.packet.IpPacket;
import java.lang.foreign.MemorySegment;

/**
 * Packets of one flow growing into one; the rules are those of the kernel's GRO. Begins as an
 * ordinary packet and stays one, untouched, if nothing joins it. Belongs to a {@link Coalescer}.
 */
final class GroPacket {

    /** As large as an IPv4 packet gets, less some room. */
    static final int MAX_BYTES = 65_000;

    private static final int MAX_UDP_SEGMENTS = 64;

    private final MemorySegment slab;
    private final GroCandidate first = new GroCandidate();
    private int at;
    private int limit;
    private int length;
    private int segments;
    private int nextSequence;
    private boolean partial;
    private boolean verified;
    private boolean full;
    private boolean pushed;

    GroPacket(MemorySegment slab) {
        this.slab = slab;
    }

    /** Takes the packet at {@code packetAt} for its first segment; room ends at {@code roomEnd}. */
    void begin(int packetAt, int roomEnd, GroCandidate candidate, boolean packetPartial) {
        first.copy(candidate);
        at = packetAt;
        limit = Math.min(roomEnd, packetAt + MAX_BYTES);
        length = candidate.headerBytes + candidate.payloadBytes;
        segments = 1;
        nextSequence = candidate.sequence + candidate.payloadBytes;
        partial = packetPartial;
        verified = packetPartial;
        full = candidate.push;
        pushed = candidate.push;
    }

    int end() {
        return at + length;
    }

    int headerBytes() {
        return first.headerBytes;
    }

    /** Nothing can join any more. */
    boolean isFull() {
        return full;
    }

    /** Where its room ends. */
    int roomEnd() {
        return limit;
    }

    /**
     * Whether the next packet can be decrypted so that its header overlaps the payload's tail
     * without destroying it.
     */
    boolean canBeWrittenBehind(int lengthBytes) {
        return length >= 2 * first.headerBytes && end() + lengthBytes <= limit;
    }

    /** Whether a mergeable packet is of this flow. */
    boolean isOfFlow(GroCandidate candidate) {
        return first.isOfFlow(candidate);
    }

    /** Whether a packet, mergeable or not, is of this flow, so that it must not overtake it. */
    boolean sharesFlow(int packetAt, int packetLength) {
        if ((IpPacket.version(slab, packetAt) == 4) != first.ipv4 || !sameAddresses(packetAt)) {
            return false;
        }
        int offset = IpPacket.transportOffset(slab, packetAt, packetLength);
        if (offset < 0 || packetLength < offset + 4) {
            return true;
        }
        int protocol = IpPacket.transportProtocol(slab, packetAt, packetLength);
        return protocol == (first.tcp ? IpPacket.PROTOCOL_TCP : IpPacket.PROTOCOL_UDP)
                && i32(slab, packetAt + offset) == i32(slab, at + transportOffset());
    }

    private boolean sameAddresses(int packetAt) {
        if (first.ipv4) {
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
     * Whether a mergeable packet of this flow, which stands at {@code packetAt}, continues it. The
     * checksum of every segment is checked before it joins, as the whole is handed over with a
     * checksum that vouches for it; a partial one is vouched for by the cipher alone.
     */
    boolean continuesWith(GroCandidate candidate, int packetAt, boolean packetPartial) {
        boolean fits =
                !full
                        && candidate.payloadBytes <= first.payloadBytes
                        && end() + candidate.payloadBytes <= limit
                        && first.isShapedAs(candidate)
                        && (first.tcp
                                ? candidate.sequence == nextSequence && sameOptions(packetAt)
                                : segments < MAX_UDP_SEGMENTS);
        return fits && verifiesItself() && (packetPartial || candidate.verifies(slab, packetAt));
    }

    private boolean sameOptions(int packetAt) {
        int option = transportOffset() + TCP_HEADER_BYTES;
        for (; option <= first.headerBytes - 8; option += 8) {
            if (i64(slab, packetAt + option) != i64(slab, at + option)) {
                return false;
            }
        }
        return option == first.headerBytes
                || i32(slab, packetAt + option) == i32(slab, at + option);
    }

    /**
     * Checks the first segment once, and only when another is about to join. If its checksum is
     * wrong nothing may. Not to be called first while a packet stands over the end of the payload.
     */
    boolean verifiesItself() {
        if (!verified && !full) {
            verified = first.verifies(slab, at);
            full = !verified;
        }
        return verified;
    }

    /** Notes what the header of a joining packet says. */
    void join(GroCandidate candidate) {
        nextSequence += candidate.payloadBytes;
        full = candidate.push || candidate.payloadBytes < first.payloadBytes;
        pushed = candidate.push;
        length += candidate.payloadBytes;
        segments++;
    }

    /** Puts the headers of the whole in order and hands it over. */
    void appendTo(PacketBatch batch) {
        if (segments == 1) {
            batch.append(at, length, 0, partial);
            return;
        }
        if (first.ipv4) {
            put16(slab, at + IpPacket.IPV4_TOTAL_LENGTH, length);
            put16(slab, at + IpPacket.IPV4_CHECKSUM, 0);
            int sum = Checksum.sum(slab, at, IpPacket.IPV4_HEADER_BYTES);
            put16(slab, at + IpPacket.IPV4_CHECKSUM, Checksum.finish(sum));
        } else {
            put16(slab, at + IpPacket.IPV6_PAYLOAD_LENGTH, length - IpPacket.IPV6_HEADER_BYTES);
        }
        int transport = at + transportOffset();
        int transportLength = length - transportOffset();
        int protocol = first.tcp ? IpPacket.PROTOCOL_TCP : IpPacket.PROTOCOL_UDP;
        if (first.tcp) {
            put8(slab, transport + TCP_FLAGS, pushed ? ACK | PSH : ACK);
        } else {
            put16(slab, transport + 4, transportLength);
        }
        put16(
                slab,
                transport + (first.tcp ? TCP_CHECKSUM : UDP_CHECKSUM),
                Checksum.pseudoHeader(slab, at, protocol, transportLength));
        batch.append(at, length, first.payloadBytes, true);
    }

    private int transportOffset() {
        return first.ipv4 ? IpPacket.IPV4_HEADER_BYTES : IpPacket.IPV6_HEADER_BYTES;
    }
}
