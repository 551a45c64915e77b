package dev.asterism.agent.it;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The few calls of the C library that the JDK has no other way to. */
final class Kernel {

    private static final int O_CLOEXEC = 0x80000;
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final long SIOCETHTOOL = 0x8946;
    private static final int ETHTOOL_STXCSUM = 0x17;
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SUN_PATH_BYTES = 108;

    private Kernel() {}

    /** Moves the calling thread into a namespace; sockets it opens then belong there for good. */
    static void enter(String namespace) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom("/run/netns/" + namespace);
            int fd = (int) call("open", JAVA_INT, ADDRESS, JAVA_INT).invokeExact(path, O_CLOEXEC);
            check("open", fd);
            int entered =
                    (int) call("setns", JAVA_INT, JAVA_INT, JAVA_INT).invokeExact(fd, CLONE_NEWNET);
            close(fd);
            check("setns", entered);
        } catch (Throwable t) {
            throw new IllegalStateException("cannot enter " + namespace, t);
        }
    }

    /** A bound datagram socket in the file system, as a service manager has. */
    static int bindUnixDatagram(Path path, int timeoutSeconds) {
        try (Arena arena = Arena.ofConfined()) {
            int fd =
                    (int)
                            call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT)
                                    .invokeExact(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
            check("socket", fd);
            MemorySegment address = unixAddress(arena, path);
            check(
                    "bind",
                    (int)
                            call("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT)
                                    .invokeExact(fd, address, (int) address.byteSize()));
            MemorySegment time = arena.allocate(16, 8);
            time.set(JAVA_LONG, 0, timeoutSeconds);
            setOption(fd, SOL_SOCKET, SO_RCVTIMEO, time);
            return fd;
        } catch (Throwable t) {
            throw new IllegalStateException("no socket at " + path, t);
        }
    }

    /**
     * Sends to a bound datagram socket until it takes no more; returns how many it took. Nobody's later one gets in.
     */
    static int fillUnixDatagram(Path path) {
        int fd = socket(AF_UNIX, SOCK_DGRAM);
        try (Arena arena = Arena.ofConfined()) {
            connect(fd, unixAddress(arena, path));
            MethodHandle send = call("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
            MemorySegment byteOfNoUse = arena.allocate(1);
            int taken = 0;
            while ((long) send.invokeExact(fd, byteOfNoUse, 1L, MSG_DONTWAIT) >= 0) {
                taken++;
            }
            return taken;
        } catch (Throwable t) {
            throw new IllegalStateException("cannot fill " + path, t);
        } finally {
            close(fd);
        }
    }

    private static MemorySegment unixAddress(Arena arena, Path path) {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        MemorySegment address = arena.allocate(2 + SUN_PATH_BYTES, 8);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
        return address.asSlice(0, 2L + name.length + 1);
    }

    /** The next datagram as text. */
    static String receive(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(4096);
            long length =
                    (long)
                            call("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT)
                                    .invokeExact(fd, buffer, 4096L, 0);
            check("recv", (int) length);
            byte[] bytes = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (Throwable t) {
            throw new IllegalStateException("nothing received", t);
        }
    }

    static int socket(int family, int type) {
        try {
            int fd =
                    (int)
                            call("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT)
                                    .invokeExact(family, type | 0x80000, 0);
            check("socket", fd);
            return fd;
        } catch (Throwable t) {
            throw new IllegalStateException("no socket", t);
        }
    }

    static void setOption(int fd, int level, int name, MemorySegment value) {
        try {
            check(
                    "setsockopt",
                    (int)
                            call(
                                            "setsockopt",
                                            JAVA_INT,
                                            JAVA_INT,
                                            JAVA_INT,
                                            JAVA_INT,
                                            ADDRESS,
                                            JAVA_INT)
                                    .invokeExact(fd, level, name, value, (int) value.byteSize()));
        } catch (Throwable t) {
            throw new IllegalStateException("option " + name + " of level " + level, t);
        }
    }

    static void connect(int fd, MemorySegment address) {
        try {
            check(
                    "connect",
                    (int)
                            call("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT)
                                    .invokeExact(fd, address, (int) address.byteSize()));
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    static void send(int fd, MemorySegment bytes) {
        try {
            long sent =
                    (long)
                            call("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT)
                                    .invokeExact(fd, bytes, bytes.byteSize(), 0);
            check("send", (int) sent);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    /**
     * As {@code ethtool -K DEVICE tx off}: the kernel finishes checksums before the device, so that
     * a far end sees them.
     */
    static void withoutChecksumOffload(String device) {
        int fd = socket(AF_INET, SOCK_DGRAM);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(8, 8);
            value.set(JAVA_INT, 0, ETHTOOL_STXCSUM);
            MemorySegment request = arena.allocate(40, 8);
            byte[] name = device.getBytes(StandardCharsets.UTF_8);
            MemorySegment.copy(name, 0, request, ValueLayout.JAVA_BYTE, 0, name.length);
            request.set(ADDRESS, 16, value);
            Linker linker = Linker.nativeLinker();
            MethodHandle ioctl =
                    linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("ioctl"),
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                            Linker.Option.firstVariadicArg(2));
            check("ioctl", (int) ioctl.invokeExact(fd, SIOCETHTOOL, request));
        } catch (Throwable t) {
            throw new IllegalStateException("checksum offload of " + device, t);
        } finally {
            close(fd);
        }
    }

    static void close(int fd) {
        try {
            int _ = (int) call("close", JAVA_INT, JAVA_INT).invokeExact(fd);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    private static void check(String name, int result) {
        if (result < 0) {
            throw new IllegalStateException(name + " failed");
        }
    }
}
