package dev.asterism.tun.udp;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.NativeIoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * One bound underlay socket. Every thread that sends or receives takes a {@link #port()} of its own;
 * {@link #close} only after those threads have ended.
 */
public final class LinuxUdp implements AutoCloseable {

    private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_REUSEPORT = 15;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_MARK = 36;
    private static final int SO_MEMINFO = 55;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;

    private final Libc libc;
    private final Errno errno = new Errno();
    private final UdpCounters counters = new UdpCounters();
    private final int fd;
    private final int family;
    private final UnderlayAddr local;
    private final boolean coalescing;
    private final boolean segmentation;
    private volatile BiConsumer<Ip, String> onGsoRejected = (to, why) -> {};
    private final WholeDatagrams whole;
    private final SendFailures sendFailures = new SendFailures();
    private volatile BooleanSupplier onSendFailure = () -> false;
    private boolean closed;

    private LinuxUdp(Libc libc, UdpOptions options) {
        this.libc = libc;
        boolean anyHost = !options.host().isIpv4() && options.host().isUnspecified();
        int wanted = options.host().isIpv4() ? SocketAddress.INET : SocketAddress.INET6;
        int opened = libc.socket(errno, wanted, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
        boolean noIpv6 = opened < 0 && anyHost && errno.value() == Errno.EAFNOSUPPORT;
        if (noIpv6) {
            wanted = SocketAddress.INET;
            opened = libc.socket(errno, wanted, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0);
        }
        fd = libc.check("open a UDP socket", errno, opened);
        family = wanted;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(SocketAddress.SLOT_BYTES, 8);
            configure(scratch, options);
            bind(scratch, noIpv6 ? Ip.ofIpv4(0) : options.host(), options.port());
            local = readLocal(scratch);
            coalescing =
                    options.coalescing()
                            && trySet(scratch, ControlMessage.SOL_UDP, ControlMessage.UDP_GRO, 1);
            segmentation = options.segmentation() && knowsSegmentation(scratch);
            whole = new WholeDatagrams(libc, fd, family);
        } catch (NativeIoException e) {
            libc.close(errno, fd);
            throw e;
        }
    }

    /**
     * Opens and binds.
     *
     * @throws NativeIoException naming listen.host and the port when the address cannot be had
     */
    public static LinuxUdp open(Libc libc, UdpOptions options) {
        return new LinuxUdp(libc, options);
    }

    private void configure(MemorySegment scratch, UdpOptions options) {
        if (family == SocketAddress.INET6) {
            boolean both = options.host().isUnspecified();
            set(scratch, "IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY, both ? 0 : 1);
        }
        if (options.portShared()) {
            set(scratch, "SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT, 1);
        }
        if (options.mark() != 0) {
            set(scratch, "SO_MARK", SOL_SOCKET, SO_MARK, options.mark());
        }
        size(scratch, options);
    }

    private void size(MemorySegment scratch, UdpOptions options) {
        size(scratch, SO_RCVBUFFORCE, SO_RCVBUF, options.receiveBufferBytes());
        size(scratch, SO_SNDBUFFORCE, SO_SNDBUF, options.sendBufferBytes());
    }

    /**
     * Gives the open socket the mark and the buffer sizes of these options. Any thread.
     *
     * @throws NativeIoException when the kernel refuses the mark; nothing has changed then
     */
    public void tune(UdpOptions options) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(SocketAddress.SLOT_BYTES, 8);
            if (value(scratch, SO_MARK) != options.mark()) {
                set(scratch, "SO_MARK", SOL_SOCKET, SO_MARK, options.mark());
            }
            size(scratch, options);
        }
    }

    /** What the kernel granted, bytes. */
    public int receiveBufferBytes() {
        return granted(SO_RCVBUF);
    }

    /** What the kernel granted, bytes. */
    public int sendBufferBytes() {
        return granted(SO_SNDBUF);
    }

    /**
     * What the kernel counts for this socket, unsigned, in the order of {@link SocketMemory#NAMES};
     * empty when it does not tell or the socket is closed. Any thread.
     */
    public synchronized long[] memory() {
        if (closed) {
            return new long[0];
        }
        int values = SocketMemory.NAMES.size();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(4L * values + 4, 8);
            long lengthAt = 4L * values;
            scratch.set(JAVA_INT, lengthAt, 4 * values);
            long at = scratch.address();
            int result =
                    libc.getsockopt(new Errno(), fd, SOL_SOCKET, SO_MEMINFO, at, at + lengthAt);
            if (result < 0 || scratch.get(JAVA_INT, lengthAt) < 4 * values) {
                return new long[0];
            }
            long[] found = new long[values];
            for (int i = 0; i < values; i++) {
                found[i] = Integer.toUnsignedLong(scratch.get(JAVA_INT, 4L * i));
            }
            return found;
        }
    }

    /** The kernel doubles what it is told, for its own needs. */
    private int granted(int option) {
        try (Arena arena = Arena.ofConfined()) {
            return value(arena.allocate(16, 8), option) / 2;
        }
    }

    private int value(MemorySegment scratch, int option) {
        scratch.set(JAVA_INT, 0, 0);
        scratch.set(JAVA_INT, 8, 4);
        long at = scratch.address();
        libc.check("getsockopt", errno, libc.getsockopt(errno, fd, SOL_SOCKET, option, at, at + 8));
        return scratch.get(JAVA_INT, 0);
    }

    /** The forced form passes the system's limit but needs CAP_NET_ADMIN; the plain one is cut to the limit. */
    private void size(MemorySegment scratch, int forced, int plain, int bytes) {
        if (bytes > 0 && !trySet(scratch, SOL_SOCKET, forced, bytes)) {
            trySet(scratch, SOL_SOCKET, plain, bytes);
        }
    }

    private void set(MemorySegment scratch, String name, int level, int option, int value) {
        if (!trySet(scratch, level, option, value)) {
            throw libc.failure(name + " on the UDP socket", errno.value());
        }
    }

    private boolean trySet(MemorySegment scratch, int level, int option, int value) {
        scratch.set(JAVA_INT, 0, value);
        return libc.setsockopt(errno, fd, level, option, scratch.address(), 4) == 0;
    }

    private boolean knowsSegmentation(MemorySegment scratch) {
        scratch.set(JAVA_INT, 8, 4);
        return libc.getsockopt(
                        errno,
                        fd,
                        ControlMessage.SOL_UDP,
                        ControlMessage.UDP_SEGMENT,
                        scratch.address(),
                        scratch.address() + 8)
                == 0;
    }

    private void bind(MemorySegment scratch, Ip host, int port) {
        SocketAddress.write(scratch, 0, family, host.hi(), host.lo(), port);
        int bytes = SocketAddress.bytes(family);
        if (libc.bind(errno, fd, scratch.address(), bytes) < 0) {
            throw libc.failure("listen.host " + host + " port " + port, errno.value());
        }
    }

    private UnderlayAddr readLocal(MemorySegment scratch) {
        scratch.set(JAVA_INT, 28, SocketAddress.INET6_BYTES);
        libc.check(
                "getsockname",
                errno,
                libc.getsockname(errno, fd, scratch.address(), scratch.address() + 28));
        Ip ip = new Ip(SocketAddress.hi(scratch, 0), SocketAddress.lo(scratch, 0));
        return new UnderlayAddr(ip, SocketAddress.port(scratch, 0));
    }

    /** A port for one thread; the caller closes it when that thread has ended. */
    public LinuxUdpPort port() {
        return new LinuxUdpPort(libc, this);
    }

    /** File descriptor for {@link dev.asterism.tun.poll.EventLoop#watch}. Still owned and closed by this object. */
    public int fd() {
        return fd;
    }

    WholeDatagrams whole() {
        return whole;
    }

    int family() {
        return family;
    }

    /** The bound address, with the real port when 0 was asked for. */
    public UnderlayAddr local() {
        return local;
    }

    /** True when IPv6 destinations cannot be reached from here. */
    public boolean isIpv4Only() {
        return family == SocketAddress.INET;
    }

    /** True when received entries may be batches, and receive slots have 64 KiB. */
    public boolean coalescing() {
        return coalescing;
    }

    /** True when batches are handed to the kernel in one message. */
    public boolean segmentation() {
        return segmentation;
    }

    /**
     * Names who hears that the kernel refused a GSO batch towards an address, which gets single
     * datagrams for a while; called on the sending thread, so it must hand over quickly.
     */
    public void onGsoRejected(BiConsumer<Ip, String> listener) {
        onGsoRejected = listener;
    }

    /**
     * Names who is called when the kernel did not take a datagram. Called on the sending thread, so
     * it must hand over quickly; a true answer promises that {@link #drainSendFailures} is called
     * until it answers nothing. After a false answer the next failure calls again.
     */
    public void onSendFailure(BooleanSupplier listener) {
        onSendFailure = listener;
    }

    /**
     * What the kernel did not take since the last call. An empty answer means that the listener is
     * called again. Any thread.
     */
    public List<SendFailure> drainSendFailures() {
        return sendFailures.drain();
    }

    void sendFailed(int error, long addressHi, long addressLo) {
        if (sendFailures.add(error, addressHi, addressLo) && !onSendFailure.getAsBoolean()) {
            sendFailures.unheard();
        }
    }

    void gsoRejected(Ip to, String why) {
        onGsoRejected.accept(to, why);
    }

    public UdpCounters counters() {
        return counters;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            libc.close(errno, fd);
        }
    }
}
