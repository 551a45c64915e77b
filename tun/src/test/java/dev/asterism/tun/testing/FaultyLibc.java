package dev.asterism.tun.testing;

import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.LinuxLibc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;

/** The kernel, but for calls that a test lets fail. */
public final class FaultyLibc implements Libc {

    private static final int SOL_UDP = 17;
    private static final int ENOPROTOOPT = 92;
    private static final int AF_NETLINK = 16;
    private static final int NLMSG_DONE = 3;
    private static final int NLM_F_DUMP_INTR = 0x10;
    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNSETOFFLOAD = 0x400454d0L;

    private final Libc kernel = new LinuxLibc();
    private final Deque<Integer> sendErrors = new ArrayDeque<>();
    private final Deque<Integer> receiveErrors = new ArrayDeque<>();
    private final Set<Long> refusedOffloads = new TreeSet<>();
    private final Set<Integer> missingUdpOptions = new TreeSet<>();
    private final Set<Integer> refusedSocketOptions = new TreeSet<>();
    private final Deque<Integer> dupErrors = new ArrayDeque<>();
    private final Deque<Integer> tunReadErrors = new ArrayDeque<>();
    private final Set<Integer> netlinkSockets = new TreeSet<>();
    private final Set<Integer> openedFiles = new TreeSet<>();
    private final Deque<byte[]> netlinkReads = new ArrayDeque<>();
    private boolean netlinkScripted;
    private int dumpsToInterrupt;
    private Runnable afterAttach = () -> {};
    private boolean ipv6Missing;
    private int sendCalls;
    private long pollNanos;

    /** How long the last ppoll was to sleep at most; {@link Long#MAX_VALUE} for without end. */
    public long pollNanos() {
        return pollNanos;
    }

    private static long nanos(long timespec) {
        MemorySegment time = MemorySegment.ofAddress(timespec).reinterpret(16);
        return time.get(ValueLayout.JAVA_LONG, 0) * 1_000_000_000L
                + time.get(ValueLayout.JAVA_LONG, 8);
    }

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

    /** Each of the next dup3 calls fails so; 0 lets one through. */
    public FaultyLibc failDups(int... errors) {
        for (int error : errors) {
            dupErrors.add(error);
        }
        return this;
    }

    /** Each of the next reads from an opened file, as a tun device's queue is, fails so. */
    public FaultyLibc failTunReads(int... errors) {
        for (int error : errors) {
            tunReadErrors.add(error);
        }
        return this;
    }

    /** So many of the next netlink lists say that they changed while they were read. */
    public FaultyLibc interruptDumps(int times) {
        dumpsToInterrupt = times;
        return this;
    }

    /**
     * What netlink sockets give from now on, one at each read and then nothing (EAGAIN); what is written to them is
     * thrown away.
     */
    public FaultyLibc scriptNetlink(byte[]... reads) {
        netlinkScripted = true;
        netlinkReads.clear();
        for (byte[] read : reads) {
            netlinkReads.add(read);
        }
        return this;
    }

    private long nextNetlinkRead(Errno errno, long buffer, long lengthBytes) {
        byte[] next = netlinkReads.poll();
        if (next == null) {
            errno.value(Errno.EAGAIN);
            return -1;
        }
        int length = (int) Math.min(next.length, lengthBytes);
        MemorySegment.copy(
                MemorySegment.ofArray(next),
                0,
                MemorySegment.ofAddress(buffer).reinterpret(length),
                0,
                length);
        return length;
    }

    /** Once, right after the next device was made. */
    public FaultyLibc afterNextAttach(Runnable action) {
        afterAttach = action;
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

    /** nlmsghdr: length u32, type u16, flags u16, sequence u32, port u32. */
    private void interrupt(MemorySegment messages) {
        long at = 0;
        while (at + 16 <= messages.byteSize()) {
            int type = messages.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + 4);
            short flags = messages.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + 6);
            messages.set(
                    ValueLayout.JAVA_SHORT_UNALIGNED, at + 6, (short) (flags | NLM_F_DUMP_INTR));
            dumpsToInterrupt -= type == NLMSG_DONE ? 1 : 0;
            at += messages.get(ValueLayout.JAVA_INT_UNALIGNED, at) + 3 & ~3L;
        }
    }

    @Override
    public int open(Errno errno, long path, int flags) {
        int fd = kernel.open(errno, path, flags);
        openedFiles.add(fd);
        return fd;
    }

    @Override
    public int close(Errno errno, int fd) {
        netlinkSockets.remove(fd);
        openedFiles.remove(fd);
        return kernel.close(errno, fd);
    }

    @Override
    public long read(Errno errno, int fd, long buffer, long lengthBytes) {
        if (openedFiles.contains(fd) && fails(tunReadErrors, errno)) {
            return -1;
        }
        if (netlinkScripted && netlinkSockets.contains(fd)) {
            return nextNetlinkRead(errno, buffer, lengthBytes);
        }
        long got = kernel.read(errno, fd, buffer, lengthBytes);
        if (dumpsToInterrupt > 0 && netlinkSockets.contains(fd)) {
            interrupt(MemorySegment.ofAddress(buffer).reinterpret(Math.max(0, got)));
        }
        return got;
    }

    @Override
    public long write(Errno errno, int fd, long buffer, long lengthBytes) {
        return netlinkScripted && netlinkSockets.contains(fd)
                ? lengthBytes
                : kernel.write(errno, fd, buffer, lengthBytes);
    }

    @Override
    public int ioctl(Errno errno, int fd, long request, long argument) {
        if (request == TUNSETOFFLOAD && refusedOffloads.contains(argument)) {
            errno.value(Errno.EINVAL);
            return -1;
        }
        int result = kernel.ioctl(errno, fd, request, argument);
        if (request == TUNSETIFF && result == 0) {
            Runnable action = afterAttach;
            afterAttach = () -> {};
            action.run();
        }
        return result;
    }

    @Override
    public int socket(Errno errno, int family, int type, int protocol) {
        if (ipv6Missing && family == 10) {
            errno.value(Errno.EAFNOSUPPORT);
            return -1;
        }
        int fd = kernel.socket(errno, family, type, protocol);
        if (family == AF_NETLINK) {
            netlinkSockets.add(fd);
        }
        return fd;
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
        pollNanos = timeout == 0 ? Long.MAX_VALUE : nanos(timeout);
        return kernel.ppoll(errno, descriptors, count, timeout);
    }

    @Override
    public int dup3(Errno errno, int from, int to, int flags) {
        return fails(dupErrors, errno) ? -1 : kernel.dup3(errno, from, to, flags);
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
