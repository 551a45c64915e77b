package dev.asterism.tun.libc;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The C library of a 64-bit Linux.
 *
 * <p>Every function is linked with one shape: six words in, one word out. All of these calls take only integers
 * and pointers, at most six, which the 64-bit Linux ABIs pass sign-extended in registers; a function
 * ignores the registers behind its own arguments, and results of type int are cut to their low half
 * here. The linker makes one stub per shape, which is most of the start-up cost of a handle.
 */
public final class LinuxLibc implements Libc {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final FunctionDescriptor SIX_WORDS =
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private static final MethodHandle OPEN = link("open");
    private static final MethodHandle CLOSE = link("close");
    private static final MethodHandle READ = link("read");
    private static final MethodHandle WRITE = link("write");
    private static final MethodHandle IOCTL = link("ioctl");
    private static final MethodHandle SOCKET = link("socket");
    private static final MethodHandle BIND = link("bind");
    private static final MethodHandle GETSOCKNAME = link("getsockname");
    private static final MethodHandle SETSOCKOPT = link("setsockopt");
    private static final MethodHandle GETSOCKOPT = link("getsockopt");
    private static final MethodHandle RECVMMSG = link("recvmmsg");
    private static final MethodHandle SENDMMSG = link("sendmmsg");
    private static final MethodHandle PPOLL = link("ppoll");
    private static final MethodHandle EVENTFD = link("eventfd");

    /** Linked at first use: needed under a service manager, for a device made anew, or in case of an error only. */
    private static final class Rare {
        static final MethodHandle DUP3 = link("dup3");
        static final MethodHandle CONNECT = link("connect");
        static final MethodHandle STRERROR = link("strerror");
    }

    static MethodHandle link(String function) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(function),
                SIX_WORDS,
                Linker.Option.captureCallState("errno"));
    }

    private static IllegalStateException impossible(Throwable cause) {
        return new IllegalStateException("a downcall threw", cause);
    }

    private static int cold(MethodHandle function, Errno errno, long a, long b, long c) {
        return cold(function, errno, a, b, c, 0, 0);
    }

    private static int cold(
            MethodHandle function, Errno errno, long a, long b, long c, long d, long e) {
        try {
            return (int) (long) function.invokeExact(errno.segment(), a, b, c, d, e, 0L);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    @Override
    public int open(Errno errno, long path, int flags) {
        return cold(OPEN, errno, path, flags, 0);
    }

    @Override
    public int close(Errno errno, int fd) {
        return cold(CLOSE, errno, fd, 0, 0);
    }

    @Override
    public long read(Errno errno, int fd, long buffer, long lengthBytes) {
        try {
            return (long)
                    READ.invokeExact(errno.segment(), (long) fd, buffer, lengthBytes, 0L, 0L, 0L);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    @Override
    public long write(Errno errno, int fd, long buffer, long lengthBytes) {
        try {
            return (long)
                    WRITE.invokeExact(errno.segment(), (long) fd, buffer, lengthBytes, 0L, 0L, 0L);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    @Override
    public int ioctl(Errno errno, int fd, long request, long argument) {
        return cold(IOCTL, errno, fd, request, argument);
    }

    @Override
    public int socket(Errno errno, int family, int type, int protocol) {
        return cold(SOCKET, errno, family, type, protocol);
    }

    @Override
    public int bind(Errno errno, int fd, long address, int lengthBytes) {
        return cold(BIND, errno, fd, address, lengthBytes);
    }

    @Override
    public int connect(Errno errno, int fd, long address, int lengthBytes) {
        return cold(Rare.CONNECT, errno, fd, address, lengthBytes);
    }

    @Override
    public int getsockname(Errno errno, int fd, long address, long lengthPointer) {
        return cold(GETSOCKNAME, errno, fd, address, lengthPointer);
    }

    @Override
    public int setsockopt(Errno errno, int fd, int level, int option, long value, int lengthBytes) {
        return cold(SETSOCKOPT, errno, fd, level, option, value, lengthBytes);
    }

    @Override
    public int getsockopt(
            Errno errno, int fd, int level, int option, long value, long lengthPointer) {
        return cold(GETSOCKOPT, errno, fd, level, option, value, lengthPointer);
    }

    @Override
    public int recvmmsg(Errno errno, int fd, long vector, int count, int flags) {
        try {
            return (int)
                    (long)
                            RECVMMSG.invokeExact(
                                    errno.segment(),
                                    (long) fd,
                                    vector,
                                    (long) count,
                                    (long) flags,
                                    0L,
                                    0L);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    @Override
    public int sendmmsg(Errno errno, int fd, long vector, int count, int flags) {
        try {
            return (int)
                    (long)
                            SENDMMSG.invokeExact(
                                    errno.segment(),
                                    (long) fd,
                                    vector,
                                    (long) count,
                                    (long) flags,
                                    0L,
                                    0L);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    @Override
    public int ppoll(Errno errno, long descriptors, int count, long timeout) {
        try {
            return (int)
                    (long)
                            PPOLL.invokeExact(
                                    errno.segment(),
                                    descriptors,
                                    (long) count,
                                    timeout,
                                    0L,
                                    0L,
                                    0L);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    @Override
    public int dup3(Errno errno, int from, int to, int flags) {
        return cold(Rare.DUP3, errno, from, to, flags);
    }

    @Override
    public int eventfd(Errno errno, int initial, int flags) {
        return cold(EVENTFD, errno, initial, flags, 0);
    }

    @Override
    public String describe(int errno) {
        try {
            long text =
                    (long)
                            Rare.STRERROR.invokeExact(
                                    new Errno().segment(), (long) errno, 0L, 0L, 0L, 0L, 0L);
            return MemorySegment.ofAddress(text).reinterpret(256).getString(0);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }
}
