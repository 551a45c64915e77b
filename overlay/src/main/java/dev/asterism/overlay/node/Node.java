package dev.asterism.overlay.node;

import dev.asterism.overlay.discovery.PeerDiscovery;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.firewall.FilterPorts;
import dev.asterism.overlay.firewall.Firewall;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.io.TunPort;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.lane.CommandQueue;
import dev.asterism.overlay.lane.InboundLane;
import dev.asterism.overlay.lane.LaneShared;
import dev.asterism.overlay.lane.LaneStats;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.lane.OutboundLane;
import dev.asterism.overlay.lane.PacketSender;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.relay.RelayTable;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole node. It owns no thread, socket, clock or randomness: whoever builds it drives the {@link #control} and
 * the lanes, each by one thread at a time, all under one monotonic clock.
 */
public final class Node {

    private static final int LANE_ENTRIES = 128;
    private static final int LANE_SLAB = 320 * 1024;

    private final NodeCore core;
    private final ControlPlane control;
    private final List<OutboundLane> outbound = new ArrayList<>();
    private final List<InboundLane> inbound = new ArrayList<>();

    /**
     * What one lane needs: its own port instances, as those belong to one thread each.
     *
     * @param wakeInbound makes the thread of the inbound lane look; called by any thread, must not block
     */
    public record LanePorts(
            UdpPort outboundUdp,
            TunPort outboundTun,
            UdpPort inboundUdp,
            TunPort inboundTun,
            Runnable wakeInbound) {}

    /**
     * @param core no other node's
     * @param discovery made with the link of {@code core}
     */
    public Node(NodeCore core, PeerDiscovery discovery, List<LanePorts> lanes, EventSink events) {
        this.core = core;
        control =
                new ControlPlane(
                        core,
                        discovery,
                        events,
                        lanes.stream().allMatch(lane -> lane.inboundTun().takesSuperPackets()),
                        this::tunnelPublished);
        lanes.forEach(this::addLane);
    }

    /** A handshake of ours has become a tunnel that lanes can find; they may hold datagrams for it. */
    private void tunnelPublished() {
        inbound.forEach(InboundLane::tunnelPublished);
    }

    private void addLane(LanePorts ports) {
        LaneShared out = core.newLane();
        outbound.add(new OutboundLane(out, ports.outboundTun(), sender(ports.outboundUdp(), out)));
        LaneShared in = core.newLane();
        inbound.add(
                new InboundLane(
                        in,
                        ports.inboundUdp(),
                        ports.inboundTun(),
                        core.crypto().ciphers().context(),
                        sender(ports.inboundUdp(), in),
                        ports.wakeInbound()));
    }

    private PacketSender sender(UdpPort port, LaneShared lane) {
        return new PacketSender(
                port, core.crypto().ciphers().context(), LANE_ENTRIES, LANE_SLAB, lane.counters());
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
        return core.commands();
    }

    /** Read-only for everyone but the control plane. */
    public TunnelTable tunnels() {
        return core.tunnels();
    }

    /** Read-only for everyone but the control plane. */
    public RelayTable relays() {
        return core.relays();
    }

    public Firewall firewall() {
        return core.firewall();
    }

    public NodeSnapshot snapshot() {
        return core.snapshot();
    }

    /** Which implementation of which cipher carries the packets. */
    public String cipherName() {
        return core.crypto().ciphers().name();
    }

    /** What lanes and control plane have counted; any thread. */
    public LaneStats stats() {
        return new LaneStats(core.counters());
    }

    /** Messages between nodes so far; any thread may read it. */
    public MessageTally messages() {
        return core.messages();
    }

    /** Control plane's thread: what is there now and what tunnels have added up, those that are gone included. */
    public NodeTotals totals() {
        return NodeTotals.of(
                core.tunnels(), control.relayTotals(), control.handshakes(), control.measure());
    }

    /**
     * Control plane's thread: a new configuration comes into force, all of it.
     *
     * @throws IllegalArgumentException for other networks than the node started with; nothing has changed then
     */
    public void reconfigure(NodeSnapshot next, Tick now) {
        control.reconfigure(next, now);
    }

    /**
     * Control plane's thread: the L7 filter listens there. Flows that live keep their way, flows that begin go by this;
     * it stays in force through {@link #reconfigure}.
     */
    public void filterPorts(FilterPorts next) {
        SnapshotCell snapshots = core.control().snapshots();
        snapshots.set(snapshots.get().withFilterPorts(next));
    }

    /** Control plane's thread, last: tells every peer that we go. */
    public void shutDown() {
        control.shutDown();
    }
}
