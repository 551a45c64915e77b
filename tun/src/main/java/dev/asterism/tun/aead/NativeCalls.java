package dev.asterism.tun.aead;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Collections;

/**
 * Calls of C functions that take integers and pointers only, as {@code (function, word...) ->
 * word}: two shapes, as each costs some milliseconds at start, linked when first used. The function
 * is an argument, so that whichever variant the CPU has goes through one constant handle, which the
 * JIT inlines. A function ignores words behind its own arguments in registers and on the stack (the
 * caller removes them). Results of type int are the low half.
 *
 * <p>Critical calls: short, no way back to Java, no safepoint in them.
 */
public final class NativeCalls {

    private NativeCalls() {}

    /** Calls a function that takes five words or fewer. */
    public static long five(MemorySegment function, long a, long b, long c, long d, long e) {
        try {
            return (long) Six.CALL.invokeExact(function, a, b, c, d, e, 0L);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /** All in registers. */
    static final class Six {
        static final MethodHandle CALL = link(6);

        private Six() {}
    }

    /** Six in registers, four on the stack. */
    static final class Ten {
        static final MethodHandle CALL = link(10);

        private Ten() {}
    }

    private static MethodHandle link(int words) {
        MemoryLayout[] parameters =
                Collections.nCopies(words, JAVA_LONG).toArray(new MemoryLayout[words]);
        return Linker.nativeLinker()
                .downcallHandle(
                        FunctionDescriptor.of(JAVA_LONG, parameters),
                        Linker.Option.critical(false));
    }

    static IllegalStateException impossible(Throwable cause) {
        return new IllegalStateException("a downcall threw", cause);
    }
}
