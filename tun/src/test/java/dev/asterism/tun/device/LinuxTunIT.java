package dev.asterism.tun.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.LinuxLibc;
import dev.asterism.tun.libc.NativeIoException;
import dev.asterism.tun.testing.Allocation;
import dev.asterism.tun.testing.Datagrams;
import dev.asterism.tun.testing.FaultyLibc;
import dev.asterism.tun.testing.Leaks;
import dev.asterism.tun.testing.NetNamespace;
import dev.asterism.tun.udp.LinuxUdp;
import dev.asterism.tun.udp.LinuxUdpPort;
import dev.asterism.tun.udp.UdpOptions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinuxTunIT {

    private static final Libc LIBC = new LinuxLibc();
    private static final List<Cidr> ADDRESSES =
            List.of(Cidr.of("10.42.0.2/16"), Cidr.of("fd42::2/64"));

    @Test
    void showsItsAddressesMtuQueueAndRoutes() throws Exception {
        NetNamespace.run(
                () -> {
                    TunOptions options =
                            TunOptions.named("mesh0", 1300)
                                    .withDeviceMtu(1400)
                                    .withTransmitQueue(777);
                    try (LinuxTun tun = LinuxTun.open(LIBC, options)) {
                        tun.activate(ADDRESSES);

                        assertThat(NetNamespace.ip("link show dev mesh0"))
                                .contains("mtu 1400", "qlen 777", ",UP");
                        assertThat(NetNamespace.ip("addr show dev mesh0"))
                                .contains("inet 10.42.0.2/16", "inet6 fd42::2/64")
                                .doesNotContain("fe80");
                        assertThat(NetNamespace.ip("-4 route show dev mesh0"))
                                .isEqualTo(
                                        "10.42.0.0/16 proto kernel scope link src 10.42.0.2"
                                                + " mtu 1300 advmss 1260 \n");
                        assertThat(NetNamespace.ip("-6 route show dev mesh0"))
                                .contains("fd42::/64 proto kernel")
                                .contains("metric 256", "mtu 1300", "advmss 1240");
                        assertThat(tun.name()).isEqualTo("mesh0");
                    }
                });
    }

    /** Of Docker's containers most are like that. */
    @Test
    void saysWhenTheHostHasIpv6SwitchedOff() throws Exception {
        NetNamespace.run(
                () -> {
                    Files.writeString(Path.of("/proc/sys/net/ipv6/conf/default/disable_ipv6"), "1");
                    try (LinuxTun tun = LinuxTun.open(LIBC, TunOptions.named("mesh0", 1300))) {
                        assertThatThrownBy(() -> tun.activate(ADDRESSES))
                                .isInstanceOf(NativeIoException.class)
                                .hasMessageContaining("add address fd42::2/64")
                                .hasMessageContaining("IPv6 is switched off here");
                    }
                });
    }

    @Test
    void carriesPacketsBothWays() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxTun tun = open("mesh0");
                            LinuxTunPort port = tun.port();
                            LinuxUdp app = app("10.42.0.2");
                            LinuxUdpPort appPort = app.port()) {
                        PacketBatch batch = port.newBatch(64, 256 * 1024);
                        var out = appPort.newBatch(4, 65_536);
                        Datagrams.append(out, UnderlayAddr.of("10.42.0.9:7000"), 333, 'x');
                        appPort.send(out);

                        readUntil(port, batch, 1);

                        assertThat(batch.length(0)).isEqualTo(20 + 8 + 333);
                        assertThat(batch.segmentSize(0)).isZero();
                        assertThat(batch.checksumPartial(0)).isFalse();

                        turnAround(batch, 0);
                        assertThat(port.write(batch)).isEqualTo(1);

                        var in = appPort.newBatch(4, 4 * 65_536);
                        assertThat(Datagrams.receive(appPort, in, 1))
                                .containsExactly(
                                        new Datagrams.Datagram(
                                                UnderlayAddr.of("10.42.0.9:7000"),
                                                333,
                                                'x',
                                                false));
                    }
                });
    }

    @Test
    void readsEverythingThatWaits() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxTun tun = open("mesh0");
                            LinuxTunPort port = tun.port();
                            LinuxUdp app = app("10.42.0.2");
                            LinuxUdpPort appPort = app.port()) {
                        var out = appPort.newBatch(50, 65_536);
                        for (int i = 0; i < 50; i++) {
                            Datagrams.append(out, UnderlayAddr.of("10.42.0.9:7000"), 100 + i, i);
                        }
                        assertThat(appPort.send(out)).isEqualTo(50);

                        PacketBatch batch = port.newBatch(64, 256 * 1024);
                        readUntil(port, batch, 50);

                        for (int i = 0; i < 50; i++) {
                            assertThat(batch.length(i)).isEqualTo(28 + 100 + i);
                            assertThat(batch.offset(i) % 64).isZero();
                        }
                        assertThat(port.read(batch)).isZero();
                    }
                });
    }

    /** The kernel's words for a device that is being deleted while it is read. */
    @ParameterizedTest
    @ValueSource(ints = {Errno.EIO, Errno.EFAULT, Errno.EBADFD, Errno.ENODEV})
    void aDeviceThatIsBeingDeletedGivesNothing(int error) throws Exception {
        NetNamespace.run(
                () -> {
                    FaultyLibc libc = new FaultyLibc();
                    try (LinuxTun tun = LinuxTun.open(libc, TunOptions.named("mesh0", 1300));
                            LinuxTunPort port = tun.port()) {
                        libc.failTunReads(error);

                        assertThat(port.read(port.newBatch(4, 65_536))).isZero();
                    }
                });
    }

    @Test
    void refusesTheNameOfAnExistingDevice() throws Exception {
        NetNamespace.run(
                () -> {
                    NetNamespace.ip("tuntap add dev mesh0 mode tun");

                    assertThatThrownBy(() -> LinuxTun.open(LIBC, TunOptions.named("mesh0", 1300)))
                            .isInstanceOf(NativeIoException.class)
                            .hasMessageContaining("mesh0")
                            .hasMessageContaining("exists already");
                });
    }

    @Test
    void takesTheKernelsChoiceOfName() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxTun tun = LinuxTun.open(LIBC, TunOptions.named("", 1300))) {
                        assertThat(tun.name()).isEqualTo("tun0");
                    }
                });
    }

    @Test
    void countsWritesWhileTheLinkIsDown() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxTun tun = LinuxTun.open(LIBC, TunOptions.named("mesh0", 1300));
                            LinuxTunPort port = tun.port()) {
                        PacketBatch batch = port.newBatch(4, 65_536);
                        appendEmptyPacket(batch);
                        appendEmptyPacket(batch);

                        assertThat(port.write(batch)).isZero();
                        assertThat(tun.counters().linkDown()).isEqualTo(2);
                    }
                });
    }

    @Test
    void dropsAPacketThatIsLongerThanItsRoom() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxTun tun = open("mesh0");
                            LinuxTunPort port = tun.port();
                            LinuxUdp app = app("10.42.0.2");
                            LinuxUdpPort appPort = app.port()) {
                        NetNamespace.ip("link set mesh0 mtu 20000");
                        NetNamespace.ip("route replace 10.42.0.0/16 dev mesh0 mtu 20000");
                        var out = appPort.newBatch(4, 65_536);
                        Datagrams.append(out, UnderlayAddr.of("10.42.0.9:7000"), 15_000, 1);
                        Datagrams.append(out, UnderlayAddr.of("10.42.0.9:7000"), 100, 2);
                        appPort.send(out);

                        PacketBatch batch = port.newBatch(64, 256 * 1024);
                        readUntil(port, batch, 1);

                        assertThat(batch.length(0)).isEqualTo(128);
                        assertThat(tun.counters().truncated()).isEqualTo(1);
                    }
                });
    }

    @Test
    void readsAndWritesSuperPacketsWithOffload() throws Exception {
        NetNamespace.run(
                () -> {
                    for (String peer : List.of("10.42.0.9:7000", "[fd42::9]:7000")) {
                        exchangeSuperPacket(UnderlayAddr.of(peer));
                    }
                });
    }

    private static void exchangeSuperPacket(UnderlayAddr peer) {
        TunOptions options = TunOptions.named("mesh0", 1300).withOffload();
        try (LinuxTun tun = LinuxTun.open(LIBC, options)) {
            tun.activate(ADDRESSES);
            awaitIpv6Delivery();
            assertThat(tun.offload()).isEqualTo(TunOffload.TCP_AND_UDP);
            try (LinuxTunPort port = tun.port();
                    LinuxUdp app = app(peer.ip().isIpv4() ? "10.42.0.2" : "fd42::2");
                    LinuxUdpPort appPort = app.port()) {
                var out = appPort.newBatch(10, 65_536);
                for (int i = 0; i < 10; i++) {
                    Datagrams.append(out, peer, i == 9 ? 77 : 500, i);
                }
                assertThat(appPort.send(out)).isEqualTo(10);

                PacketBatch batch = port.newBatch(16, 1 << 20);
                readUntil(port, batch, 1);

                int header = peer.ip().isIpv4() ? 28 : 48;
                assertThat(batch.length(0)).isEqualTo(header + 9 * 500 + 77);
                assertThat(batch.segmentSize(0)).isEqualTo(500);
                assertThat(batch.checksumPartial(0)).isTrue();

                turnAround(batch, 0);
                assertThat(port.write(batch)).isEqualTo(1);

                var in = appPort.newBatch(4, 4 * 65_536);
                var back = Datagrams.receive(appPort, in, 10);
                assertThat(back).hasSize(10);
                assertThat(back).extracting(Datagrams.Datagram::from).containsOnly(peer);
                assertThat(back.get(9).lengthBytes()).isEqualTo(77);
                assertThat(back.get(9).firstByte()).isEqualTo(9);
            }
        }
    }

    @Test
    void takesWhatTheKernelGrants() throws Exception {
        NetNamespace.run(
                () -> {
                    assertGranted(new FaultyLibc(), TunOffload.TCP_AND_UDP);
                    assertGranted(new FaultyLibc().refuseOffloads(0x67), TunOffload.TCP);
                    assertGranted(new FaultyLibc().refuseOffloads(0x67, 7), TunOffload.CHECKSUMS);
                    FaultyLibc none = new FaultyLibc().refuseOffloads(0x67, 7, 1);
                    assertGranted(none, TunOffload.HEADER_ONLY);
                });
    }

    private static void assertGranted(Libc libc, TunOffload expected) {
        TunOptions options = TunOptions.named("mesh0", 1300).withOffload().withQueues(2);
        try (LinuxTun tun = LinuxTun.open(libc, options);
                LinuxTunPort port = tun.port()) {
            assertThat(tun.offload()).isEqualTo(expected);
            assertThat(port.takesSuperPackets()).isTrue();
            assertThat(port.takesUdpSuperPackets()).isEqualTo(expected == TunOffload.TCP_AND_UDP);
        }
        TunOptions plain = TunOptions.named("mesh0", 1300);
        try (LinuxTun tun = LinuxTun.open(libc, plain);
                LinuxTunPort port = tun.port()) {
            assertThat(tun.offload()).isEqualTo(TunOffload.NONE);
            assertThat(port.takesSuperPackets()).isFalse();
        }
    }

    @Test
    void allocatesNothingPerPacketOnceCompiled() throws Exception {
        NetNamespace.run(
                () -> {
                    try (LinuxTun tun = open("mesh0");
                            LinuxTunPort port = tun.port();
                            LinuxUdp app = app("10.42.0.2");
                            LinuxUdpPort appPort = app.port()) {
                        PacketBatch batch = port.newBatch(64, 256 * 1024);
                        var out = appPort.newBatch(4, 65_536);
                        Datagrams.append(out, UnderlayAddr.of("10.42.0.9:7000"), 333, 'x');
                        Runnable roundTrip =
                                () -> {
                                    appPort.send(out);
                                    port.read(batch);
                                    port.write(batch);
                                };

                        assertThat(Allocation.bytesPerCall(20_000, roundTrip)).isLessThan(1.0);
                    }
                });
    }

    @Test
    void opensSeveralQueues() throws Exception {
        NetNamespace.run(
                () -> {
                    TunOptions options = TunOptions.named("mesh0", 1300).withQueues(3);
                    try (LinuxTun tun = LinuxTun.open(LIBC, options)) {
                        tun.activate(ADDRESSES);

                        assertThat(List.of(tun.fd(0), tun.fd(1), tun.fd(2)))
                                .doesNotHaveDuplicates();
                        assertThat(NetNamespace.ip("-d link show dev mesh0"))
                                .contains("multi_queue", "numqueues 3");
                    }
                });
    }

    @Test
    void leavesNoDescriptorBehind() throws Exception {
        NetNamespace.run(
                () -> {
                    open("warm0").close();
                    int before = Leaks.descriptors();

                    for (int i = 0; i < 5; i++) {
                        try (LinuxTun tun = open("mesh0");
                                LinuxTunPort port = tun.port()) {
                            port.read(port.newBatch(4, 65_536));
                        }
                        assertThatThrownBy(() -> LinuxTun.open(LIBC, TunOptions.named("lo", 1300)))
                                .isInstanceOf(NativeIoException.class);
                    }

                    assertThat(Leaks.descriptors()).isEqualTo(before);
                });
    }

    private static LinuxTun open(String name) {
        LinuxTun tun = LinuxTun.open(LIBC, TunOptions.named(name, 1300));
        tun.activate(ADDRESSES);
        return tun;
    }

    private static LinuxUdp app(String host) {
        return LinuxUdp.open(LIBC, UdpOptions.on(Ip.of(host), 0));
    }

    private static void appendEmptyPacket(PacketBatch batch) {
        int at = batch.reserve(20);
        MemorySegment slab = batch.slab();
        slab.asSlice(at, 20).fill((byte) 0);
        slab.set(ValueLayout.JAVA_BYTE, at, (byte) 0x45);
        slab.set(ValueLayout.JAVA_BYTE, at + 3L, (byte) 20);
        batch.append(at, 20, 0, false);
    }

    private static void readUntil(LinuxTunPort port, PacketBatch batch, int expected) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (port.read(batch) == 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(batch.count()).isEqualTo(expected);
    }

    /** A kernel worker makes an IPv6 address reachable some time after it was added. */
    private static void awaitIpv6Delivery() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
        while (!NetNamespace.ip("-6 route show table local").contains("local fd42::2 ")) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }

    /** Swaps addresses and ports, which leaves every checksum right. */
    private static void turnAround(PacketBatch batch, int entry) {
        MemorySegment slab = batch.slab();
        long at = batch.offset(entry);
        boolean ipv4 = slab.get(ValueLayout.JAVA_BYTE, at) >> 4 == 4;
        int address = ipv4 ? 4 : 16;
        long source = at + (ipv4 ? 12 : 8);
        swap(slab, source, address);
        swap(slab, source + 2L * address, 2);
    }

    private static void swap(MemorySegment slab, long at, int lengthBytes) {
        byte[] first = slab.asSlice(at, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
        MemorySegment.copy(slab, at + lengthBytes, slab, at, lengthBytes);
        MemorySegment.copy(first, 0, slab, ValueLayout.JAVA_BYTE, at + lengthBytes, lengthBytes);
    }
}
