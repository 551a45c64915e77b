package dev.asterism.tun.udp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** cmsghdr: length u64, level s32, type s32, data at 16; the next one at the length rounded up to 8. */
final class ControlMessage {

    static final int SOL_UDP = 17;
    static final int UDP_SEGMENT = 103;
    static final int UDP_GRO = 104;

    /** One message with a u16 segment size, padded. */
    static final int SEGMENT_SPACE = 24;

    /** Room on receive: UDP_GRO and what else an option may add. */
    static final int RECEIVE_SPACE = 64;

    private static final int HEADER_BYTES = 16;

    private ControlMessage() {}

    static void writeSegment(MemorySegment memory, long at) {
        memory.set(ValueLayout.JAVA_LONG, at, HEADER_BYTES + 2);
        memory.set(ValueLayout.JAVA_INT, at + 8, SOL_UDP);
        memory.set(ValueLayout.JAVA_INT, at + 12, UDP_SEGMENT);
    }

    static void segment(MemorySegment memory, long at, int sizeBytes) {
        memory.set(ValueLayout.JAVA_SHORT, at + HEADER_BYTES, (short) sizeBytes);
    }

    /** The size of the datagrams in a GRO batch, 0 when the kernel says nothing about it. */
    static int coalescedSize(MemorySegment memory, long at, long controlBytes) {
        long position = 0;
        while (position + HEADER_BYTES + 4 <= controlBytes) {
            long here = at + position;
            long length = memory.get(ValueLayout.JAVA_LONG, here);
            if (length < HEADER_BYTES || length > controlBytes - position) {
                return 0;
            }
            if (memory.get(ValueLayout.JAVA_INT, here + 8) == SOL_UDP
                    && memory.get(ValueLayout.JAVA_INT, here + 12) == UDP_GRO
                    && length >= HEADER_BYTES + 4) {
                return Math.max(0, memory.get(ValueLayout.JAVA_INT, here + HEADER_BYTES));
            }
            position += length + 7 & ~7L;
        }
        return 0;
    }
}
