package dev.asterism.agent.app;

import dev.asterism.agent.config.LoadedNode;
import dev.asterism.agent.net.DnsNames;
import dev.asterism.agent.net.Interfaces;
import dev.asterism.lighthouse.Discovery;
import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.firewall.Conntrack;
import dev.asterism.overlay.firewall.Firewall;
import dev.asterism.overlay.identity.ExpiryWatch;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.TunPort;
import dev.asterism.overlay.lane.ControlCommand;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.node.Node;
import dev.asterism.overlay.node.NodeCore;
import dev.asterism.overlay.node.NodeCrypto;
import dev.asterism.tun.device.DeviceGuard;
import dev.asterism.tun.device.DevicePlan;
import dev.asterism.tun.device.LinuxTun;
import dev.asterism.tun.device.TunOptions;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.netlink.AddressEvents;
import dev.asterism.tun.netlink.DeviceEvents;
import dev.asterism.tun.poll.EventLoop;
import dev.asterism.tun.poll.LoopFailure;
import dev.asterism.tun.poll.LoopGroup;
import dev.asterism.tun.poll.Poller;
import dev.asterism.tun.udp.LinuxUdp;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The composition root: opens the socket and the device, builds the node and puts its duty cycles on threads. What was
 * opened is closed again when a later step fails.
 */
public final class AgentAssembly {

    private static final int ANY_INDEX = 0;

    private final Libc libc;
    private final EventSink events;
    private final LoopFailure onFailure;
    private final Function<Runnable, TunPort> fallbackTun;
    private final SecureRandom random = new SecureRandom();

    public AgentAssembly(Libc libc, EventSink events, LoopFailure onFailure) {
        this(libc, events, onFailure, EchoTun::new);
    }

    /**
     * As above.
     *
     * @param fallbackTun makes what a lane has in place of a device; gets what wakes its reader
     */
    public AgentAssembly(
            Libc libc,
            EventSink events,
            LoopFailure onFailure,
            Function<Runnable, TunPort> fallbackTun) {
        this.fallbackTun = fallbackTun;
        this.libc = libc;
        this.events = events;
        this.onFailure = onFailure;
    }

    /**
     * Everything but the start of the threads.
     *
     * @throws dev.asterism.tun.libc.NativeIoException when the socket or the device cannot be had
     */
    public RunningNode assemble(LoadedNode.Loaded inputs) {
        LoopGroup loops = new LoopGroup();
        try {
            return assemble(inputs, loops);
        } catch (RuntimeException e) {
            loops.close();
            throw e;
        }
    }

    private RunningNode assemble(LoadedNode.Loaded inputs, LoopGroup loops) {
        NodeSnapshot snapshot = inputs.snapshot();
        OverlayConfig config = snapshot.config();
        // The device first: a second start by mistake ends here, before its sockets could join
        // those of the first on their port.
        LinuxTun device = config.tun().disabled() ? null : own(loops, openDevice(snapshot));
        ThreadPlan threads = ThreadPlan.of(config);
        LaneAssembly lanes =
                LaneAssembly.open(
                        libc, loops, config, threads != ThreadPlan.BY_DIRECTION, fallbackTun);
        LinuxUdp socket = lanes.firstSocket();
        Poller control =
                threads == ThreadPlan.ONE_FOR_ALL
                        ? lanes.firstPoller()
                        : own(loops, new Poller(libc));
        WhenWoken.Waker waker = new WhenWoken.Waker(control);
        NodeCore core =
                new NodeCore(
                        snapshot,
                        new Firewall(conntrack(config)),
                        crypto(config.cipher(), inputs.ciphers().provider()),
                        own(loops, socket.port()),
                        waker);
        Discovery discovery = discovery(core, socket);
        Node node = new Node(core, discovery, lanes.ports(device), events);
        OffloadReport.announce(config, socket, device);
        LaneReports reports = new LaneReports(core.commands());
        lanes.report(new OffloadReport(node.control()::tooLargeFor), reports);
        SendFailureReport sendFailures = new SendFailureReport(libc::describe);
        lanes.report(sendFailures, reports);
        List<DutyCycle> cycles = controlCycles(loops, node, device, sendFailures, control, waker);
        if (threads == ThreadPlan.ONE_FOR_ALL) {
            lanes.addLoop(node, cycles, onFailure);
        } else {
            lanes.addLoops(node, device, onFailure);
            loops.add(new EventLoop(control, "control", cycles, onFailure));
        }
        if (device != null) {
            addGuard(loops, device);
        }
        return new RunningNode(
                node,
                discovery,
                loops,
                lanes.sockets(),
                socket.local(),
                device,
                steps(lanes, device, snapshot.identity().networks()));
    }

