package dev.asterism.bench;

import dev.asterism.overlay.net.Ip;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** IPv4 TCP data as a host's stack hands it over: one header in front of much payload, checksum not finished. */
final class TcpPackets {

    static final int HEADER_BYTES = 40;

    /** Fills an overlay MTU of 1300. */
    static final int SEGMENT_BYTES = 1260;

    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private TcpPackets() {}

    /** Writes a super-packet and returns its length. The flow is told by the sender's port. */
    static int write(MemorySegment to, long at, int payloadBytes, int senderPort) {
        int length = HEADER_BYTES + payloadBytes;
        to.asSlice(at, length).fill((byte) 0x5A);
        to.asSlice(at, HEADER_BYTES).fill((byte) 0);
        to.set(U16, at, (short) 0x4500);
        to.set(U16, at + 2, (short) length);
        to.set(U16, at + 6, (short) 0x4000);
        to.set(U16, at + 8, (short) (64 << 8 | 6));
        to.set(U32, at + 12, (int) Ip.of("10.42.0.2").lo());
        to.set(U32, at + 16, (int) Ip.of("10.42.0.1").lo());
        to.set(U16, at + 20, (short) senderPort);
        to.set(U16, at + 22, (short) 443);
        to.set(U32, at + 24, 1_000_000);
        to.set(U32, at + 28, 1);
        to.set(U16, at + 32, (short) (5 << 12 | 0x10));
        to.set(U16, at + 34, (short) 512);
        return length;
    }
}
