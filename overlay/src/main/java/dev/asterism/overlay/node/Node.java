package dev.asterism.overlay.node;

import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.firewall.Firewall;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.io.TunPort;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.lane.CommandQueue;
import dev.asterism.overlay.lane.InboundLane;
import dev.asterism.overlay.lane.LaneCounters;
import dev.asterism.overlay.lane.LaneEpochs;
import dev.asterism.overlay.lane.LaneShared;
import dev.asterism.overlay.lane.LaneStats;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.lane.OutboundLane;
import dev.asterism.overlay.lane.PacketSender;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole node. It owns no thread, socket, clock or randomness: whoever builds it drives the {@link #control} and
 * the lanes, each by one thread at a time, all under one monotonic clock.
 */
public final class Node {

    private static final int CONTROL_ENTRIES = 64;
    private static final int CONTROL_SLAB = 128 * 1024;
    private static final int LANE_ENTRIES = 128;
    private static final int LANE_SLAB = 320 * 1024;

    private final SnapshotCell snapshots;
    private final TunnelTable tunnels = new TunnelTable();
    private final CommandQueue commands;
    private final MessageTally messages = new MessageTally();
    private final LaneEpochs epochs = new LaneEpochs();
    private final String cipherName;
    private final Firewall firewall;
    private final ControlPlane control;
    private final List<OutboundLane> outbound = new ArrayList<>();
    private final List<InboundLane> inbound = new ArrayList<>();
    private final List<LaneCounters> counters = new ArrayList<>();

    /** What one lane needs: its own port instances, as those belong to one thread each. */
    public record LanePorts(
            UdpPort outboundUdp, TunPort outboundTun, UdpPort inboundUdp, TunPort inboundTun) {}

    /**
     * @param controlUdp the control plane's own port on the socket
     * @param wakeControl called by lanes when there is a command; must not block
     */
    public record Parts(
            NodeSnapshot snapshot,
            Firewall firewall,
            NodeCrypto crypto,
            UdpPort controlUdp,
            List<LanePorts> lanes,
            PeerDiscovery.Factory discovery,
            EventSink events,
            Runnable wakeControl) {}

    public Node(Parts parts) {
        snapshots = new SnapshotCell(parts.snapshot());
        commands = new CommandQueue(parts.wakeControl());
        firewall = parts.firewall();
        cipherName = parts.crypto().ciphers().name();
        LaneShared ofControl = laneParts();
        ControlSender sender =
                new ControlSender(
                        tunnels,
                        snapshots,
                        new PacketSender(
                                parts.controlUdp(),
                                parts.crypto().ciphers().context(),
                                CONTROL_ENTRIES,
                                CONTROL_SLAB,
                                ofControl.counters()),
                        messages);
        control =
                new ControlPlane(
                        ofControl,
                        sender,
                        parts.crypto(),
                        parts.discovery().create(sender),
                        parts.events(),
                        parts.lanes().stream()
                                .allMatch(lane -> lane.inboundTun().takesSuperPackets()));
        parts.lanes().forEach(ports -> addLane(ports, parts.crypto()));
        control.onTunnelPublished(() -> inbound.forEach(InboundLane::tunnelPublished));
    }

    private LaneShared laneParts() {
        LaneCounters ofLane = new LaneCounters();
        counters.add(ofLane);
        return new LaneShared(
                snapshots, tunnels, commands, firewall, ofLane, epochs, epochs.join());
    }

    private void addLane(LanePorts ports, NodeCrypto crypto) {
        LaneShared out = laneParts();
        outbound.add(
                new OutboundLane(
                        out,
                        ports.outboundTun(),
                        new PacketSender(
                                ports.outboundUdp(),
                                crypto.ciphers().context(),
                                LANE_ENTRIES,
                                LANE_SLAB,
                                out.counters())));
        LaneShared in = laneParts();
        inbound.add(
                new InboundLane(
                        in,
                        ports.inboundUdp(),
                        ports.inboundTun(),
                        crypto.ciphers().context(),
                        new PacketSender(
                                ports.inboundUdp(),
                                crypto.ciphers().context(),
                                LANE_ENTRIES,
                                LANE_SLAB,
                                in.counters())));
    }

    public ControlPlane control() {
        return control;
    }

    public List<OutboundLane> outbound() {
        return List.copyOf(outbound);
    }

    public List<InboundLane> inbound() {
        return List.copyOf(inbound);
    }

    /** All duty cycles, for a driver that runs them on one thread. */
    public List<DutyCycle> cycles() {
        List<DutyCycle> all = new ArrayList<>();
        all.addAll(inbound);
        all.addAll(outbound);
        all.add(control);
        return all;
    }

    /** Makes what others may know of this node; for the control plane's thread. */
    public NodeInspector inspector() {
        return new NodeInspector(this);
    }

    /** Where other threads ask the control plane for something. */
    public CommandQueue commands() {
        return commands;
    }

    /** Read-only for everyone but the control plane. */
    public TunnelTable tunnels() {
        return tunnels;
    }

    public Firewall firewall() {
        return firewall;
    }

    public NodeSnapshot snapshot() {
        return snapshots.get();
    }

    /** Which implementation of which cipher carries the packets. */
    public String cipherName() {
        return cipherName;
    }

    /** What lanes and control plane have counted; any thread. */
    public LaneStats stats() {
        return new LaneStats(counters);
    }

    /** Messages between nodes so far; any thread may read it. */
    public MessageTally messages() {
        return messages;
    }

    /** Control plane's thread: what is there now and what tunnels have added up, those that are gone included. */
    public NodeTotals totals() {
        return NodeTotals.of(tunnels, control.handshakes());
    }

    /**
     * Control plane's thread: a new configuration comes into force, all of it.
     *
     * @throws IllegalArgumentException for other networks than the node started with; nothing has changed then
     */
    public void reconfigure(NodeSnapshot next, Tick now) {
        control.reconfigure(next, now);
    }

    /** Control plane's thread, last: tells every peer that we go. */
    public void shutDown() {
        control.shutDown();
    }
}
