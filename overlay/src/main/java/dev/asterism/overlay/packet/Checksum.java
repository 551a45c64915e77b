package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.BigEndian.u16;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The Internet checksum (RFC 1071, RFC 1624). A "sum" is a folded 16-bit one's complement sum in network
 * sense, not yet inverted; sums of neighbouring even-length areas add up with {@link #add}. Allocates nothing.
 */
public final class Checksum {

    // Little-endian whatever the platform: the sum does not mind the order (RFC 1071 2B) and it is
    // swapped once.
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long LOW_32 = 0xFFFF_FFFFL;

    private Checksum() {}

    /** Sum over {@code length} bytes; an odd last byte counts as if a zero followed. */
    public static int sum(MemorySegment segment, long at, int length) {
        // One plain loop over 32-bit words: no carry to catch in a 64-bit sum, and the one
        // shape that the JIT compiler turns into vector instructions (2.5 times as fast as four
        // chains unrolled by hand). It must stay the only loop. A second one, for the last
        // bytes, seldom turns and fails the compiler's check of its limit; HotSpot notes that
        // for the whole method and compiles it again without any counted loop, so without
        // vectors (HotLoopTrapsTest).
        long a = 0;
        int i = 0;
        for (; i <= length - 4; i += 4) {
            a += segment.get(INT, at + i) & LOW_32;
        }
        if (i <= length - 2) {
            a += segment.get(SHORT, at + i) & 0xFFFFL;
            i += 2;
        }
        if (i < length) {
            a += segment.get(ValueLayout.JAVA_BYTE, at + i) & 0xFFL;
        }
        int folded = fold(a);
        return (folded & 0xFF) << 8 | folded >>> 8;
    }

    /** Folds a sum of 16-bit words, whatever it has grown to, into 16 bits. */
    public static int fold(long sum) {
        long s = (sum & LOW_32) + (sum >>> 32);
        s = (s & 0xFFFF) + (s >>> 16);
        s = (s & 0xFFFF) + (s >>> 16);
        s = (s & 0xFFFF) + (s >>> 16);
        return (int) s;
    }

    public static int add(int sum, int other) {
        int s = sum + other;
        return (s & 0xFFFF) + (s >>> 16);
    }

    /** What goes into the header field. */
    public static int finish(int sum) {
        return ~sum & 0xFFFF;
    }

    /** Sum of the pseudo header of the packet at {@code at}: both addresses, protocol, transport length. */
    public static int pseudoHeader(
            MemorySegment packet, long at, int protocol, int transportLength) {
        int addresses =
                IpPacket.version(packet, at) == 4
                        ? sum(packet, at + IpPacket.IPV4_SOURCE, 8)
                        : sum(packet, at + IpPacket.IPV6_SOURCE, 32);
        return fold((long) addresses + protocol + transportLength);
    }

    /** Checksum of a transport protocol whose own field at {@code field} bytes into it is left out. */
    public static int transport(
            MemorySegment packet,
            long at,
            int transportOffset,
            int length,
            int protocol,
            int field) {
        int transportLength = length - transportOffset;
        int all =
                add(
                        pseudoHeader(packet, at, protocol, transportLength),
                        sum(packet, at + transportOffset, transportLength));
        return finish(subtract(all, u16(packet, at + transportOffset + field)));
    }

    /** Whether the area sums to the value that a right checksum inside it gives. */
    public static boolean verifies(int sum) {
        return sum == 0xFFFF;
    }

    public static int subtract(int sum, int part) {
        return add(sum, ~part & 0xFFFF);
    }

    /** The header field after one 16-bit word that it covers went from {@code before} to {@code after} (RFC 1624). */
    public static int update(int checksum, int before, int after) {
        return finish(add(subtract(~checksum & 0xFFFF, before), after));
    }

    /** As {@link #update} for a 32-bit word at an even offset. */
    public static int update32(int checksum, int before, int after) {
        int high = update(checksum, before >>> 16, after >>> 16);
        return update(high, before & 0xFFFF, after & 0xFFFF);
    }
}