    private Discovery discovery(NodeCore core, LinuxUdp socket) {
        NodeSnapshot snapshot = core.snapshot();
        DiscoverySettings settings =
                DiscoverySettings.of(
                        snapshot.config(),
                        snapshot.identity().networks(),
                        socket.isIpv4Only(),
                        socket.local().port());
        return new Discovery(
                settings,
                core.link(),
                events,
                new DnsNames(action -> core.commands().offer(new ControlCommand.Call(action))),
                new Interfaces(libc, () -> core.snapshot().config().listen().soMark()),
                random());
    }

    private static List<ReloadStep> steps(
            LaneAssembly lanes, @Nullable LinuxTun device, List<Cidr> networks) {
        SocketSettings sockets = new SocketSettings(lanes.sockets());
        return device == null
                ? List.of(sockets)
                : List.of(sockets, new DeviceSettings(device, networks));
    }

    /** What runs on the control plane's thread, which sleeps in that poller. */
    private List<DutyCycle> controlCycles(
            LoopGroup loops,
            Node node,
            @Nullable LinuxTun device,
            SendFailureReport sendFailures,
            Poller poller,
            WhenWoken.Waker waker) {
        AddressEvents addresses =
                own(
                        loops,
                        new AddressEvents(libc, () -> device == null ? ANY_INDEX : device.index()));
        poller.add(addresses.fd());
        UnderlayWatch watch =
                new UnderlayWatch(
                        () -> poller.isReadable(addresses.fd()), addresses::drain, node.commands());
        return List.of(
                watch, new WhenWoken(waker, node.control()), sendFailures, expiryWatch(node));
    }

    private ExpiryWatch expiryWatch(Node node) {
        return new ExpiryWatch(
                () -> node.snapshot().identity().certificates(),
                () -> node.snapshot().cas().authorities(),
                events);
    }

    private static <T extends AutoCloseable> T own(LoopGroup loops, T resource) {
        loops.own(resource);
        return resource;
    }

    private LinuxTun openDevice(NodeSnapshot snapshot) {
        OverlayConfig.Tun tun = snapshot.config().tun();
        DevicePlan plan = DeviceSettings.plan(tun, snapshot.identity().networks());
        TunOptions plain =
                TunOptions.named(tun.dev(), tun.mtu())
                        .withDeviceMtu(plan.deviceMtu())
                        .withTransmitQueue(tun.txQueue())
                        .withQueues(snapshot.config().routines().lanes());
        TunOptions options = tun.useOffloads() ? plain.withOffload() : plain;
        LinuxTun device = LinuxTun.open(libc, options);
        try {
            device.activate(plan);
            return device;
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }

    private void addGuard(LoopGroup loops, LinuxTun device) {
        DeviceEvents changes = own(loops, new DeviceEvents(libc));
        DeviceGuard guard = new DeviceGuard(device, changes, new DeviceReport(device.name()));
        loops.add(new EventLoop(libc, "device", List.of(guard), onFailure).watch(changes.fd()));
    }

    private Conntrack conntrack(OverlayConfig config) {
        return new Conntrack(config.asterism().maxTrackedFlows(), random.nextLong());
    }

    private RandomSource random() {
        return random::nextBytes;
    }

    private NodeCrypto crypto(AeadCipher cipher, AeadProvider provider) {
        return new NodeCrypto(cipher, provider, random());
    }

    /** Networks of a certificate as people write them. */
    static String names(List<Cidr> networks) {
        return String.join(", ", networks.stream().map(Cidr::toString).toList());
    }
}
