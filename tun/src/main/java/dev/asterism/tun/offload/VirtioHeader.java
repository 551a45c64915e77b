package dev.asterism.tun.offload;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.asterism.overlay.packet.Checksum;
import java.lang.foreign.MemorySegment;

/**
 * The 10 bytes in front of each packet of a TUN device with IFF_VNET_HDR, in native byte order (spec
 * linux-io.md 2): flags u8, gso type u8, header length u16, segment size u16, checksum start u16,
 * checksum offset u16. All functions take the place of the <em>packet</em>; the header ends there.
 */
public final class VirtioHeader {

    public static final int BYTES = 10;

    static final int NEEDS_CHECKSUM = 1;
    static final int TYPE_NONE = 0;
    static final int TYPE_TCP4 = 1;
    static final int TYPE_TCP6 = 4;
    static final int TYPE_UDP = 5;
    private static final int TYPE_MASK = 0x7F;

    private static final int TCP = 6;
    private static final int UDP = 17;

    private VirtioHeader() {}

    /** Payload bytes per segment of a super-packet, 0 for one packet. */
    public static int segmentSize(MemorySegment slab, int packetAt) {
        int type = slab.get(JAVA_BYTE, packetAt - 9L) & TYPE_MASK;
        return type == TYPE_NONE ? 0 : slab.get(JAVA_SHORT_UNALIGNED, packetAt - 6L) & 0xFFFF;
    }

    public static boolean checksumPartial(MemorySegment slab, int packetAt) {
        return (slab.get(JAVA_BYTE, packetAt - 10L) & NEEDS_CHECKSUM) != 0;
    }

    /**
     * Whether the unfinished checksum is that of TCP or UDP right behind an IP header without
     * extensions: what the engine finishes itself, or leaves to the receiver.
     */
    public static boolean isOrdinaryChecksum(MemorySegment slab, int packetAt, int length) {
        int start = slab.get(JAVA_SHORT_UNALIGNED, packetAt - 4L) & 0xFFFF;
        int offset = slab.get(JAVA_SHORT_UNALIGNED, packetAt - 2L) & 0xFFFF;
        if (length < 40) {
            return length >= 28 && start == 20 && offset == 6 && isUdp4(slab, packetAt);
        }
        boolean ipv4 = (slab.get(JAVA_BYTE, packetAt) & 0xF0) == 0x40;
        int ipBytes = ipv4 ? (slab.get(JAVA_BYTE, packetAt) & 0xF) << 2 : 40;
        int protocol = slab.get(JAVA_BYTE, packetAt + (ipv4 ? 9L : 6L)) & 0xFF;
        return start == ipBytes
                && (protocol == TCP && offset == 16 || protocol == UDP && offset == 6);
    }

    private static boolean isUdp4(MemorySegment slab, int packetAt) {
        return (slab.get(JAVA_BYTE, packetAt) & 0xFF) == 0x45
                && (slab.get(JAVA_BYTE, packetAt + 9L) & 0xFF) == UDP;
    }

    /**
     * Finishes the checksum of a single packet as the kernel would: over all from the start that
     * the header names, the seed in the field among it. False, with nothing written, when the
     * header points outside of the packet.
     */
    public static boolean finishChecksum(MemorySegment slab, int packetAt, int length) {
        int start = slab.get(JAVA_SHORT_UNALIGNED, packetAt - 4L) & 0xFFFF;
        int field = start + (slab.get(JAVA_SHORT_UNALIGNED, packetAt - 2L) & 0xFFFF);
        if (field + 2 > length) {
            return false;
        }
        int checksum = Checksum.finish(Checksum.sum(slab, (long) packetAt + start, length - start));
        int value = checksum == 0 ? 0xFFFF : checksum;
        slab.set(JAVA_BYTE, packetAt + (long) field, (byte) (value >>> 8));
        slab.set(JAVA_BYTE, packetAt + field + 1L, (byte) value);
        return true;
    }

    /** Writes the header of a packet that is complete and single. */
    public static void writePlain(MemorySegment slab, int packetAt) {
        slab.set(JAVA_LONG_UNALIGNED, packetAt - 10L, 0);
        slab.set(JAVA_SHORT_UNALIGNED, packetAt - 2L, (short) 0);
    }

    /**
     * Writes the header of a super-packet or of one with a partial checksum, TCP or UDP without IPv6
     * extension headers. Returns false, with nothing written, when the packet is neither.
     */
    public static boolean write(
            MemorySegment slab, int packetAt, int length, int segmentSize, boolean partial) {
        if (length < 20) {
            return false;
        }
        boolean ipv4 = (slab.get(JAVA_BYTE, packetAt) & 0xF0) == 0x40;
        int ipBytes = ipv4 ? (slab.get(JAVA_BYTE, packetAt) & 0xF) << 2 : 40;
        int protocol = slab.get(JAVA_BYTE, packetAt + (ipv4 ? 9L : 6L)) & 0xFF;
        boolean tcp = protocol == TCP;
        if (!tcp && protocol != UDP || ipBytes + (tcp ? 20 : 8) > length) {
            return false;
        }
        int l4Bytes = tcp ? slab.get(JAVA_BYTE, packetAt + ipBytes + 12L) >>> 2 & 0x3C : 8;
        int type = segmentSize == 0 ? TYPE_NONE : !tcp ? TYPE_UDP : ipv4 ? TYPE_TCP4 : TYPE_TCP6;
        slab.set(JAVA_BYTE, packetAt - 10L, (byte) (partial ? NEEDS_CHECKSUM : 0));
        slab.set(JAVA_BYTE, packetAt - 9L, (byte) type);
        slab.set(JAVA_SHORT_UNALIGNED, packetAt - 8L, (short) (ipBytes + l4Bytes));
        slab.set(JAVA_SHORT_UNALIGNED, packetAt - 6L, (short) segmentSize);
        slab.set(JAVA_SHORT_UNALIGNED, packetAt - 4L, (short) (partial ? ipBytes : 0));
        slab.set(JAVA_SHORT_UNALIGNED, packetAt - 2L, (short) (partial ? tcp ? 16 : 6 : 0));
        return true;
    }
}
