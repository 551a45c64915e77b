package dev.asterism.tun.testing;

import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.LinuxLibc;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;

/** The kernel, but for calls that a test lets fail. */
public final class FaultyLibc implements Libc {

    private static final int SOL_UDP = 17;
    private static final int ENOPROTOOPT = 92;
    private static final long TUNSETOFFLOAD = 0x400454d0L;

    private final Libc kernel = new LinuxLibc();
    private final Deque<Integer> sendErrors = new ArrayDeque<>();
    private final Deque<Integer> receiveErrors = new ArrayDeque<>();
    private final Set<Long> refusedOffloads = new TreeSet<>();
    private final Set<Integer> missingUdpOptions = new TreeSet<>();
    private final Set<Integer> refusedSocketOptions = new TreeSet<>();
    private boolean ipv6Missing;
    private int sendCalls;

    /** Each of the next sendmmsg calls fails so; 0 lets one through. */
    public FaultyLibc failSends(int... errors) {
        for (int error : errors) {
            sendErrors.add(error);
        }
        return this;
    }

    public FaultyLibc failReceives(int... errors) {
        for (int error : errors) {
            receiveErrors.add(error);
        }
        return this;
    }

    public FaultyLibc withoutIpv6() {
        ipv6Missing = true;
        return this;
    }

    /** As an older kernel, which does not know these features for TUNSETOFFLOAD. */
    public FaultyLibc refuseOffloads(long... features) {
        for (long one : features) {
            refusedOffloads.add(one);
        }
        return this;
    }

    /** As a kernel before 5.0 (UDP_GRO) or before 4.18 (UDP_SEGMENT as well). */
    public FaultyLibc withoutUdpOptions(int... options) {
        for (int option : options) {
            missingUdpOptions.add(option);
        }
        return this;
    }

    /** As for a process without CAP_NET_ADMIN, of level SOL_SOCKET. */
    public FaultyLibc refuseSocketOptions(int... options) {
        for (int option : options) {
            refusedSocketOptions.add(option);
        }
        return this;
    }

    public int sendCalls() {
        return sendCalls;
    }

    private static boolean fails(Deque<Integer> errors, Errno errno) {
        Integer error = errors.poll();
        if (error == null || error == 0) {
            return false;
        }
        errno.value(error);
        return true;
    }

    @Override
    public int open(Errno errno, long path, int flags) {
        return kernel.open(errno, path, flags);
    }

    @Override
    public int close(Errno errno, int fd) {
        return kernel.close(errno, fd);
    }

    @Override
    public long read(Errno errno, int fd, long buffer, long lengthBytes) {
        return kernel.read(errno, fd, buffer, lengthBytes);
    }

    @Override
    public long write(Errno errno, int fd, long buffer, long lengthBytes) {
        return kernel.write(errno, fd, buffer, lengthBytes);
    }

    @Override
    public int ioctl(Errno errno, int fd, long request, long argument) {
        if (request == TUNSETOFFLOAD && refusedOffloads.contains(argument)) {
            errno.value(Errno.EINVAL);
            return -1;
        }
        return kernel.ioctl(errno, fd, request, argument);
    }

    @Override
    public int socket(Errno errno, int family, int type, int protocol) {
        if (ipv6Missing && family == 10) {
            errno.value(Errno.EAFNOSUPPORT);
            return -1;
        }
        return kernel.socket(errno, family, type, protocol);
    }

    @Override
    public int bind(Errno errno, int fd, long address, int lengthBytes) {
        return kernel.bind(errno, fd, address, lengthBytes);
    }

    @Override
    public int connect(Errno errno, int fd, long address, int lengthBytes) {
        return kernel.connect(errno, fd, address, lengthBytes);
    }

    @Override
    public int getsockname(Errno errno, int fd, long address, long lengthPointer) {
        return kernel.getsockname(errno, fd, address, lengthPointer);
    }

    @Override
    public int setsockopt(Errno errno, int fd, int level, int option, long value, int lengthBytes) {
        if (level == SOL_UDP && missingUdpOptions.contains(option)) {
            errno.value(ENOPROTOOPT);
            return -1;
        }
        if (level == 1 && refusedSocketOptions.contains(option)) {
            errno.value(Errno.EPERM);
            return -1;
        }
        return kernel.setsockopt(errno, fd, level, option, value, lengthBytes);
    }

    @Override
    public int getsockopt(
            Errno errno, int fd, int level, int option, long value, long lengthPointer) {
        if (level == SOL_UDP && missingUdpOptions.contains(option)) {
            errno.value(ENOPROTOOPT);
            return -1;
        }
        return kernel.getsockopt(errno, fd, level, option, value, lengthPointer);
    }

    @Override
    public int recvmmsg(Errno errno, int fd, long vector, int count, int flags) {
        return fails(receiveErrors, errno) ? -1 : kernel.recvmmsg(errno, fd, vector, count, flags);
    }

    @Override
    public int sendmmsg(Errno errno, int fd, long vector, int count, int flags) {
        sendCalls++;
        return fails(sendErrors, errno) ? -1 : kernel.sendmmsg(errno, fd, vector, count, flags);
    }

    @Override
    public int ppoll(Errno errno, long descriptors, int count, long timeout) {
        return kernel.ppoll(errno, descriptors, count, timeout);
    }

    @Override
    public int dup3(Errno errno, int from, int to, int flags) {
        return kernel.dup3(errno, from, to, flags);
    }

    @Override
    public int eventfd(Errno errno, int initial, int flags) {
        return kernel.eventfd(errno, initial, flags);
    }

    @Override
    public String describe(int errno) {
        return kernel.describe(errno);
    }
}
