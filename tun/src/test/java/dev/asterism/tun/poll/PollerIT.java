package dev.asterism.tun.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.LinuxLibc;
import dev.asterism.tun.testing.Allocation;
import dev.asterism.tun.testing.Datagrams;
import dev.asterism.tun.testing.FaultyLibc;
import dev.asterism.tun.testing.Leaks;
import dev.asterism.tun.udp.LinuxUdp;
import dev.asterism.tun.udp.LinuxUdpPort;
import dev.asterism.tun.udp.UdpOptions;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class PollerIT {

    private static final Libc LIBC = new LinuxLibc();

    /** How late it wakes up is the machine's doing: PollerBench in benchmarks/jmh measures that. */
    @Test
    void asksTheKernelForNanosecondsAndIsNeverEarly() {
        FaultyLibc libc = new FaultyLibc();
        try (Poller poller = new Poller(libc)) {
            boolean finer = false;
            for (int odd = 1; odd < 20; odd += 2) {
                long before = System.nanoTime();
                long deadline = before + 3_000_000 + odd;

                poller.await(deadline);

                assertThat(System.nanoTime()).isGreaterThanOrEqualTo(deadline);
                assertThat(libc.pollNanos()).isBetween(0L, deadline - before);
                finer |= libc.pollNanos() % 1_000 != 0;
            }
            assertThat(finer).as("than a microsecond").isTrue();
        }
    }

    @Test
    void returnsAtOnceWhenTheDeadlineIsPast() {
        try (Poller poller = new Poller(LIBC)) {
            poller.await(System.nanoTime() - 1);
            poller.await(Long.MIN_VALUE / 2);
        }
    }

    @Test
    void keepsAWakeThatComesBeforeTheSleep() {
        try (Poller poller = new Poller(LIBC)) {
            poller.wake();
            poller.wake();

            poller.await(Long.MAX_VALUE);
        }
    }

    @Test
    void spendsAWakeOnOneSleepOnly() {
        try (Poller poller = new Poller(LIBC)) {
            poller.wake();
            poller.await(Long.MAX_VALUE);

            long before = System.nanoTime();
            poller.await(before + 20_000_000);

            assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(20_000_000);
        }
    }

    /** As a loop does before it looks everywhere: what it was woken for need not end its next sleep as well. */
    @Test
    void sleepsWhenTheWakesUntilThenAreForgottenAndNotForThoseAfterwards() {
        try (Poller poller = new Poller(LIBC)) {
            poller.wake();
            poller.forgetWakes();
            long before = System.nanoTime();
            poller.await(before + 20_000_000);
            assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(20_000_000);

            poller.forgetWakes();
            poller.wake();
            poller.await(Long.MAX_VALUE);
        }
    }

    /** One that does not wake keeps the test waiting for ever, which the time limit turns into a failure. */
    @Test
    void wakesASleeperEachTime() throws InterruptedException {
        try (Poller poller = new Poller(LIBC)) {
            Semaphore woken = new Semaphore(0);
            Thread sleeper =
                    Thread.ofPlatform()
                            .name("sleeper")
                            .start(
                                    () -> {
                                        for (int i = 0; i < 50; i++) {
                                            poller.await(Long.MAX_VALUE);
                                            woken.release();
                                        }
                                    });
            for (int i = 0; i < 50; i++) {
                poller.wake();
                woken.acquire();
            }
            sleeper.join();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void losesNoWakeOfManyThreads(boolean forgets) throws Exception {
        try (Poller poller = new Poller(LIBC)) {
            var left = new java.util.concurrent.atomic.AtomicInteger(4 * 20_000);
            Thread[] wakers = new Thread[4];
            for (int t = 0; t < wakers.length; t++) {
                wakers[t] =
                        Thread.ofPlatform()
                                .name("waker")
                                .start(
                                        () -> {
                                            for (int i = 0; i < 20_000; i++) {
                                                left.decrementAndGet();
                                                poller.wake();
                                            }
                                        });
            }

            // A lost wake leaves this thread asleep indefinitely, which the time limit turns into a
            // failure.
            while (true) {
                if (forgets) {
                    poller.forgetWakes();
                }
                if (left.get() == 0) {
                    break;
                }
                poller.await(Long.MAX_VALUE);
            }

            for (Thread waker : wakers) {
                waker.join();
            }
        }
    }

    @Test
    void returnsWhenADescriptorIsReadable() {
        try (Poller poller = new Poller(LIBC);
                LinuxUdp socket = LinuxUdp.open(LIBC, UdpOptions.on(Ip.of("127.0.0.1"), 0));
                LinuxUdpPort port = socket.port()) {
            poller.add(socket.fd());
            var batch = port.newBatch(8, 1 << 20);
            Datagrams.append(batch, socket.local(), 10, 1);
            port.send(batch);

            assertThat(poller.isReadable(socket.fd())).isFalse();
            poller.await(Long.MAX_VALUE);

            assertThat(poller.isReadable(socket.fd())).isTrue();
            assertThat(port.receive(batch)).isEqualTo(1);
            poller.await(System.nanoTime());
            assertThat(poller.isReadable(socket.fd())).isFalse();
        }
    }

    @Test
    void ignoresAWakeAfterClose() {
        Poller poller = new Poller(LIBC);
        poller.close();
        poller.close();

        poller.wake();
        poller.wake();
    }

    @Test
    void allocatesNothingOnceCompiled() {
        try (Poller poller = new Poller(LIBC)) {
            assertThat(Allocation.bytesPerCall(20_000, () -> poller.await(System.nanoTime() - 1)))
                    .isLessThan(1.0);
        }
    }

    @Test
    void leavesNoDescriptorBehind() {
        new Poller(LIBC).close();
        int before = Leaks.descriptors();

        for (int i = 0; i < 10; i++) {
            new Poller(LIBC).close();
        }

        assertThat(Leaks.descriptors()).isEqualTo(before);
    }
}
