package dev.asterism.tun.udp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * sockaddr_in (16 bytes: family u16 native, port u16 big-endian, address u32) and sockaddr_in6 (28 bytes:
 * family, port, flow u32, address 16 bytes at 8, scope u32) in native memory.
 */
final class SocketAddress {

    static final int INET = 2;
    static final int INET6 = 10;
    static final int INET_BYTES = 16;
    static final int INET6_BYTES = 28;

    /** A place for either, 8-byte aligned. */
    static final int SLOT_BYTES = 32;

    private static final long MAPPED = 0xFFFF_0000_0000L;
    private static final ValueLayout.OfShort FAMILY = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfShort PORT = FAMILY.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt IPV4 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong IPV6_WORD =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddress() {}

    static int bytes(int family) {
        return family == INET ? INET_BYTES : INET6_BYTES;
    }

    static void write(MemorySegment memory, long at, int family, long hi, long lo, int port) {
        memory.set(FAMILY, at, (short) family);
        memory.set(PORT, at + 2, (short) port);
        if (family == INET) {
            memory.set(IPV4, at + 4, (int) lo);
            return;
        }
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, at + 4, 0);
        memory.set(IPV6_WORD, at + 8, hi);
        memory.set(IPV6_WORD, at + 16, lo);
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, at + 24, 0);
    }

    static int port(MemorySegment memory, long at) {
        return memory.get(PORT, at + 2) & 0xFFFF;
    }

    static long hi(MemorySegment memory, long at) {
        return memory.get(FAMILY, at) == INET ? 0 : memory.get(IPV6_WORD, at + 8);
    }

    static long lo(MemorySegment memory, long at) {
        return memory.get(FAMILY, at) == INET
                ? MAPPED | memory.get(IPV4, at + 4) & 0xFFFF_FFFFL
                : memory.get(IPV6_WORD, at + 16);
    }
}
