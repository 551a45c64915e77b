package dev.asterism.agent.app;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.TunPort;
import dev.asterism.overlay.lane.InboundLane;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.node.Node;
import dev.asterism.tun.device.LinuxTun;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.poll.EventLoop;
import dev.asterism.tun.poll.LoopFailure;
import dev.asterism.tun.poll.LoopGroup;
import dev.asterism.tun.udp.LinuxUdp;
import dev.asterism.tun.udp.UdpOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of a node, as many as {@code routines} says: to each a socket of its own on the shared port, a queue of its own on the
 * device, and one thread or two. All sockets and queues end with the loops.
 */
final class LaneAssembly {

    private final LoopGroup loops;
    private final List<LinuxUdp> sockets;
    private final Function<Runnable, TunPort> fallbackTun;

    /** By lane, when there is no device. */
    private final List<TunPort> fallbackTuns = new ArrayList<>();

    /** What wakes the thread that reads a lane's stand-in for the device. */
    private final List<Waker> readers = new ArrayList<>();

    /** By lane, the thread that reads the device. */
    private final List<EventLoop> deviceReaders = new ArrayList<>();

    private LaneAssembly(
            LoopGroup loops, List<LinuxUdp> sockets, Function<Runnable, TunPort> fallbackTun) {
        this.loops = loops;
        this.sockets = sockets;
        this.fallbackTun = fallbackTun;
    }

    /**
     * Opens the sockets.
     *
     * @param fallbackTun makes what a lane has when there is no device; gets what wakes its reader
     * @throws dev.asterism.tun.libc.NativeIoException when the address cannot be had
     */
    static LaneAssembly open(
            Libc libc,
            LoopGroup loops,
            OverlayConfig config,
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
        return new LaneAssembly(loops, List.copyOf(sockets), fallbackTun);
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
                            inboundTun(device, lane)));
        }
        return List.copyOf(ports);
    }

    private TunPort outboundTun(@Nullable LinuxTun device, int lane) {
        if (device != null) {
            return own(device.port(lane));
        }
        Waker reader = new Waker();
        readers.add(reader);
        fallbackTuns.add(own(fallbackTun.apply(reader)));
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

    /** Makes the threads; {@link LoopGroup#start} starts them. */
    void addLoops(Libc libc, Node node, @Nullable LinuxTun device, LoopFailure onFailure) {
        boolean one = isOneThread(node.snapshot().config().asterism().threads());
        for (int lane = 0; lane < sockets.size(); lane++) {
            String suffix = sockets.size() == 1 ? "" : "-" + lane;
            InboundLane in = node.inbound().get(lane);
            DutyCycle out = node.outbound().get(lane);
            EventLoop inbound =
                    new EventLoop(
                            libc,
                            (one ? "packets" : "inbound") + suffix,
                            one ? List.of(in, out) : List.of(in),
                            onFailure);
            EventLoop outbound =
                    one
                            ? inbound
                            : new EventLoop(libc, "outbound" + suffix, List.of(out), onFailure);
            in.wakeWith(inbound::wake);
            loops.add(inbound);
            if (!one) {
                loops.add(outbound);
            }
            inbound.watch(sockets.get(lane).fd());
            deviceReaders.add(outbound);
            if (device != null) {
                outbound.watch(device.fd(lane));
            } else {
                readers.get(lane).wakes(outbound);
            }
        }
        if (device != null) {
            device.onMadeAnew(() -> deviceReaders.forEach(EventLoop::wake));
        }
    }

    private static boolean isOneThread(OverlayConfig.Threads threads) {
        return switch (threads) {
            case ONE -> true;
            case TWO -> false;
            case AUTO -> Runtime.getRuntime().availableProcessors() == 1;
        };
    }

    private <T extends AutoCloseable> T own(T resource) {
        loops.own(resource);
        return resource;
    }

    private static UdpOptions udpOptions(OverlayConfig.Listen listen) {
        UdpOptions options =
                UdpOptions.on(address(listen.host()), listen.port()).withMark(listen.soMark());
        UdpOptions offloaded =
                listen.udpOffloads() ? options : options.withoutCoalescing().withoutSegmentation();
        return offloaded.withBuffers(listen.readBuffer(), listen.writeBuffer());
    }

    private static Ip address(String host) {
        String bare =
                host.startsWith("[") && host.endsWith("]")
                        ? host.substring(1, host.length() - 1)
                        : host;
        Ip literal = Ip.parse(bare);
        if (literal != null) {
            return literal;
        }
        try {
            return Ip.ofBytes(InetAddress.getByName(bare).getAddress());
        } catch (UnknownHostException e) {
            throw new StartFailure("listen.host " + host + " could not be resolved", e);
        }
    }
}
