package dev.asterism.tun.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.LinuxLibc;
import dev.asterism.tun.testing.Datagrams;
import dev.asterism.tun.testing.Leaks;
import dev.asterism.tun.udp.LinuxUdp;
import dev.asterism.tun.udp.LinuxUdpPort;
import dev.asterism.tun.udp.UdpOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EventLoopIT {

    private static final Libc LIBC = new LinuxLibc();
    private static final LoopFailure NONE =
            (loop, cause) -> {
                throw new AssertionError(loop, cause);
            };

    /** Counts its turns and does nothing; due at a fixed time. */
    private static final class Idle implements DutyCycle {

        private final Semaphore turns = new Semaphore(0);
        private volatile long deadline = Long.MAX_VALUE;

        @Override
        public int doWork(Tick now) {
            turns.release();
            return 0;
        }

        @Override
        public long nextDeadlineNanos() {
            return deadline;
        }

        @Override
        public String role() {
            return "idle";
        }

        void awaitTurn() throws InterruptedException {
            assertThat(turns.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void sleepsUntilWoken() throws Exception {
        Idle idle = new Idle();
        try (EventLoop loop = new EventLoop(LIBC, "loop-test", List.of(idle), NONE)) {
            loop.start();
            idle.awaitTurn();
            assertThat(idle.turns.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();

            loop.wake();

            idle.awaitTurn();
        }
    }

    @Test
    void turnsAgainAtTheEarliestDeadline() throws Exception {
        Idle never = new Idle();
        Idle soon = new Idle();
        soon.deadline = System.nanoTime() + 10_000_000;
        try (EventLoop loop = new EventLoop(LIBC, "loop-test", List.of(never, soon), NONE)) {
            loop.start();
            never.awaitTurn();

            never.awaitTurn();

            assertThat(System.nanoTime()).isGreaterThanOrEqualTo(soon.deadline);
        }
    }

    @Test
    void givesRisingTimesCloseToTheSystemsOwn() throws Exception {
        List<Tick> ticks = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch enough = new CountDownLatch(1000);
        DutyCycle busy =
                new DutyCycle() {
                    @Override
                    public int doWork(Tick now) {
                        if (enough.getCount() > 0) {
                            ticks.add(now);
                            enough.countDown();
                        }
                        return 1;
                    }

                    @Override
                    public long nextDeadlineNanos() {
                        return Long.MAX_VALUE;
                    }

                    @Override
                    public String role() {
                        return "busy";
                    }
                };
        long before = System.nanoTime();
        try (EventLoop loop = new EventLoop(LIBC, "loop-test", List.of(busy), NONE)) {
            loop.start();
            enough.await();
        }

        assertThat(ticks).isSortedAccordingTo((a, b) -> Long.compare(a.nanos(), b.nanos()));
        assertThat(ticks.getFirst().nanos()).isGreaterThanOrEqualTo(before);
        assertThat(ticks.getLast().wall())
                .isBetween(
                        java.time.Instant.now().minusSeconds(60),
                        java.time.Instant.now().plusMillis(1));
    }

    @Test
    void drivesAnEchoOverUdpAndEndsCleanly() throws Exception {
        try (LinuxUdp warm = open();
                LinuxUdpPort port = warm.port()) {
            assertThat(port.receive(port.newBatch(1, 65_536))).isZero();
        }
        int descriptors = Leaks.descriptors();

        for (int round = 0; round < 3; round++) {
            LoopGroup group = new LoopGroup();
            LinuxUdp server = open();
            group.own(server);
            LinuxUdpPort serverPort = server.port();
            group.own(serverPort);
            group.add(
                    new EventLoop(LIBC, "loop-echo", List.of(new Echo(serverPort)), NONE)
                            .watch(server.fd()));
            group.start();
            try (LinuxUdp client = open();
                    LinuxUdpPort clientPort = client.port()) {
                DatagramBatch batch = clientPort.newBatch(8, 1 << 20);
                Datagrams.append(batch, server.local(), 100, 7);
                clientPort.send(batch);

                assertThat(Datagrams.receive(clientPort, batch, 1)).hasSize(1);
            }
            group.close();
        }

        assertThat(Leaks.descriptors()).isEqualTo(descriptors);
        assertThat(Leaks.threads("loop-")).isZero();
    }

    private record Echo(UdpPort port, DatagramBatch batch) implements DutyCycle {

        Echo(UdpPort port) {
            this(port, port.newBatch(8, 1 << 20));
        }

        @Override
        public int doWork(Tick now) {
            int received = port.receive(batch);
            port.send(batch);
            return received;
        }

        @Override
        public long nextDeadlineNanos() {
            return Long.MAX_VALUE;
        }

        @Override
        public String role() {
            return "echo";
        }
    }

    @Test
    void reportsACycleThatThrows() throws Exception {
        CompletableFuture<String> report = new CompletableFuture<>();
        Idle idle = new Idle();
        DutyCycle broken =
                new DutyCycle() {
                    @Override
                    public int doWork(Tick now) {
                        throw new IllegalStateException("broken lane");
                    }

                    @Override
                    public long nextDeadlineNanos() {
                        return Long.MAX_VALUE;
                    }

                    @Override
                    public String role() {
                        return "broken";
                    }
                };
        LoopFailure reporter = (loop, cause) -> report.complete(loop + " " + cause.getMessage());
        try (EventLoop loop = new EventLoop(LIBC, "loop-test", List.of(idle, broken), reporter)) {
            loop.start();

            assertThat(report.get(10, TimeUnit.SECONDS)).isEqualTo("loop-test broken lane");
        }
    }

    /** The wake that goes with a stop must not be lost, whatever the thread is doing: close would wait for ever. */
    @Test
    void endsWheneverItIsToldTo() {
        for (int i = 0; i < 2_000; i++) {
            EventLoop loop = new EventLoop(LIBC, "loop-test", List.of(new Idle()), NONE);
            loop.start();
            for (int spin = i % 50; spin > 0; spin--) {
                loop.wake();
            }
            loop.close();
        }
        assertThat(Leaks.threads("loop-")).isZero();
    }

    @Test
    void closesWithoutEverHavingStarted() {
        new EventLoop(LIBC, "loop-test", List.of(new Idle()), NONE).close();
    }

    @Test
    void closesResourcesInReverseOrderAfterTheLoopsEvenWhenOneFails() {
        List<String> order = new ArrayList<>();
        AtomicInteger running = new AtomicInteger();
        LoopGroup group = new LoopGroup();
        group.own(() -> order.add("socket"));
        group.own(
                () -> {
                    throw new IllegalStateException("port");
                });
        group.own(() -> order.add("device " + running.get()));
        group.add(new EventLoop(LIBC, "loop-test", List.of(new Idle()), NONE));
        group.start();

        assertThatThrownBy(group::close)
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("port");

        assertThat(order).containsExactly("device 0", "socket");
        assertThat(Leaks.threads("loop-")).isZero();
    }

    private static LinuxUdp open() {
        return LinuxUdp.open(LIBC, UdpOptions.on(Ip.of("127.0.0.1"), 0));
    }
}
