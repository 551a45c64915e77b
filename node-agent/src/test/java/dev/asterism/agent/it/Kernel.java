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
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
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
            byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
            MemorySegment address = arena.allocate(2 + SUN_PATH_BYTES, 8);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
            int length = 2 + name.length + 1;
            check(
                    "bind",
                    (int)
                            call("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT)
                                    .invokeExact(fd, address, length));
            MemorySegment time = arena.allocate(16, 8);
            time.set(JAVA_LONG, 0, timeoutSeconds);
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
                                    .invokeExact(fd, SOL_SOCKET, SO_RCVTIMEO, time, 16));
            return fd;
        } catch (Throwable t) {
            throw new IllegalStateException("no socket at " + path, t);
        }
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
