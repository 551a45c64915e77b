package dev.asterism.tun.notify;

import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.NativeIoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * sd_notify(3): one datagram per state to the Unix socket that NOTIFY_SOCKET names, a leading
 * {@code @} standing for the zero byte of an abstract address. Without that variable every method
 * does nothing.
 *
 * <p>Failures are thrown as {@link NativeIoException}; the caller logs them and goes on (behaviour.md 1).
 */
public final class SystemdNotifier {

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDTIMEO = 21;
    private static final int PATH_AT = 2;
    private static final int PATH_BYTES = 108;

    private final Libc libc;
    private final String socketPath;

    /**
     * @param notifySocket the value of NOTIFY_SOCKET, null when it is not set
     */
    public SystemdNotifier(Libc libc, @Nullable String notifySocket) {
        this.libc = libc;
        socketPath = notifySocket == null ? "" : notifySocket;
    }

    public void ready() {
        send("READY=1");
    }

    public void reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1000);
    }

    public void stopping() {
        send("STOPPING=1");
    }

    /** The service lives: to be told at least as often as the unit's {@code WatchdogSec=} says. */
    public void alive() {
        send("WATCHDOG=1");
    }

    private void send(String state) {
        if (socketPath.isEmpty()) {
            return;
        }
        byte[] path = socketPath.getBytes(StandardCharsets.UTF_8);
        if (path.length >= PATH_BYTES) {
            throw new NativeIoException("NOTIFY_SOCKET", Errno.EINVAL, "the path is too long");
        }
        Errno errno = new Errno();
        int fd =
                libc.check(
                        "NOTIFY_SOCKET", errno, libc.socket(errno, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0));
        try (Arena arena = Arena.ofConfined()) {
            send(arena, errno, fd, path, state.getBytes(StandardCharsets.UTF_8));
        } finally {
            libc.close(errno, fd);
        }
    }

    private void send(Arena arena, Errno errno, int fd, byte[] path, byte[] state) {
        MemorySegment second = arena.allocate(16, 8);
        second.set(ValueLayout.JAVA_LONG, 0, 1);
        libc.setsockopt(errno, fd, SOL_SOCKET, SO_SNDTIMEO, second.address(), 16);
        // sockaddr_un: family u16, path. An abstract path begins with a zero byte and ends with the
        // length.
        MemorySegment address = arena.allocate(PATH_AT + PATH_BYTES, 8);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        boolean isAbstract = path[0] == '@';
        MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, PATH_AT, path.length);
        if (isAbstract) {
            address.set(ValueLayout.JAVA_BYTE, PATH_AT, (byte) 0);
        }
        int length = PATH_AT + path.length + (isAbstract ? 0 : 1);
        String what = "NOTIFY_SOCKET " + socketPath;
        libc.check(what, errno, libc.connect(errno, fd, address.address(), length));
        MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, state);
        if (libc.write(errno, fd, bytes.address(), state.length) < 0) {
            throw libc.failure(what, errno.value());
        }
    }
}
