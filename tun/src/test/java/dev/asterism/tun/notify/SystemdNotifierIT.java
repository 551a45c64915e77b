package dev.asterism.tun.notify;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.LinuxLibc;
import dev.asterism.tun.libc.NativeIoException;
import dev.asterism.tun.testing.Leaks;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SystemdNotifierIT {

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;

    private final LinuxLibc libc = new LinuxLibc();
    private final Errno errno = new Errno();
    private final Arena arena = Arena.ofAuto();

    @Test
    void tellsASocketInTheFileSystem(@TempDir Path directory) {
        String path = directory.resolve("notify").toString();
        int manager = listen(path);
        SystemdNotifier notifier = new SystemdNotifier(libc, path);

        notifier.ready();
        assertThat(next(manager)).isEqualTo("READY=1");
        notifier.reloading();
        assertThat(next(manager)).matches("RELOADING=1\nMONOTONIC_USEC=[1-9][0-9]*");
        notifier.alive();
        assertThat(next(manager)).isEqualTo("WATCHDOG=1");
        notifier.stopping();
        assertThat(next(manager)).isEqualTo("STOPPING=1");

        libc.close(errno, manager);
    }

    @Test
    void tellsAnAbstractSocket() {
        String name = "asterism-notify-" + ProcessHandle.current().pid();
        int manager = listen("\0" + name);

        new SystemdNotifier(libc, "@" + name).ready();

        assertThat(next(manager)).isEqualTo("READY=1");
        libc.close(errno, manager);
    }

    @Test
    void doesNothingWithoutASocket() {
        new SystemdNotifier(libc, null).ready();
        new SystemdNotifier(libc, "").stopping();
    }

    @Test
    void reportsASocketThatIsNotThere(@TempDir Path directory) {
        String path = directory.resolve("nobody").toString();
        int before = Leaks.descriptors();

        assertThatThrownBy(() -> new SystemdNotifier(libc, path).ready())
                .isInstanceOf(NativeIoException.class)
                .hasMessageContaining(path);
        assertThatThrownBy(() -> new SystemdNotifier(libc, "/" + "x".repeat(200)).ready())
                .isInstanceOf(NativeIoException.class)
                .hasMessageContaining("too long");

        assertThat(Leaks.descriptors()).isEqualTo(before);
    }

    private int listen(String path) {
        int fd = libc.check("socket", errno, libc.socket(errno, AF_UNIX, SOCK_DGRAM, 0));
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        MemorySegment address = arena.allocate(110, 8);
        address.set(JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(bytes, 0, address, JAVA_BYTE, 2, bytes.length);
        libc.check("bind", errno, libc.bind(errno, fd, address.address(), 2 + bytes.length));
        return fd;
    }

    private String next(int fd) {
        MemorySegment buffer = arena.allocate(256, 8);
        long got = libc.read(errno, fd, buffer.address(), 256);
        return new String(buffer.asSlice(0, got).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
    }
}
