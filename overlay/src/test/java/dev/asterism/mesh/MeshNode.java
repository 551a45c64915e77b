package dev.asterism.mesh;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.firewall.Conntrack;
import dev.asterism.overlay.firewall.FilterPorts;
import dev.asterism.overlay.firewall.Firewall;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.TunPort;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.lane.ControlCommand;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.node.Node;
import dev.asterism.overlay.node.NodeBlueprint;
import dev.asterism.overlay.node.NodeCore;
import dev.asterism.overlay.node.NodeCrypto;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.SimEnvironment;
import dev.asterism.sim.SimHost;
import dev.asterism.sim.SimNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The production node with its discovery, on simulated ports. */
public final class MeshNode implements SimNode {

    /** Who tells it what a scenario wants it to know; no host has this address. */
    private static final Ip INJECTED_LIGHTHOUSE = Ip.of("10.42.255.254");

    /** Larger tables are looked at less often: in a mesh of thousands nothing else would happen. */
    private static final int OFTEN_UP_TO = 64;

    private final SimEnvironment environment;
    private final Node node;
    private final PeerDiscovery discovery;
    private final ControlLink link;
    private long looks;

    MeshNode(SimEnvironment environment, MeshHost described, MeshDiscovery finder) {
        this.environment = environment;
        NodeSnapshot snapshot = snapshot(described, null);
        OverlayConfig config = snapshot.config();
        List<Node.LanePorts> lanes = lanes(config.routines().lanes());
        NodeCore core =
                new NodeCore(
                        snapshot,
                        firewall(snapshot),
                        crypto(config.cipher()),
                        lanes.getFirst().inboundUdp(),
                        environment::wake);
        link = core.link();
        discovery = finder.create(environment, snapshot, link);
        node = new Node(core, discovery, lanes, environment.events());
        environment.watch("tunnel table", this::disagreement);
    }

    /** Through the agent's own compiler, so that what that gets wrong shows here. */
    private static NodeSnapshot snapshot(MeshHost described, @Nullable LocalIdentity running) {
        ConfigOutcome.Loaded loaded = described.loaded();
        NodeBlueprint.Outcome outcome =
                NodeBlueprint.compile(
                        loaded.config(),
                        described.pki(),
                        loaded.origins(),
                        Strictness.REPORT,
                        TestPki.NOW,
                        running);
        return switch (outcome) {
            case NodeBlueprint.Outcome.Compiled(NodeSnapshot snapshot, var _) -> snapshot;
            case NodeBlueprint.Outcome.Refused(var problems, var _) ->
                    throw new IllegalArgumentException(problems.toString());
        };
    }

    private Firewall firewall(NodeSnapshot snapshot) {
        long seed = (long) environment.random().nonZeroInt() << 32;
        int maxEntries = snapshot.config().asterism().maxTrackedFlows();
        return new Firewall(new Conntrack(maxEntries, seed));
    }

    private NodeCrypto crypto(AeadCipher cipher) {
        return new NodeCrypto(cipher, cipher.jdk(), environment.random());
    }

    private List<Node.LanePorts> lanes(int count) {
        List<Node.LanePorts> lanes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            UdpPort udp = environment.openUdp(SimHost.NODE_PORT);
            TunPort tun = environment.openTun();
            lanes.add(new Node.LanePorts(udp, tun, udp, tun, environment::wake));
        }
        return lanes;
    }

    void reload(MeshHost described) {
        NodeSnapshot next = snapshot(described, node.snapshot().identity());
        call(new ControlCommand.Call(now -> node.reconfigure(next, now)));
    }

    void learn(Ip peer, List<UnderlayAddr> addresses) {
        call(
                new ControlCommand.Call(
                        now -> {
                            discovery()
                                    .remotesOf(peer)
                                    .report(INJECTED_LIGHTHOUSE, addresses, List.of());
                            link.wakeHandshake(peer, now);
                        }));
    }

    /** Begins a handshake without a packet that waits for it. */
    public void handshakeWith(Ip peer) {
        call(
                new ControlCommand.Call(
                        now -> node.control().handshakes().initiator().start(peer, null, now)));
    }

    /** An L7 filter listens there from now on. */
    void filterPorts(FilterPorts ports) {
        call(new ControlCommand.Call(_ -> node.filterPorts(ports)));
    }

    /** As {@code asterism tunnels close} does. */
    void closeTunnels(Ip peer) {
        call(new ControlCommand.Call(_ -> node.control().closeTunnels(peer)));
    }

    public void sendTestRequest(Ip peer, byte[] payload) {
        call(
                new ControlCommand.Call(
                        now ->
                                link.send(
                                        peer,
                                        MessageType.TEST,
                                        MessageType.TEST_REQUEST,
                                        payload,
                                        now)));
    }

    /** Asks the peer at an address that may be its own, inside the tunnel that there is; as promotion does. */
    void probe(Ip peer, UnderlayAddr at) {
        call(new ControlCommand.Call(_ -> node.control().probe(peer, at)));
    }

    /** The same message to a peer's control plane again and again, at once. */
    void flood(Ip peer, MessageType type, byte[] payload, int times) {
        call(
                new ControlCommand.Call(
                        now -> {
                            for (int i = 0; i < times; i++) {
                                link.send(peer, type, 0, payload, now);
                            }
                        }));
    }

    /** As the agent does when netlink tells of other addresses. */
    public void noticeUnderlayChange() {
        call(new ControlCommand.UnderlayChanged());
    }

    private void call(ControlCommand command) {
        if (!node.commands().offer(command)) {
            throw new IllegalStateException("command queue is full");
        }
        environment.wake();
    }

    public Node node() {
        return node;
    }

    public PeerDiscovery discovery() {
        return discovery;
    }

    @Override
    public List<DutyCycle> cycles() {
        return node.cycles();
    }

    @Override
    public void stop() {
        node.shutDown();
    }

    /** The table's indexes must tell the same story, and no peer may fill it. */
    private @Nullable String disagreement() {
        TunnelTable table = node.tunnels();
        if (looks++ % (1 + table.size() / OFTEN_UP_TO) != 0) {
            return null;
        }
        Map<Ip, Set<Tunnel>> byAddress = new TreeMap<>();
        for (Tunnel tunnel : table.all()) {
            if (table.byIndex(tunnel.session().localIndex()) != tunnel) {
                return "not found by its index: " + tunnel;
            }
            if (table.byRemoteIndex(tunnel.session().remoteIndex()) == null) {
                return "not found by its remote index: " + tunnel;
            }
            for (Ip address : tunnel.addresses()) {
                Set<Tunnel> held =
                        byAddress.computeIfAbsent(address, ip -> new HashSet<>(table.allOf(ip)));
                if (!held.contains(tunnel)) {
                    return "not found by " + address + ": " + tunnel;
                }
            }
        }
        for (Map.Entry<Ip, Set<Tunnel>> held : byAddress.entrySet()) {
            long confirmed = held.getValue().stream().filter(Tunnel::isConfirmed).count();
            if (confirmed > TunnelTable.MAX_PER_ADDRESS
                    || held.getValue().size() - confirmed
                            > TunnelTable.MAX_UNCONFIRMED_PER_ADDRESS) {
                return held.getValue().size() + " tunnels to " + held.getKey();
            }
        }
        return null;
    }
}
