import dev.asterism.lighthouse.Discovery;
import dev.asterism.lighthouse.client.LighthouseClientEvent;
import dev.asterism.lighthouse.client.LocalAddresses.LocalAddress;
import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.firewall.Conntrack;
import dev.asterism.overlay.firewall.Firewall;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.node.Node;
import dev.asterism.overlay.node.NodeCore;
import dev.asterism.overlay.node.NodeCrypto;
import dev.asterism.overlay.node.TunnelEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.List;

/** The engine's node with its discovery and a UDP socket of its own. Driven by the thread of {@link SwarmHosts}. */
final class SwarmHost {

    private final SwarmHosts all;
    private final int number;
    private final Node node;
    private final Discovery discovery;
    private final List<DutyCycle> cycles;
    private long armedNanos = Long.MAX_VALUE;
    private boolean queued;
    private boolean connected;
    private Ip asked;

    SwarmHost(SwarmHosts all, int number, SwarmMesh mesh, int port) throws Exception {
        this.all = all;
        this.number = number;
        NodeSnapshot snapshot = mesh.snapshot(number, port);
        Ip address = SwarmMesh.underlay(number);
        DatagramChannel channel = DatagramChannel.open();
        channel.bind(new InetSocketAddress(InetAddress.getByAddress(SwarmMesh.bytes(address)), 0));
        channel.configureBlocking(false);
        SwarmSocket socket = new SwarmSocket(channel, address, all);
        NoTun tun = new NoTun(all.slabs());
        NodeCore core =
                new NodeCore(
                        snapshot,
                        new Firewall(new Conntrack(1024, number)),
                        new NodeCrypto(
                                snapshot.config().cipher(),
                                snapshot.config().cipher().jdk(),
                                mesh.random()),
                        socket,
                        () -> all.wake(this));
        discovery =
                new Discovery(
                        DiscoverySettings.of(
                                snapshot.config(),
                                snapshot.identity().certificate().networks(),
                                true,
                                socket.local().port()),
                        core.link(),
                        this::heard,
                        (_, _) -> {},
                        _ -> List.of(new LocalAddress("lo", address)),
                        mesh.random());
        Node.LanePorts lane = new Node.LanePorts(socket, tun, socket, tun, () -> all.wake(this));
        node = new Node(core, discovery, List.of(lane), this::heard);
        cycles = node.cycles();
        all.register(channel, this);
    }

    private void heard(MeshEvent event) {
        switch (event) {
            case TunnelEvent.Established _ -> {
                if (!connected) {
                    connected = true;
                    all.hasConnected();
                }
            }
            case LighthouseClientEvent.AddressesReceived received -> {
                if (received.overlay().equals(asked)) {
                    asked = null;
                }
            }
            default -> {}
        }
    }

    void ask(Ip about, Tick now) {
        asked = about;
        discovery.query(about, now);
        all.wake(this);
    }

    /** Whether the question is not answered yet. */
    boolean waits() {
        return asked != null;
    }

    void giveUp() {
        asked = null;
    }

    int number() {
        return number;
    }

    boolean isConnected() {
        return connected;
    }

    /** The lighthouse is a new process. */
    void forget() {
        connected = false;
    }

    /** Whether that is the time of its next turn, which it has then; earlier ones were replaced. */
    boolean takeTimer(long nanos) {
        boolean mine = armedNanos == nanos;
        if (mine) {
            armedNanos = Long.MAX_VALUE;
        }
        return mine;
    }

    /** Whether it was not among those that have their turn next; it is now. */
    boolean queue() {
        boolean added = !queued;
        queued = true;
        return added;
    }

    void turn(Tick now) {
        queued = false;
        long next = Long.MAX_VALUE;
        int done = 1;
        for (int i = 0; i < 8 && done > 0; i++) {
            done = 0;
            for (DutyCycle cycle : cycles) {
                done += cycle.doWork(now);
            }
        }
        for (DutyCycle cycle : cycles) {
            next = Math.min(next, cycle.nextDeadlineNanos());
        }
        // Once for each time: with an entry for every turn the host would be woken by all of them, and make as many.
        if (next != armedNanos) {
            armedNanos = next;
            all.arm(this, next);
        }
    }
}
