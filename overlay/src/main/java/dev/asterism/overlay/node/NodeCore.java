package dev.asterism.overlay.node;

import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.firewall.Firewall;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.lane.CommandQueue;
import dev.asterism.overlay.lane.LaneCounters;
import dev.asterism.overlay.lane.LaneEpochs;
import dev.asterism.overlay.lane.LaneShared;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.lane.PacketSender;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.relay.RelayTable;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.ArrayList;
import java.util.List;

/**
 * What the control plane, the lanes and discovery of one node share. Made before them, so that
 * discovery gets its link and others the command queue when they are constructed; then a {@link
 * Node} is made of it, once.
 */
public final class NodeCore {

    private static final int CONTROL_ENTRIES = 64;
    private static final int CONTROL_SLAB = 128 * 1024;

    private final SnapshotCell snapshots;
    private final TunnelTable tunnels = new TunnelTable();
    private final RelayTable relays = new RelayTable(tunnels);
    private final CommandQueue commands;
    private final LaneEpochs epochs = new LaneEpochs();
    private final Firewall firewall;
    private final NodeCrypto crypto;
    private final List<LaneCounters> counters = new ArrayList<>();
    private final MessageTally messages = new MessageTally(counters);
    private final LaneShared control;
    private final ControlSender sender;

    /**
     * @param controlUdp the control plane's own port on the socket
     * @param wakeControl called by any thread when there is a command; must not block
     */
    public NodeCore(
            NodeSnapshot snapshot,
            Firewall firewall,
            NodeCrypto crypto,
            UdpPort controlUdp,
            Runnable wakeControl) {
        this.snapshots = new SnapshotCell(snapshot);
        this.commands = new CommandQueue(wakeControl);
        this.firewall = firewall;
        this.crypto = crypto;
        this.control = newLane();
        this.sender =
                new ControlSender(
                        tunnels,
                        snapshots,
                        new PacketSender(
                                controlUdp,
                                crypto.ciphers().context(),
                                CONTROL_ENTRIES,
                                CONTROL_SLAB,
                                control.counters()),
                        messages);
    }

    /** How discovery sends; for the control plane's thread. */
    public ControlLink link() {
        return sender;
    }

    /** Where other threads ask the control plane for something. */
    public CommandQueue commands() {
        return commands;
    }

    /** The one in force; any thread. */
    public NodeSnapshot snapshot() {
        return snapshots.get();
    }

    /** Shares of one more lane, with counters and an epoch of its own. */
    LaneShared newLane() {
        LaneCounters ofLane = new LaneCounters();
        counters.add(ofLane);
        return new LaneShared(
                snapshots, tunnels, relays, commands, firewall, ofLane, epochs, epochs.join());
    }

    /** Those of the control plane. */
    LaneShared control() {
        return control;
    }

    ControlSender sender() {
        return sender;
    }

    TunnelTable tunnels() {
        return tunnels;
    }

    RelayTable relays() {
        return relays;
    }

    MessageTally messages() {
        return messages;
    }

    Firewall firewall() {
        return firewall;
    }

    NodeCrypto crypto() {
        return crypto;
    }

    List<LaneCounters> counters() {
        return counters;
    }
}
