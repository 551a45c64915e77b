package dev.asterism.tun.aead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadKey;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Packets that end where a page ends, with forbidden memory behind: who reads or writes a byte too far ends the JVM, which is a
 * failure that nobody overlooks. Slabs of lanes end like that.
 */
@EnabledOnOs(OS.LINUX)
class GuardPageTest {

    private static final long PAGE = 4096;
    private static final long PAGES = 5;
    private static final int HEADER = 16;
    private static final int TAG = 16;

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

    /** Pages between two that nobody may touch. */
    private static MemorySegment guarded(Arena arena) throws Throwable {
        MemorySegment all = arena.allocate((PAGES + 2) * PAGE, PAGE);
        protect(all.asSlice(0, PAGE), 0);
        protect(all.asSlice((PAGES + 1) * PAGE, PAGE), 0);
        // A last resource is closed first: free() must find its memory as it was.
        MemorySegment inner = all.asSlice(PAGE, PAGES * PAGE);
        return inner.reinterpret(arena, _ -> unprotect(all));
    }

    private static void unprotect(MemorySegment pages) {
        try {
            protect(pages, 3);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    private static void protect(MemorySegment pages, int rights) throws Throwable {
        MethodHandle mprotect =
                Linker.nativeLinker()
                        .downcallHandle(
                                Linker.nativeLinker().defaultLookup().findOrThrow("mprotect"),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.JAVA_INT));
        int result = (int) mprotect.invokeExact(pages.address(), pages.byteSize(), rights);
        assertThat(result).isZero();
    }
}
