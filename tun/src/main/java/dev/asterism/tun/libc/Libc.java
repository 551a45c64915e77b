package dev.asterism.tun.libc;

/**
 * The system calls this module needs, as they are: pointers are raw addresses of native memory that the
 * caller keeps alive, a negative result means failure with the reason in {@code errno}. Thread-safe when
 * each thread brings its own {@link Errno}.
 */
public interface Libc {

    int open(Errno errno, long path, int flags);

    int close(Errno errno, int fd);

    long read(Errno errno, int fd, long buffer, long lengthBytes);

    long write(Errno errno, int fd, long buffer, long lengthBytes);

    int ioctl(Errno errno, int fd, long request, long argument);

    int socket(Errno errno, int family, int type, int protocol);

    int bind(Errno errno, int fd, long address, int lengthBytes);

    int connect(Errno errno, int fd, long address, int lengthBytes);

    int getsockname(Errno errno, int fd, long address, long lengthPointer);

    int setsockopt(Errno errno, int fd, int level, int option, long value, int lengthBytes);

    int getsockopt(Errno errno, int fd, int level, int option, long value, long lengthPointer);

    /** Never waits with a timeout: the kernel looks at it only after a datagram. */
    int recvmmsg(Errno errno, int fd, long vector, int count, int flags);

    int sendmmsg(Errno errno, int fd, long vector, int count, int flags);

    /**
     * @param timeout address of a timespec, 0 to wait without a limit
     */
    int ppoll(Errno errno, long descriptors, int count, long timeout);

    /** Makes {@code to} a name for what {@code from} names, in one step for all threads; what it named is closed. */
    int dup3(Errno errno, int from, int to, int flags);

    int eventfd(Errno errno, int initial, int flags);

    /** The error in words. */
    String describe(int errno);

    /** For cold paths: the result, or an exception when it is negative. */
    default int check(String call, Errno errno, int result) {
        if (result < 0) {
            throw failure(call, errno.value());
        }
        return result;
    }

    /** The exception for a failed call. */
    default NativeIoException failure(String call, int errno) {
        return new NativeIoException(call, errno, describe(errno));
    }
}
