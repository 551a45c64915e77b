package dev.asterism.tun.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.LinuxLibc;
import dev.asterism.tun.libc.NativeIoException;
import dev.asterism.tun.netlink.DeviceEvents;
import dev.asterism.tun.poll.EventLoop;
import dev.asterism.tun.poll.Poller;
import dev.asterism.tun.testing.Datagrams;
import dev.asterism.tun.testing.FaultyLibc;
import dev.asterism.tun.testing.Leaks;
import dev.asterism.tun.testing.NetNamespace;
import dev.asterism.tun.udp.LinuxUdp;
import dev.asterism.tun.udp.LinuxUdpPort;
import dev.asterism.tun.udp.UdpOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another program's changes to our device, under a clock of the test's own. */
class DeviceGuardIT {

    private static final Libc LIBC = new LinuxLibc();
    private static final int EMFILE = 24;
    private static final long SECOND = 1_000_000_000L;
    private static final long PATIENCE_NANOS = 20 * SECOND;

    private final List<String> told = new ArrayList<>();
    private long nowNanos = 1_000 * SECOND;

    private final DeviceGuard.Listener listener =
            new DeviceGuard.Listener() {
                @Override
                public void restored(List<String> what) {
                    told.add("restored " + what);
                }

                @Override
                public void restoredTooOften(List<String> what) {
                    told.add("too often");
                }

                @Override
                public void refused(NativeIoException why) {
                    told.add("refused " + why.getMessage());
                }
            };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "link set mesh0 down",
                "addr flush dev mesh0",
                "route del 10.42.0.0/16 dev mesh0",
                "route flush dev mesh0",
                "-6 route flush dev mesh0",
                "route del 192.168.7.0/24 dev mesh0 metric 50",
                "route replace 10.42.0.0/16 dev lo",
                "link set mesh0 mtu 1290",
                "link set mesh0 mtu 1000",
                "link del mesh0"
            })
    void putsBackWhatAnotherProgramTook(String theft) throws Exception {
        withGuard(
                1,
                (tun, guard) -> {
                    NetNamespace.ip(theft);
                    assertThat(tun.missing()).isNotEmpty();

                    turnFor(guard, SECOND);

                    assertThat(tun.missing()).isEmpty();
                    assertThat(told).as(theft).hasSize(1);
                    assertThat(told.getFirst()).startsWith("restored");
                    assertThat(NetNamespace.ip("route get 10.42.0.9")).contains("dev mesh0");
                    assertThat(NetNamespace.ip("-6 route get fd42::9")).contains("dev mesh0");
                    assertThat(NetNamespace.ip("addr show dev mesh0")).doesNotContain("fe80");
                });
    }

    @Test
    void leavesWhatOthersAddedToTheDevice() throws Exception {
        withGuard(
                1,
                (tun, guard) -> {
                    NetNamespace.ip("addr add 192.0.2.7/32 dev mesh0");
                    NetNamespace.ip("route add 198.51.100.0/24 dev mesh0");
                    NetNamespace.ip("route del 10.42.0.0/16 dev mesh0");
                    turnFor(guard, SECOND);

                    assertThat(told).hasSize(1);
                    assertThat(NetNamespace.ip("addr show dev mesh0")).contains("192.0.2.7");
                    assertThat(NetNamespace.ip("route show dev mesh0")).contains("198.51.100.0/24");
                });
    }

    @Test
    void doesNotFightWithoutEnd() throws Exception {
        withGuard(
                1,
                (tun, guard) -> {
                    int repairs = 0;
                    for (int i = 0; i < 300; i++) {
                        if (tun.missing().isEmpty()) {
                            repairs++;
                            NetNamespace.ip("addr flush dev mesh0");
                        }
                        turnFor(guard, SECOND / 5);
                    }

                    assertThat(told.stream().filter(t -> t.startsWith("restored"))).hasSize(5);
                    assertThat(told.stream().filter("too often"::equals)).hasSize(1);
                    assertThat(repairs).as("found in order, of 60 s").isLessThanOrEqualTo(6);
                });
    }

    @Test
    void takesTheDeviceAwayOnceTheFightIsOver() throws Exception {
        withGuard(
                1,
                (tun, guard) -> {
                    for (int i = 0; i < 6; i++) {
                        NetNamespace.ip("link del mesh0");
                        turnFor(guard, SECOND);
                    }
                    assertThat(told.getLast()).isEqualTo("too often");
                    assertThat(NetNamespace.ip("link show")).doesNotContain("mesh0");

                    turnFor(guard, 60 * SECOND);

                    assertThat(NetNamespace.ip("link show")).contains("mesh0");
                    assertThat(tun.missing()).isEmpty();
                });
    }

    @Test
    void triesAgainWhenTheNameIsTaken() throws Exception {
        withGuard(
                1,
                (tun, guard) -> {
                    NetNamespace.ip("link del mesh0");
                    NetNamespace.ip("link add mesh0 type veth peer name other0");
                    turnFor(guard, SECOND / 2);
                    assertThat(told).hasSize(1);
                    assertThat(told.getFirst()).contains("refused", "exists already");

                    NetNamespace.ip("link del mesh0");
                    turnFor(guard, 2 * SECOND);

                    assertThat(tun.missing()).isEmpty();
                    assertThat(told).hasSize(2);
                });
    }

    @Test
    void aNameThatIsTakenForLongLeavesTheRepairsForWhatCanBeRepaired() throws Exception {
        withGuard(
                1,
                (tun, guard) -> {
                    NetNamespace.ip("link del mesh0");
                    NetNamespace.ip("link add mesh0 type veth peer name other0");
                    turnFor(guard, 50 * SECOND);
                    assertThat(told).hasSizeBetween(6, 7).allMatch(t -> t.startsWith("refused"));

                    NetNamespace.ip("link del mesh0");
                    turnFor(guard, 33 * SECOND);

                    assertThat(told.getLast()).isEqualTo("restored [device mesh0]");
                    assertThat(tun.missing()).isEmpty();
                });
    }

    @Test
    void doesNotCallUnknownWhatItCouldNotRead() throws Exception {
        FaultyLibc libc = new FaultyLibc();
        withGuard(
                libc,
                1,
                (tun, guard) -> {
                    libc.interruptDumps(1_000_000);
                    NetNamespace.ip("link set mesh0 txqueuelen 77");
                    turnFor(guard, 5 * SECOND);
                    assertThat(told).isEmpty();

                    NetNamespace.ip("addr flush dev mesh0");
                    turnFor(guard, 5 * SECOND);
                    assertThat(told).isEmpty();

                    libc.interruptDumps(0);
                    turnFor(guard, SECOND + SECOND / 10);
                    assertThat(tun.missing()).isEmpty();
                    assertThat(told).hasSize(1);
                });
    }

    @Test
    void looksAtTheStart() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxTun tun = LinuxTun.open(LIBC, TunOptions.named("mesh0", 1300))) {
                        tun.activate(List.of(Cidr.of("10.42.0.2/16")));
                        NetNamespace.ip("route del 10.42.0.0/16 dev mesh0");
                        try (DeviceEvents news = new DeviceEvents(LIBC)) {
                            turnFor(new DeviceGuard(tun, news, listener), SECOND);
                        }
                        assertThat(told).containsExactly("restored [route 10.42.0.0/16]");
                    }
                });
    }

    @Test
    void triesAgainWhenTheFreshDeviceIsDeletedAtOnce() throws Exception {
        FaultyLibc libc = new FaultyLibc();
        withGuard(
                libc,
                1,
                (tun, guard) -> {
                    libc.afterNextAttach(() -> NetNamespace.ip("link del mesh0"));
                    NetNamespace.ip("link del mesh0");
                    turnFor(guard, SECOND / 2);
                    assertThat(told).singleElement().asString().contains("deleted again");

                    turnFor(guard, 2 * SECOND);
                    assertThat(tun.missing()).isEmpty();
                    assertThat(told).hasSize(2);
                });
    }

    /** A queue that was put in place already keeps the new device alive, and so its name taken. */
    @Test
    void triesAgainWhenOnlySomeQueuesCouldBePutInPlace() throws Exception {
        FaultyLibc libc = new FaultyLibc();
        withGuard(
                libc,
                3,
                (tun, guard) -> {
                    int parking = 0;
                    libc.failDups(parking, parking, parking, 0, EMFILE);
                    NetNamespace.ip("link del mesh0");
                    turnFor(guard, SECOND / 2);
                    assertThat(told).singleElement().asString().contains("refused", "dup3");
                    assertThat(NetNamespace.ip("link show")).doesNotContain("mesh0");

                    turnFor(guard, 2 * SECOND);
                    assertThat(tun.missing()).isEmpty();
                    assertThat(told).hasSize(2);
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void carriesPacketsByTheSameDescriptorsAfterTheDeviceWasDeleted(int queues) throws Exception {
        withGuard(
                queues,
                (tun, guard) -> {
                    List<LinuxTunPort> ports = new ArrayList<>();
                    List<PacketBatch> batches = new ArrayList<>();
                    for (int i = 0; i < queues; i++) {
                        ports.add(tun.port(i));
                        batches.add(ports.get(i).newBatch(16, 65_536));
                    }
                    int fd = tun.fd(0);
                    int descriptors = Leaks.descriptors();
                    NetNamespace.ip("link del mesh0");
                    for (int i = 0; i < queues; i++) {
                        assertThat(ports.get(i).read(batches.get(i))).isZero();
                    }
                    turnFor(guard, SECOND);

                    assertThat(tun.missing()).isEmpty();
                    assertThat(tun.fd(0)).isEqualTo(fd);
                    assertThat(Leaks.descriptors()).isEqualTo(descriptors);
                    assertThat(sendAndRead(ports, batches)).isPositive();
                    ports.forEach(LinuxTunPort::close);
                });
    }

    private static int sendAndRead(List<LinuxTunPort> ports, List<PacketBatch> batches) {
        try (LinuxUdp app = LinuxUdp.open(LIBC, UdpOptions.on(Ip.of("10.42.0.2"), 0));
                LinuxUdpPort out = app.port()) {
            var datagrams = out.newBatch(4, 65_536);
            Datagrams.append(datagrams, UnderlayAddr.of("10.42.0.9:7000"), 99, 'x');
            long end = System.nanoTime() + PATIENCE_NANOS;
            int came = 0;
            while (came == 0 && System.nanoTime() < end) {
                out.send(datagrams);
                for (int i = 0; i < ports.size(); i++) {
                    came += ports.get(i).read(batches.get(i));
                }
            }
            return came;
        }
    }

    @Test
    void aParkedQueueIsNeverReadyAndCountsWhatIsWritten() throws Exception {
        withGuard(
                1,
                (tun, _) -> {
                    try (LinuxTunPort port = tun.port();
                            Poller poller = new Poller(LIBC)) {
                        PacketBatch batch = port.newBatch(4, 65_536);
                        NetNamespace.ip("link del mesh0");
                        batch.append(batch.reserve(20), 20, 0, false);
                        assertThat(port.write(batch)).isZero();
                        assertThat(tun.missing()).containsExactly("device mesh0");
                        poller.add(tun.fd());

                        long deadline = System.nanoTime() + SECOND / 20;
                        poller.await(deadline);

                        assertThat(System.nanoTime()).isGreaterThanOrEqualTo(deadline);
                        assertThat(port.write(batch)).isZero();
                        assertThat(port.read(batch)).isZero();
                        assertThat(tun.counters().deviceGone()).isEqualTo(2);
                    }
                });
    }

    @Test
    void wakesAThreadThatSleepsOnTheOldDevice() throws Exception {
        withGuard(
                1,
                (tun, guard) -> {
                    AtomicInteger came = new AtomicInteger();
                    LinuxTunPort port = tun.port();
                    PacketBatch batch = port.newBatch(16, 65_536);
                    try (port;
                            EventLoop reader =
                                    new EventLoop(
                                                    LIBC,
                                                    "guard-it",
                                                    List.of(new Reading(port, batch, came)),
                                                    (_, cause) -> cause.printStackTrace())
                                            .watch(tun.fd())) {
                        tun.onMadeAnew(reader::wake);
                        reader.start();
                        NetNamespace.ip("link del mesh0");
                        assertThat(tun.missing()).isNotEmpty();
                        turnFor(guard, SECOND);
                        came.set(0);

                        try (LinuxUdp app =
                                        LinuxUdp.open(LIBC, UdpOptions.on(Ip.of("10.42.0.2"), 0));
                                LinuxUdpPort out = app.port()) {
                            var datagrams = out.newBatch(4, 65_536);
                            Datagrams.append(datagrams, UnderlayAddr.of("10.42.0.9:7"), 99, 'x');
                            out.send(datagrams);
                            long end = System.nanoTime() + PATIENCE_NANOS;
                            while (came.get() == 0 && System.nanoTime() < end) {
                                Thread.onSpinWait();
                            }
                        }
                        assertThat(came.get()).isPositive();
                    }
                });
    }

    private record Reading(LinuxTunPort port, PacketBatch batch, AtomicInteger came)
            implements dev.asterism.overlay.io.DutyCycle {

        @Override
        public int doWork(Tick now) {
            int count = port.read(batch);
            came.addAndGet(count);
            return count;
        }

        @Override
        public long nextDeadlineNanos() {
            return Long.MAX_VALUE;
        }

        @Override
        public String role() {
            return "reading";
        }
    }

    private interface Body {
        void run(LinuxTun tun, DeviceGuard guard) throws Exception;
    }

    private void withGuard(int queues, Body body) throws Exception {
        withGuard(LIBC, queues, body);
    }

    private void withGuard(Libc libc, int queues, Body body) throws Exception {
        NetNamespace.run(
                () -> {
                    TunOptions options = TunOptions.named("mesh0", 1300).withQueues(queues);
                    DevicePlan plan =
                            DevicePlan.of(
                                    List.of(Cidr.of("10.42.0.2/16"), Cidr.of("fd42::2/64")),
                                    1300,
                                    List.of(
                                            new DevicePlan.Route(
                                                    Cidr.of("192.168.7.0/24"), 1200, 50),
                                            new DevicePlan.Route(Cidr.of("2001:db8::/32"), 0, 0)));
                    try (LinuxTun tun = LinuxTun.open(libc, options);
                            DeviceEvents news = new DeviceEvents(libc)) {
                        tun.activate(plan);
                        DeviceGuard guard = new DeviceGuard(tun, news, listener);
                        turnFor(guard, SECOND);
                        assertThat(told).isEmpty();
                        body.run(tun, guard);
                    }
                });
    }

    /** Messages of a call have been queued when it returns, so that no turn comes too early. */
    private void turnFor(DeviceGuard guard, long nanos) {
        long end = nowNanos + nanos;
        while (nowNanos < end) {
            nowNanos += SECOND / 100;
            guard.doWork(new Tick(nowNanos, Instant.EPOCH));
        }
    }
}
