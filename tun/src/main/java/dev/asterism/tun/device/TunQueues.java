package dev.asterism.tun.device;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.NativeIoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The descriptors of one device: /dev/net/tun, TUNSETIFF, TUNSETOFFLOAD. */
final class TunQueues implements AutoCloseable {

    private static final String CLONE_DEVICE = "/dev/net/tun";
    private static final int O_RDWR_NONBLOCK_CLOEXEC = 0x2 | 0x800 | 0x80000;
    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNGETFEATURES = 0x800454cfL;
    private static final long TUNSETOFFLOAD = 0x400454d0L;
    private static final int IFF_TUN_NO_PI = 0x1 | 0x1000;
    private static final int IFF_MULTI_QUEUE = 0x100;
    private static final int IFF_VNET_HDR = 0x4000;
    private static final int IFF_TUN_EXCL = 0x8000;
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int IFREQ_BYTES = 40;
    private static final int NAME_BYTES = 15;

    private static final List<TunOffload> OFFLOADS =
            List.of(TunOffload.TCP_AND_UDP, TunOffload.TCP, TunOffload.CHECKSUMS);

    private final Libc libc;
    private final Errno errno = new Errno();
    private final int[] fds;
    private int opened;
    private boolean parked;
    private String name;
    private TunOffload offload = TunOffload.NONE;

    private TunQueues(Libc libc, int queues, String name) {
        this.libc = libc;
        this.name = name;
        fds = new int[queues];
    }

    static TunQueues open(Libc libc, TunOptions options) {
        if (options.name().getBytes(StandardCharsets.UTF_8).length > NAME_BYTES) {
            throw new IllegalArgumentException(
                    "a device name has at most 15 bytes: " + options.name());
        }
        TunQueues queues = new TunQueues(libc, options.queues(), options.name());
        try (Arena arena = Arena.ofConfined()) {
            for (int i = 0; i < options.queues(); i++) {
                queues.attach(arena, options);
            }
            return queues;
        } catch (RuntimeException e) {
            queues.close();
            throw e;
        }
    }

    private void attach(Arena arena, TunOptions options) {
        boolean first = opened == 0;
        long path = arena.allocateFrom(CLONE_DEVICE).address();
        int fd = libc.open(errno, path, O_RDWR_NONBLOCK_CLOEXEC);
        if (fd < 0) {
            throw openFailure();
        }
        fds[opened++] = fd;
        MemorySegment ifreq = arena.allocate(IFREQ_BYTES, 8);
        if (first) {
            boolean header = options.offload() && knowsHeader(fd, ifreq);
            offload = header ? TunOffload.HEADER_ONLY : TunOffload.NONE;
        }
        int flags = IFF_TUN_NO_PI;
        flags |= offload.hasHeader() ? IFF_VNET_HDR : 0;
        flags |= options.queues() > 1 ? IFF_MULTI_QUEUE : 0;
        flags |= first ? IFF_TUN_EXCL : 0;
        ifreq.setString(0, name);
        ifreq.set(JAVA_SHORT, 16, (short) flags);
        if (libc.ioctl(errno, fd, TUNSETIFF, ifreq.address()) < 0) {
            throw attachFailure();
        }
        name = ifreq.getString(0);
        if (offload.hasHeader()) {
            // Queues are of one kernel and one device: what the last was granted, all were.
            offload = requestOffload(fd);
        }
    }

    private boolean knowsHeader(int fd, MemorySegment scratch) {
        scratch.set(JAVA_INT, 0, 0);
        return libc.ioctl(errno, fd, TUNGETFEATURES, scratch.address()) == 0
                && (scratch.get(JAVA_INT, 0) & IFF_VNET_HDR) != 0;
    }

    /** When all are refused the header stays but says "plain" in every read. */
    private TunOffload requestOffload(int fd) {
        for (TunOffload wanted : OFFLOADS) {
            if (libc.ioctl(errno, fd, TUNSETOFFLOAD, wanted.features()) == 0) {
                return wanted;
            }
        }
        return TunOffload.HEADER_ONLY;
    }

    private NativeIoException openFailure() {
        int code = errno.value();
        String text = libc.describe(code);
        return new NativeIoException(
                "open " + CLONE_DEVICE,
                code,
                switch (code) {
                    case Errno.ENOENT, Errno.ENODEV -> text + "; is the kernel's tun module there?";
                    case Errno.EACCES, Errno.EPERM -> text + "; may this process open it?";
                    default -> text;
                });
    }

    private NativeIoException attachFailure() {
        int code = errno.value();
        String text = libc.describe(code);
        return new NativeIoException(
                "tun.dev " + (name.isEmpty() ? "(kernel's choice)" : name),
                code,
                switch (code) {
                    case Errno.EBUSY -> "a network device of that name exists already";
                    case Errno.EPERM -> text + "; making a device needs CAP_NET_ADMIN";
                    case Errno.EINVAL -> text + "; not a name for a device, or of another kind";
                    default -> text;
                });
    }

    /**
     * Puts something that never has a packet in the place of each queue. The numbers stay, so that
     * threads may go on reading, writing and polling them; a queue of a deleted device would always
     * be ready.
     */
    void park() {
        if (parked) {
            return;
        }
        int placeholder =
                libc.check(
                        "open a stand-in for " + name,
                        errno,
                        libc.socket(errno, AF_UNIX, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0));
        try {
            for (int i = 0; i < opened; i++) {
                put(placeholder, i);
            }
            parked = true;
        } finally {
            libc.close(errno, placeholder);
        }
    }

    /**
     * Puts the queues of a fresh device, as many as here, in the place of these, and closes the
     * other object. When that fails no queue of it stays open, as the device would live on and keep
     * its name.
     */
    void adopt(TunQueues fresh) {
        try (fresh) {
            parked = false;
            for (int i = 0; i < opened; i++) {
                put(fresh.fds[i], i);
            }
        } catch (NativeIoException e) {
            park();
            throw e;
        }
    }

    private void put(int from, int queue) {
        libc.check("dup3 for " + name, errno, libc.dup3(errno, from, fds[queue], O_CLOEXEC));
    }

    boolean isParked() {
        return parked;
    }

    String name() {
        return name;
    }

    TunOffload offload() {
        return offload;
    }

    int fd(int queue) {
        return fds[queue];
    }

    @Override
    public void close() {
        while (opened > 0) {
            libc.close(errno, fds[--opened]);
        }
    }
}
