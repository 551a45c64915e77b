package dev.asterism.overlay.packet.gso;

import java.lang.foreign.MemorySegment;

/**
 * Cuts what the host's stack hands over (a TCP or UDP super-packet, or a packet with half a
 * checksum) into packets fit for the wire, where they lie: each segment's header is written in
 * front of its payload, over the tail of the segment before, which the caller must have sealed or
 * copied by then. No payload is moved.
 *
 * <p>Used as {@code if (cursor.start(…)) while (cursor.next()) send(cursor.at(), cursor.length())}.
 * Belongs to one lane; allocates nothing.
 */
public final class GsoSegmenter {

    private final SegmentTemplate template = new SegmentTemplate();
    private MemorySegment packet = MemorySegment.NULL;
    private int start;
    private int total;
    private int segmentSize;
    private boolean sums;
    private boolean partial;
    private int index;
    private int consumed;
    private int at;
    private int length;

    /**
     * Begins with a packet as {@link dev.asterism.overlay.io.PacketBatch} describes it. Returns false when it is a
     * super-packet that cannot be cut; nothing is written then.
     *
     * @param segmentSizeBytes payload bytes per segment, or 0 for one packet
     * @param unfinished whether the transport checksum is still to be finished
     * @param leavePartial whether the receiver of the segments finishes checksums: they then hold
     *     the pseudo header's sum only, and the payload is not read at all
     */
    public boolean start(
            MemorySegment slab,
            int packetAt,
            int packetLength,
            int segmentSizeBytes,
            boolean unfinished,
            boolean leavePartial) {
        packet = slab;
        start = packetAt;
        total = packetLength;
        segmentSize = segmentSizeBytes;
        index = 0;
        consumed = 0;
        length = 0;
        sums = (unfinished || segmentSizeBytes > 0) && template.read(slab, packetAt, packetLength);
        partial = sums && leavePartial && template.mayStayPartial(slab, packetAt);
        if (segmentSize == 0) {
            return true;
        }
        if (sums) {
            template.remember(slab, packetAt);
        }
        return sums;
    }

    /** Bytes of the largest packet that is to come, headers included. */
    public int largest() {
        return segmentSize == 0 ? total : Math.min(total, template.bytes() + segmentSize);
    }

    /**
     * Between {@link #start} and the first {@link #next}: makes no packet larger than so many bytes.
     * False, and nothing has changed, when the payload cannot be cut there; only TCP's can.
     *
     * @param leavePartial as for {@link #start}
     */
    public boolean shrink(int packetBytes, boolean leavePartial) {
        boolean known = sums || template.read(packet, start, total);
        if (!known
                || !template.mayCutAnywhere(packet, start)
                || packetBytes <= template.bytes()
                || total <= template.bytes()) {
            return false;
        }
        if (segmentSize == 0) {
            sums = true;
            partial = leavePartial;
            template.remember(packet, start);
        }
        segmentSize = packetBytes - template.bytes();
        return true;
    }

    /** Between {@link #start} and the first {@link #next}: no checksum is left to the receiver after all. */
    public void finishChecksums() {
        partial = false;
    }

    /** Makes the next segment; false when there is none. */
    public boolean next() {
        if (consumed == total) {
            return false;
        }
        if (segmentSize > 0) {
            cut();
            template.finishZeroed(packet, at, length, partial);
            return true;
        }
        at = start;
        length = total;
        consumed = total;
        if (sums) {
            template.finish(packet, at, length, partial);
        }
        return true;
    }

    private void cut() {
        int headerBytes = template.bytes();
        int payloadAt = index == 0 ? headerBytes : consumed;
        int payload = Math.min(segmentSize, total - payloadAt);
        at = start + payloadAt - headerBytes;
        length = headerBytes + payload;
        consumed = payloadAt + payload;
        template.write(packet, at, length, index, payloadAt - headerBytes, consumed == total);
        index++;
    }

    /** Where the segment's IP header begins. */
    public int at() {
        return at;
    }

    /** True when the segment's transport checksum field holds the sum of its pseudo header only. */
    public boolean checksumPartial() {
        return partial;
    }

    /** Bytes of the segment, headers included. */
    public int length() {
        return length;
    }
}
