package dev.asterism.tun.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.NativeIoException;
import dev.asterism.tun.poll.Poller;
import dev.asterism.tun.testing.Allocation;
import dev.asterism.tun.testing.Datagrams;
import dev.asterism.tun.testing.Datagrams.Datagram;
import dev.asterism.tun.testing.FaultyLibc;
import dev.asterism.tun.testing.Leaks;
import dev.asterism.tun.testing.NetNamespace;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LinuxUdpIT {

    private static final int SLAB = 1 << 20;

    private final FaultyLibc libc = new FaultyLibc();

    @Test
    void carriesIpv4() throws Exception {
        NetNamespace.run(() -> exchange("127.0.0.1", "127.0.0.1", "127.0.0.1"));
    }

    @Test
    void carriesIpv6() throws Exception {
        NetNamespace.run(() -> exchange("::1", "::1", "::1"));
    }

    @Test
    void carriesBothFamiliesOnTheUnspecifiedIpv6Host() throws Exception {
        NetNamespace.run(
                () -> {
                    exchange("::", "127.0.0.1", "127.0.0.1");
                    exchange("::", "::1", "::1");
                });
    }

    /** Sends from a socket on {@code host} to one on {@code peer}, which must see {@code seen} as source. */
    private void exchange(String host, String peer, String seen) {
        try (LinuxUdp from = open(host);
                LinuxUdp to = open(peer);
                LinuxUdpPort out = from.port();
                LinuxUdpPort in = to.port()) {
            DatagramBatch batch = out.newBatch(64, SLAB);
            for (int i = 0; i < 20; i++) {
                Datagrams.append(batch, to.local(), 100 + 7 * i, i);
            }

            assertThat(out.send(batch)).isEqualTo(20);

            List<Datagram> received = Datagrams.receive(in, in.newBatch(64, SLAB), 20);
            assertThat(received).hasSize(20);
            for (int i = 0; i < 20; i++) {
                UnderlayAddr source = new UnderlayAddr(Ip.of(seen), from.local().port());
                assertThat(received.get(i)).isEqualTo(new Datagram(source, 100 + 7 * i, i, false));
            }
            assertThat(from.isIpv4Only()).isEqualTo(Ip.of(host).isIpv4());
        }
    }

    @Test
    void sendsAndReceivesGsoBatches() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxUdp from = open("::");
                            LinuxUdp to = open("127.0.0.1");
                            LinuxUdpPort out = from.port();
                            LinuxUdpPort in = to.port()) {
                        assertThat(from.segmentation()).isTrue();
                        assertThat(to.coalescing()).isTrue();
                        DatagramBatch batch = out.newBatch(64, SLAB);
                        for (int i = 0; i < 40; i++) {
                            Datagrams.append(batch, to.local(), i == 39 ? 50 : 1400, i);
                        }

                        assertThat(out.send(batch)).isEqualTo(40);
                        assertThat(libc.sendCalls()).isEqualTo(1);

                        DatagramBatch received = in.newBatch(8, SLAB);
                        List<Datagram> datagrams = Datagrams.receive(in, received, 40);
                        assertThat(received.count()).isEqualTo(1);
                        assertThat(received.segmentSize(0)).isEqualTo(1400);
                        assertThat(datagrams).hasSize(40);
                        assertThat(datagrams.get(39).lengthBytes()).isEqualTo(50);
                        assertThat(datagrams.get(39).firstByte()).isEqualTo(39);
                    }
                });
    }

    @Test
    void tellsGsoBatchesFromSinglesInTheSameSlotsRoundAfterRound() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxUdp from = open("127.0.0.1");
                            LinuxUdp to = open("127.0.0.1");
                            LinuxUdpPort out = from.port();
                            LinuxUdpPort in = to.port()) {
                        DatagramBatch batch = out.newBatch(64, SLAB);
                        DatagramBatch received = in.newBatch(8, SLAB);
                        for (int round = 0; round < 3; round++) {
                            batch.clear();
                            Integer[] lengths =
                                    round == 1
                                            ? new Integer[] {10, 2000, 3000}
                                            : new Integer[] {900, 900, 900, 10, 2000, 800, 800};
                            for (int length : lengths) {
                                Datagrams.append(batch, to.local(), length, round);
                            }
                            out.send(batch);

                            assertThat(Datagrams.receive(in, received, lengths.length))
                                    .extracting(Datagram::lengthBytes)
                                    .containsExactly(lengths);
                        }
                    }
                });
    }

    @Test
    void sendsAGsoBatchEntry() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxUdp from = open("127.0.0.1");
                            LinuxUdp to = open("127.0.0.1");
                            LinuxUdpPort out = from.port();
                            LinuxUdpPort in = to.port()) {
                        DatagramBatch batch = out.newBatch(4, SLAB);
                        Ip ip = to.local().ip();
                        batch.append(5_250, 1_000, ip.hi(), ip.lo(), to.local().port());

                        assertThat(out.send(batch)).isEqualTo(1);

                        assertThat(Datagrams.receive(in, in.newBatch(8, SLAB), 6))
                                .extracting(Datagram::lengthBytes)
                                .containsExactly(1000, 1000, 1000, 1000, 1000, 250);
                    }
                });
    }

    @Test
    void fallsBackToSinglesWhereTheDeviceIsTooNarrowForTheSegments() throws Exception {
        NetNamespace.run(
                () -> {
                    NetNamespace.ip("link set lo mtu 1300");
                    try (LinuxUdp from = open("127.0.0.1");
                            LinuxUdp to = open("127.0.0.1");
                            LinuxUdpPort out = from.port();
                            LinuxUdpPort in = to.port()) {
                        DatagramBatch batch = out.newBatch(16, SLAB);
                        for (int i = 0; i < 10; i++) {
                            Datagrams.append(batch, to.local(), 1400, i);
                        }

                        assertThat(out.send(batch)).isEqualTo(10);

                        assertThat(from.counters().gsoRejected()).isEqualTo(1);
                        assertThat(Datagrams.receive(in, in.newBatch(16, SLAB), 10))
                                .extracting(Datagram::firstByte)
                                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
                        assertThat(out.send(batch)).isEqualTo(10);
                        assertThat(from.counters().gsoRejected()).isEqualTo(1);
                    }
                });
    }

    @Test
    void fallsBackToSinglesOnEveryRefusalOfGsoBatches() throws Exception {
        NetNamespace.run(
                () -> {
                    for (int error : new int[] {Errno.EIO, Errno.EINVAL, Errno.EMSGSIZE}) {
                        try (LinuxUdp from = open("127.0.0.1");
                                LinuxUdp to = open("127.0.0.1");
                                LinuxUdpPort out = from.port();
                                LinuxUdpPort in = to.port()) {
                            DatagramBatch batch = out.newBatch(16, SLAB);
                            for (int i = 0; i < 5; i++) {
                                Datagrams.append(batch, to.local(), 1400, i);
                            }
                            libc.failSends(error);
                            List<Ip> said = new ArrayList<>();
                            from.onGsoRejected((ip, why) -> said.add(ip));

                            assertThat(out.send(batch)).isEqualTo(5);
                            assertThat(said).containsExactly(to.local().ip());
                            assertThat(Datagrams.receive(in, in.newBatch(16, SLAB), 5)).hasSize(5);
                        }
                    }
                });
    }

    @Test
    void doesWithoutGsoBatchesOnAnOldKernel() throws Exception {
        NetNamespace.run(
                () -> {
                    libc.withoutUdpOptions(103, 104);
                    try (LinuxUdp from = open("127.0.0.1");
                            LinuxUdp to = open("127.0.0.1");
                            LinuxUdpPort out = from.port();
                            LinuxUdpPort in = to.port()) {
                        assertThat(from.segmentation()).isFalse();
                        assertThat(to.coalescing()).isFalse();
                        DatagramBatch batch = out.newBatch(16, SLAB);
                        for (int i = 0; i < 5; i++) {
                            Datagrams.append(batch, to.local(), 1400, i);
                        }

                        assertThat(out.send(batch)).isEqualTo(5);
                        assertThat(Datagrams.receive(in, in.newBatch(16, SLAB), 5)).hasSize(5);
                    }
                });
    }

    @Test
    void losesOnlyTheDatagramThatIsRefused() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxUdp from = open("127.0.0.1");
                            LinuxUdp to = open("127.0.0.1");
                            LinuxUdpPort out = from.port();
                            LinuxUdpPort in = to.port()) {
                        DatagramBatch batch = out.newBatch(16, SLAB);
                        Datagrams.append(batch, UnderlayAddr.of("127.0.0.1:0"), 30, 0);
                        Datagrams.append(batch, to.local(), 10, 1);
                        Datagrams.append(batch, UnderlayAddr.of("[2001:db8::1]:1"), 30, 2);
                        Datagrams.append(batch, UnderlayAddr.of("192.0.2.1:4242"), 30, 3);
                        Datagrams.append(batch, to.local(), 20, 4);
                        Datagrams.append(batch, to.local(), 66_000, 5);
                        Datagrams.append(batch, to.local(), 30, 6);

                        assertThat(out.send(batch)).isEqualTo(3);

                        assertThat(from.counters().sendRejected()).isEqualTo(4);
                        assertThat(Datagrams.receive(in, in.newBatch(16, SLAB), 3))
                                .extracting(Datagram::firstByte)
                                .containsExactly(1, 4, 6);
                    }
                });
    }

    @Test
    void tellsWhereItCouldNotSendAndWhy() throws Exception {
        NetNamespace.run(
                () -> {
                    AtomicInteger calls = new AtomicInteger();
                    try (LinuxUdp socket = open("0.0.0.0");
                            LinuxUdpPort port = socket.port()) {
                        socket.onSendFailure(() -> calls.incrementAndGet() > 0);
                        DatagramBatch batch = port.newBatch(64, SLAB);
                        UnderlayAddr unreachable = new UnderlayAddr(Ip.of("198.51.100.1"), 4242);
                        for (int i = 0; i < 20; i++) {
                            Datagrams.append(batch, unreachable, 100 + 7 * i, i);
                        }

                        assertThat(port.send(batch)).isZero();
                        long rejected = socket.counters().sendRejected();
                        assertThat(rejected).isGreaterThan(1);
                        assertThat(calls).as("one call for all").hasValue(1);
                        assertThat(socket.drainSendFailures())
                                .containsExactly(new SendFailure(unreachable.ip(), 101, rejected));
                    }
                });
    }

    @Test
    void survivesEveryOrdinaryErrorOfSend() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxUdp from = open("127.0.0.1");
                            LinuxUdp to = open("127.0.0.1");
                            LinuxUdpPort out = from.port()) {
                        DatagramBatch batch = out.newBatch(16, SLAB);
                        for (int i = 0; i < 8; i++) {
                            Datagrams.append(batch, to.local(), 10 + i, i);
                        }
                        libc.failSends(
                                Errno.EINTR,
                                Errno.EPERM,
                                Errno.ECONNREFUSED,
                                Errno.EHOSTUNREACH,
                                Errno.EAGAIN,
                                Errno.ENOBUFS,
                                Errno.EINTR);

                        assertThat(out.send(batch)).isEqualTo(3);
                        assertThat(from.counters().sendRejected()).isEqualTo(3);
                        assertThat(from.counters().sendQueueFull()).isEqualTo(2);
                    }
                });
    }

    @Test
    void countsErrorsOfReceiveAndGoesOn() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxUdp socket = open("127.0.0.1");
                            LinuxUdpPort port = socket.port()) {
                        DatagramBatch batch = port.newBatch(8, SLAB);
                        libc.failReceives(Errno.ECONNREFUSED, Errno.EINTR, Errno.EAGAIN);

                        for (int i = 0; i < 4; i++) {
                            assertThat(port.receive(batch)).isZero();
                        }
                        assertThat(socket.counters().receiveErrors()).isEqualTo(1);

                        libc.failReceives(Errno.EBADF);
                        assertThatThrownBy(() -> port.receive(batch))
                                .isInstanceOf(NativeIoException.class);
                    }
                });
    }

    @Test
    void dropsADatagramLongerThanItsSlot() throws Exception {
        NetNamespace.run(
                () -> {
                    UdpOptions plain = UdpOptions.on(Ip.of("127.0.0.1"), 0).withoutCoalescing();
                    try (LinuxUdp from = open("127.0.0.1");
                            LinuxUdp to = LinuxUdp.open(libc, plain);
                            LinuxUdpPort out = from.port();
                            LinuxUdpPort in = to.port()) {
                        DatagramBatch batch = out.newBatch(16, SLAB);
                        Datagrams.append(batch, to.local(), 100, 1);
                        Datagrams.append(batch, to.local(), 2049, 2);
                        Datagrams.append(batch, to.local(), 2048, 3);
                        out.send(batch);

                        assertThat(Datagrams.receive(in, in.newBatch(16, 16 * 2048), 2))
                                .extracting(Datagram::firstByte)
                                .containsExactly(1, 3);
                        assertThat(to.counters().truncated()).isEqualTo(1);
                    }
                });
    }

    @Test
    void namesTheAddressThatIsInUse() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxUdp first = open("127.0.0.1")) {
                        int port = first.local().port();

                        assertThatThrownBy(
                                        () ->
                                                LinuxUdp.open(
                                                        libc,
                                                        UdpOptions.on(Ip.of("127.0.0.1"), port)))
                                .isInstanceOf(NativeIoException.class)
                                .hasMessageContaining("listen.host 127.0.0.1 port " + port)
                                .hasMessageContaining("Address already in use");
                    }
                    assertThatThrownBy(() -> open("192.0.2.1"))
                            .hasMessageContaining("listen.host 192.0.2.1 port 0");
                });
    }

    @Test
    void sharesAPortBetweenLanes() throws Exception {
        NetNamespace.run(
                () -> {
                    UdpOptions options = UdpOptions.on(Ip.of("::"), 0).sharingPort();
                    try (LinuxUdp first = LinuxUdp.open(libc, options);
                            LinuxUdp second =
                                    LinuxUdp.open(libc, options.withPort(first.local().port()))) {
                        assertThat(second.local()).isEqualTo(first.local());
                    }
                });
    }

    @Test
    void setsMarkAndBuffers() throws Exception {
        NetNamespace.run(
                () -> {
                    UdpOptions options =
                            UdpOptions.on(Ip.of("127.0.0.1"), 0)
                                    .withMark(77)
                                    .withBuffers(6 << 20, 5 << 20);
                    try (LinuxUdp socket = LinuxUdp.open(libc, options)) {
                        assertThat(option(socket, 36)).isEqualTo(77);
                        assertThat(option(socket, 8)).isEqualTo(2 * (6 << 20));
                        assertThat(option(socket, 7)).isEqualTo(2 * (5 << 20));
                    }
                });
    }

    @Test
    void hasBuffersOf16MebibytesUnlessToldOtherwise() throws Exception {
        NetNamespace.run(
                () -> {
                    UdpOptions plain = UdpOptions.on(Ip.of("127.0.0.1"), 0);
                    try (LinuxUdp socket = LinuxUdp.open(libc, plain);
                            LinuxUdp half = LinuxUdp.open(libc, plain.withBuffers(1 << 20, 0))) {
                        assertThat(socket.receiveBufferBytes()).isEqualTo(16 << 20);
                        assertThat(socket.sendBufferBytes()).isEqualTo(16 << 20);
                        assertThat(half.receiveBufferBytes()).isEqualTo(1 << 20);
                        assertThat(half.sendBufferBytes()).isEqualTo(16 << 20);
                    }
                });
    }

    @Test
    void takesWhatTheHostsLimitAdmitsWithoutTheRightToMore() throws Exception {
        NetNamespace.run(
                () -> {
                    FaultyLibc unprivileged = new FaultyLibc().refuseSocketOptions(32, 33);
                    UdpOptions plain = UdpOptions.on(Ip.of("127.0.0.1"), 0);
                    try (LinuxUdp socket = LinuxUdp.open(unprivileged, plain)) {
                        int limit =
                                Integer.parseInt(
                                        Files.readAllLines(Path.of("/proc/sys/net/core/rmem_max"))
                                                .getFirst());
                        assertThat(socket.receiveBufferBytes())
                                .isEqualTo(Math.min(limit, 16 << 20));
                    }
                });
    }

    @Test
    void changesMarkAndBuffersWhileOpen() throws Exception {
        NetNamespace.run(
                () -> {
                    UdpOptions options = UdpOptions.on(Ip.of("127.0.0.1"), 0).withMark(77);
                    try (LinuxUdp socket = LinuxUdp.open(libc, options)) {
                        socket.tune(options.withMark(0).withBuffers(3 << 20, 2 << 20));

                        assertThat(option(socket, 36)).isZero();
                        assertThat(socket.receiveBufferBytes()).isEqualTo(3 << 20);
                        assertThat(socket.sendBufferBytes()).isEqualTo(2 << 20);

                        FaultyLibc unprivileged = new FaultyLibc().refuseSocketOptions(36);
                        try (LinuxUdp other =
                                LinuxUdp.open(unprivileged, UdpOptions.on(Ip.of("127.0.0.1"), 0))) {
                            int before = other.receiveBufferBytes();
                            assertThatThrownBy(() -> other.tune(options.withBuffers(4096, 4096)))
                                    .isInstanceOf(NativeIoException.class)
                                    .hasMessageContaining("SO_MARK");
                            assertThat(other.receiveBufferBytes()).isEqualTo(before);
                        }
                    }
                });
    }

    private int option(LinuxUdp socket, int option) {
        var memory = java.lang.foreign.Arena.ofAuto().allocate(16, 8);
        memory.set(ValueLayout.JAVA_INT, 8, 4);
        long at = memory.address();
        assertThat(libc.getsockopt(new Errno(), socket.fd(), 1, option, at, at + 8)).isZero();
        return memory.get(ValueLayout.JAVA_INT, 0);
    }

    @Test
    void takesIpv4OnlyOnAHostWithoutIpv6() throws Exception {
        NetNamespace.run(
                () -> {
                    FaultyLibc ipv4Host = new FaultyLibc().withoutIpv6();
                    try (LinuxUdp socket = LinuxUdp.open(ipv4Host, UdpOptions.on(Ip.of("::"), 0))) {
                        assertThat(socket.isIpv4Only()).isTrue();
                        assertThat(socket.local().ip()).isEqualTo(Ip.of("0.0.0.0"));
                    }
                    assertThatThrownBy(
                                    () -> LinuxUdp.open(ipv4Host, UdpOptions.on(Ip.of("::1"), 0)))
                            .isInstanceOf(NativeIoException.class);
                });
    }

    @Test
    void allocatesNothingPerDatagramOnceCompiled() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxUdp from = open("::");
                            LinuxUdp to = open("127.0.0.1");
                            LinuxUdpPort out = from.port();
                            LinuxUdpPort in = to.port()) {
                        DatagramBatch batch = out.newBatch(8, SLAB);
                        DatagramBatch received = in.newBatch(8, SLAB);
                        for (int length : new int[] {900, 900, 900, 10, 2000}) {
                            Datagrams.append(batch, to.local(), length, 1);
                        }
                        Runnable roundTrip =
                                () -> {
                                    out.send(batch);
                                    in.receive(received);
                                };

                        assertThat(Allocation.bytesPerCall(20_000, roundTrip)).isLessThan(1.0);
                    }
                });
    }

    /** An owner that sleeps until the socket is readable looks again first: for single datagrams that costs no call. */
    @Test
    void findsNothingRightAfterOneSmallDatagram() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxUdp from = open("127.0.0.1");
                            LinuxUdp to = open("127.0.0.1");
                            LinuxUdpPort out = from.port();
                            LinuxUdpPort in = to.port();
                            Poller poller = new Poller(libc)) {
                        poller.add(to.fd());
                        DatagramBatch into = in.newBatch(8, SLAB);

                        sendAndWait(out, to, 100, poller);
                        assertThat(in.receive(into)).isEqualTo(1);
                        sendAndWait(out, to, 1_200, poller);
                        assertThat(in.receive(into)).isZero();
                        assertThat(in.receive(into)).isEqualTo(1);
                        sendAndWait(out, to, 100, poller);
                        assertThat(in.receive(into)).isEqualTo(1);
                    }
                });
    }

    /** Until it is there. */
    private static void sendAndWait(LinuxUdpPort out, LinuxUdp to, int bytes, Poller poller) {
        DatagramBatch batch = out.newBatch(8, SLAB);
        Datagrams.append(batch, to.local(), bytes, 1);
        out.send(batch);
        poller.await(Long.MAX_VALUE);
    }

    @Test
    void leavesNoDescriptorBehind() throws Exception {
        NetNamespace.run(
                () -> {
                    open("::").close();
                    int before = Leaks.descriptors();

                    for (int i = 0; i < 5; i++) {
                        try (LinuxUdp socket = open("::");
                                LinuxUdpPort port = socket.port()) {
                            port.receive(port.newBatch(8, SLAB));
                        }
                        assertThatThrownBy(() -> open("192.0.2.1"))
                                .isInstanceOf(NativeIoException.class);
                    }

                    assertThat(Leaks.descriptors()).isEqualTo(before);
                });
    }

    @Test
    void refusesWorkAfterClose() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxUdp socket = open("127.0.0.1")) {
                        LinuxUdpPort port = socket.port();
                        DatagramBatch batch = port.newBatch(8, SLAB);
                        port.close();
                        port.close();

                        assertThatThrownBy(() -> port.receive(batch))
                                .isInstanceOf(IllegalStateException.class);
                        assertThatThrownBy(() -> port.send(batch))
                                .isInstanceOf(IllegalStateException.class);
                    }
                });
    }

    private LinuxUdp open(String host) {
        return LinuxUdp.open(libc, UdpOptions.on(Ip.of(host), 0));
    }
}
