package dev.asterism.agent.app;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.TunPort;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.node.Node;
import dev.asterism.tun.device.LinuxTun;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.poll.EventLoop;
import dev.asterism.tun.poll.LoopFailure;
import dev.asterism.tun.poll.LoopGroup;
import dev.asterism.tun.poll.Poller;
import dev.asterism.tun.udp.LinuxUdp;
import dev.asterism.tun.udp.UdpOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of a node, as many as {@code routines} says: to each a socket of its own on the shared
 * port, a queue of its own on the device, and one thread or two. All sockets and queues end with
 * the loops.
 */
final class LaneAssembly {

    private final LoopGroup loops;
    private final List<LinuxUdp> sockets;
    private final Function<Runnable, TunPort> fallbackTun;

    /** By lane, when there is no device. */
    private final List<TunPort> fallbackTuns = new ArrayList<>();

    /** By lane, what its threads sleep in: made before the lanes, which wake them. One thread has both. */
    private final List<Poller> inbound = new ArrayList<>();

    private final List<Poller> outbound = new ArrayList<>();

    private LaneAssembly(
            LoopGroup loops, List<LinuxUdp> sockets, Function<Runnable, TunPort> fallbackTun) {
        this.loops = loops;
        this.sockets = sockets;
        this.fallbackTun = fallbackTun;
    }

    private void addPollers(Libc libc, boolean oneThread) {
        for (int lane = 0; lane < sockets.size(); lane++) {
            Poller in = own(new Poller(libc));
            inbound.add(in);
            outbound.add(oneThread ? in : own(new Poller(libc)));
        }
    }

    /**
     * Opens the sockets.
     *
     * @param oneThread for both directions of a lane
     * @param fallbackTun makes what a lane has when there is no device; gets what wakes its reader
     * @throws dev.asterism.tun.libc.NativeIoException when the address cannot be had
     */
    static LaneAssembly open(
            Libc libc,
            LoopGroup loops,
            OverlayConfig config,
            boolean oneThread,
            Function<Runnable, TunPort> fallbackTun) {
        int lanes = config.routines().lanes();
        UdpOptions options = udpOptions(config.listen());
        if (lanes > 1) {
            options = options.sharingPort();
        }
        List<LinuxUdp> sockets = new ArrayList<>();
        for (int lane = 0; lane < lanes; lane++) {
            LinuxUdp socket = LinuxUdp.open(libc, options);
            loops.own(socket);
            sockets.add(socket);
            options = options.withPort(socket.local().port());
        }
        LaneAssembly made = new LaneAssembly(loops, List.copyOf(sockets), fallbackTun);
        made.addPollers(libc, oneThread);
        return made;
    }

    /**
     * Gives all sockets the mark and the buffer sizes of that section.
     *
     * @throws dev.asterism.tun.libc.NativeIoException when the kernel refuses the mark
     */
    static void tune(List<LinuxUdp> sockets, OverlayConfig.Listen listen) {
        UdpOptions options =
                UdpOptions.on(Ip.ofIpv4(0), 0)
                        .withMark(listen.soMark())
                        .withBuffers(listen.readBuffer(), listen.writeBuffer());
        sockets.forEach(socket -> socket.tune(options));
    }

    List<LinuxUdp> sockets() {
        return sockets;
    }

    /** That of the first lane, which is the control plane's as well. */
    LinuxUdp firstSocket() {
        return sockets.getFirst();
    }

    /**
     * To be called once.
     *
     * @param device with as many queues as there are lanes; null for {@code tun.disabled}
     */
    List<Node.LanePorts> ports(@Nullable LinuxTun device) {
        List<Node.LanePorts> ports = new ArrayList<>();
        for (int lane = 0; lane < sockets.size(); lane++) {
            ports.add(
                    new Node.LanePorts(
                            own(sockets.get(lane).port()),
                            outboundTun(device, lane),
                            own(sockets.get(lane).port()),
                            inboundTun(device, lane),
                            inbound.get(lane)::wake));
        }
        return List.copyOf(ports);
    }

    private TunPort outboundTun(@Nullable LinuxTun device, int lane) {
        if (device != null) {
            return own(device.port(lane));
        }
        fallbackTuns.add(own(fallbackTun.apply(outbound.get(lane)::wake)));
        return fallbackTuns.get(lane);
    }

    private TunPort inboundTun(@Nullable LinuxTun device, int lane) {
        return device != null ? own(device.port(lane)) : fallbackTuns.get(lane);
    }

    /** Reports destinations for which the kernel rejected GSO; logged on the control-plane thread. */
    void report(OffloadReport report, LaneReports reports) {
        sockets.forEach(socket -> report.listen(socket, reports));
    }

    /** Tells the control plane's thread of datagrams that the kernel did not take. */
    void report(SendFailureReport report, LaneReports reports) {
        sockets.forEach(socket -> report.listen(socket, reports));
    }

    /** What the first lane's inbound thread sleeps in. */
    Poller firstPoller() {
        return inbound.getFirst();
    }

    /** Makes the threads; {@link LoopGroup#start} starts them. */
    void addLoops(Node node, @Nullable LinuxTun device, LoopFailure onFailure) {
        for (int lane = 0; lane < sockets.size(); lane++) {
            addLoops(node, lane, device, onFailure);
        }
        if (device != null) {
            device.onMadeAnew(() -> outbound.forEach(Poller::wake));
        }
    }

    /** Makes one thread for the only lane of a node without a device, and for what is given. */
    void addLoop(Node node, List<DutyCycle> others, LoopFailure onFailure) {
        List<DutyCycle> cycles = new ArrayList<>(node.inbound());
        cycles.addAll(node.outbound());
        cycles.addAll(others);
        firstPoller().add(firstSocket().fd());
        loops.add(new EventLoop(firstPoller(), "lighthouse", cycles, onFailure));
    }

    private void addLoops(Node node, int lane, @Nullable LinuxTun device, LoopFailure onFailure) {
        String suffix = sockets.size() == 1 ? "" : "-" + lane;
        DutyCycle in = node.inbound().get(lane);
        DutyCycle out = node.outbound().get(lane);
        Poller poller = inbound.get(lane);
        boolean one = poller.equals(outbound.get(lane));
        poller.add(sockets.get(lane).fd());
        if (device != null) {
            outbound.get(lane).add(device.fd(lane));
        }
        loops.add(
                new EventLoop(
                        poller,
                        (one ? "packets" : "inbound") + suffix,
                        one ? List.of(in, out) : List.of(in),
                        onFailure));
        if (!one) {
            loops.add(
                    new EventLoop(
                            outbound.get(lane), "outbound" + suffix, List.of(out), onFailure));
        }
    }

    private <T extends AutoCloseable> T own(T resource) {
        loops.own(resource);
        return resource;
    }

    private static UdpOptions udpOptions(OverlayConfig.Listen listen) {
        UdpOptions options =
                UdpOptions.on(ip(listen.address()), listen.port()).withMark(listen.soMark());
        UdpOptions offloaded =
                listen.udpOffloads() ? options : options.withoutCoalescing().withoutSegmentation();
        return offloaded.withBuffers(listen.readBuffer(), listen.writeBuffer());
    }

    private static Ip ip(HostAddr address) {
        if (address instanceof HostAddr.Literal(UnderlayAddr literal)) {
            return literal.ip();
        }
        try {
            return Ip.ofBytes(InetAddress.getByName(address.host()).getAddress());
        } catch (UnknownHostException e) {
            throw new StartFailure("listen.host " + address.host() + " could not be resolved", e);
        }
    }
}
