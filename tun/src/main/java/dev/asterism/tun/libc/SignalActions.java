package dev.asterism.tun.libc;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * What a parent process left behind, sigaction(2) and pthread_sigmask(3): an ignored signal stays
 * ignored through exec, and the JVM then handles it neither by itself nor when asked to.
 */
public final class SignalActions {

    /** struct sigaction of glibc and musl has 152 bytes on 64-bit machines. */
    private static final int ACTION_BYTES = 256;

    private static final int SET_BYTES = 128;
    private static final int SIG_UNBLOCK = 1;

    private static final MethodHandle SIGACTION = LinuxLibc.link("sigaction");
    private static final MethodHandle SIGMASK = LinuxLibc.link("pthread_sigmask");

    private SignalActions() {}

    /**
     * Makes the process handle one signal as it handles another, in one step: at no time is the default in force.
     *
     * @param from number of a signal with a handler
     * @param to number of the signal that gets the same handler
     * @throws NativeIoException for numbers that cannot be handled
     */
    public static void copy(int from, int to) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment action = arena.allocate(ACTION_BYTES, 16);
            sigaction(from, 0, action.address());
            sigaction(to, action.address(), 0);
        }
    }

    private static void sigaction(int signal, long set, long get) {
        Errno errno = new Errno();
        try {
            long result =
                    (long)
                            SIGACTION.invokeExact(
                                    errno.segment(), (long) signal, set, get, 0L, 0L, 0L);
            if ((int) result != 0) {
                throw new NativeIoException(
                        "sigaction", errno.value(), new LinuxLibc().describe(errno.value()));
            }
        } catch (NativeIoException e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException("a downcall threw", t);
        }
    }

    /** Lets this thread take the signals, whatever the parent blocked. */
    public static void unblock(int... signals) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate(SET_BYTES, 8);
            for (int signal : signals) {
                int bit = signal - 1;
                long at = bit / 64 * 8L;
                set.set(JAVA_LONG, at, set.get(JAVA_LONG, at) | 1L << bit % 64);
            }
            long _ =
                    (long)
                            SIGMASK.invokeExact(
                                    new Errno().segment(),
                                    (long) SIG_UNBLOCK,
                                    set.address(),
                                    0L,
                                    0L,
                                    0L,
                                    0L);
        } catch (Throwable t) {
            throw new IllegalStateException("a downcall threw", t);
        }
    }
}
