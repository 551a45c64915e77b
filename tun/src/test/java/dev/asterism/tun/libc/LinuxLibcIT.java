package dev.asterism.tun.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LinuxLibcIT {

    private final Libc libc = new LinuxLibc();
    private final Errno errno = new Errno();

    @Test
    void carriesArgumentsAndResultsOfEverySize() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(8, 8);
            buffer.set(ValueLayout.JAVA_LONG, 0, Long.MAX_VALUE - 1);
            int fd = libc.check("eventfd", errno, libc.eventfd(errno, 0, 0x800));

            assertThat(libc.write(errno, fd, buffer.address(), 8)).isEqualTo(8);
            buffer.fill((byte) 0);
            assertThat(libc.read(errno, fd, buffer.address(), 8)).isEqualTo(8);
            assertThat(buffer.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(Long.MAX_VALUE - 1);
            assertThat(libc.read(errno, fd, buffer.address(), 8)).isEqualTo(-1);
            assertThat(errno.value()).isEqualTo(Errno.EAGAIN);
            assertThat(libc.close(errno, fd)).isZero();
        }
    }

    @Test
    void passesNegativeNumbersAsSuch() {
        assertThat(libc.close(errno, -1)).isEqualTo(-1);
        assertThat(errno.value()).isEqualTo(Errno.EBADF);
    }

    @Test
    void putsErrorsIntoWords() {
        assertThat(libc.describe(Errno.EADDRINUSE)).isEqualTo("Address already in use");
        assertThatThrownBy(() -> libc.check("close -1", errno, libc.close(errno, -1)))
                .isInstanceOf(NativeIoException.class)
                .hasMessage("close -1: Bad file descriptor (errno 9)");
    }

    @Test
    void keepsTheErrorsOfThreadsApart() throws Exception {
        AtomicBoolean mixed = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(2);
        Thread.ofPlatform().start(() -> repeat(mixed, ended, -1, Errno.EBADF));
        Thread.ofPlatform().start(() -> repeat(mixed, ended, 0, Errno.EFAULT));

        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(mixed).isFalse();
    }

    private void repeat(AtomicBoolean mixed, CountDownLatch ended, int fd, int expected) {
        Errno own = new Errno();
        for (int i = 0; i < 20_000; i++) {
            if (libc.getsockname(own, fd, 0, 0) == 0
                    || own.value() != expected && own.value() != Errno.ENOTSOCK) {
                mixed.set(true);
            }
        }
        ended.countDown();
    }
}
