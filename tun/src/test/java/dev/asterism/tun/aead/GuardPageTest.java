package dev.asterism.tun.aead;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadKey;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Packets that end where a page ends, with forbidden memory behind: who reads or writes a byte too
 * far ends the JVM, which is a failure that nobody overlooks. Slabs of lanes end like that.
 */
@EnabledOnOs(OS.LINUX)
class GuardPageTest {

    private static final long PAGE = 4096;
    private static final long PAGES = 5;
    private static final int HEADER = 16;
    private static final int TAG = 16;

    private static final int NO_RIGHTS = 0;
    private static final int READ_AND_WRITE = 3;
    private static final int PRIVATE_ANONYMOUS = 0x22;

    private static final FunctionDescriptor MMAP =
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final FunctionDescriptor MPROTECT =
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    private static final FunctionDescriptor MUNMAP =
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG);

    @ParameterizedTest
    @MethodSource("dev.asterism.tun.aead.Present#candidates")
    void staysWithinItsRangesAtTheEndsOfPages(Present.Candidate candidate) throws Throwable {
        NativeAead provider = candidate.provider();
        AeadContext context = provider.context();
        AeadKey key = provider.key(new byte[32]);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packets = guarded(arena);
            MemorySegment plains = guarded(arena);
            long counter = 0;
            for (int length = 0; length <= 2200; length += length < 600 ? 1 : 37) {
                for (int header : new int[] {0, HEADER}) {
                    counter++;
                    MemorySegment packet = end(packets, header + length + TAG);
                    MemorySegment plain = end(plains, length);
                    context.seal(key, counter, packet, 0, header, plain, 0, length);
                    assertThat(
                                    context.open(
                                            key,
                                            counter,
                                            packet,
                                            0,
                                            header,
                                            length + TAG,
                                            plain,
                                            0))
                            .isTrue();
                    // From the first byte of a page on, for reads to the left.
                    MemorySegment first = packets.asSlice(0, header + length + TAG);
                    context.seal(key, counter, first, 0, header, plains, 0, length);
                    assertThat(
                                    context.open(
                                            key,
                                            counter,
                                            first,
                                            0,
                                            header,
                                            length + TAG,
                                            plains,
                                            0))
                            .isTrue();
                }
            }
        }
    }

    private static MemorySegment end(MemorySegment slab, long bytes) {
        return slab.asSlice(slab.byteSize() - bytes, bytes);
    }

    /**
     * Pages between two that nobody may touch, mapped for this alone: of malloc's memory its
     * neighbours would see the rights change.
     */
    private static MemorySegment guarded(Arena arena) throws Throwable {
        long bytes = (PAGES + 2) * PAGE;
        long start =
                (long)
                        function(MMAP, "mmap")
                                .invokeExact(0L, bytes, NO_RIGHTS, PRIVATE_ANONYMOUS, -1, 0L);
        assertThat(start).isNotEqualTo(-1);
        int result =
                (int)
                        function(MPROTECT, "mprotect")
                                .invokeExact(start + PAGE, PAGES * PAGE, READ_AND_WRITE);
        assertThat(result).isZero();
        return MemorySegment.ofAddress(start + PAGE)
                .reinterpret(PAGES * PAGE, arena, _ -> unmap(start, bytes));
    }

    private static void unmap(long start, long bytes) {
        try {
            int result = (int) function(MUNMAP, "munmap").invokeExact(start, bytes);
            assertThat(result).isZero();
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    private static MethodHandle function(FunctionDescriptor type, String name) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }
}
