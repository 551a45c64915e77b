package dev.asterism.tun.libc;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Where a call leaves its error number. One per thread, never shared: it is overwritten by every call.
 *
 * <p>The JDK takes a slice of this object's segment in every call (40 bytes of heap). Once C2 has
 * compiled the caller the slice is gone; before that, and indefinitely in a JVM that is told to
 * stop at C1, each system call costs those 40 bytes.
 */
public final class Errno {

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int EBADFD = 77;
    public static final int ENOTSOCK = 88;
    public static final int EMSGSIZE = 90;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENOBUFS = 105;
    public static final int ENOTCONN = 107;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTUNREACH = 113;

    // Collected with its owner: a segment of an automatic arena costs no acquire and release per
    // call.
    private final MemorySegment segment =
            Arena.ofAuto().allocate(Linker.Option.captureStateLayout());

    MemorySegment segment() {
        return segment;
    }

    /** The error of this object's latest failed call; meaningless after one that succeeded. */
    public int value() {
        return segment.get(ValueLayout.JAVA_INT, 0);
    }

    /** For {@link Libc} stand-ins in tests. */
    public void value(int errno) {
        segment.set(ValueLayout.JAVA_INT, 0, errno);
    }
}
