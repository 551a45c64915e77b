package dev.asterism.overlay.lane;

import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.FilterPorts;
import dev.asterism.overlay.firewall.FlowCache;
import dev.asterism.overlay.firewall.LocalNetworks;
import dev.asterism.overlay.firewall.Verdict;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.io.TunPort;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.packet.IpPacket;
import dev.asterism.overlay.packet.PacketFault;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.packet.RejectPacket;
import dev.asterism.overlay.packet.gso.GsoSegmenter;
import dev.asterism.overlay.route.Gateways;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.lang.foreign.MemorySegment;

/**
 * The way of a packet out, from the host's stack to the peer, in the order of its steps (spec behaviour.md 5.1,
 * docs/architecture.md). One thread; allocates nothing for a packet that has a tunnel.
 */
public final class OutboundLane implements DutyCycle {

    private static final int PACKETS = 64;
    private static final int PACKET_SLAB = PACKETS * 2048 + 2 * 65536;
    private static final int REPLY_SLAB = 16 * 2048;

    private final LaneShared lane;
    private final TunnelTable tunnels;
    private final CommandQueue commands;
    private final FlowCache firewall;
    private final FilterPath filter;
    private final TunPort tun;
    private final PacketSender sender;
    private final DropSampler refusals;
    private final LaneCounters counters;
    private final PacketBatch packets;
    private final PacketBatch replies;
    private final FlowKey flow = new FlowKey();
    private final GsoSegmenter segments = new GsoSegmenter();
    private final OversizePackets oversize;

    public OutboundLane(LaneShared parts, TunPort tun, PacketSender sender) {
        this.lane = parts;
        this.tunnels = parts.tunnels();
        this.commands = parts.commands();
        this.firewall = new FlowCache(parts.firewall(), Direction.OUTBOUND);
        this.filter = new FilterPath(parts.firewall());
        this.refusals = new DropSampler(parts.commands());
        this.counters = parts.counters();
        this.tun = tun;
        this.sender = sender;
        this.packets = tun.newBatch(PACKETS, PACKET_SLAB);
        this.replies = tun.newBatch(16, REPLY_SLAB);
        this.oversize = new OversizePackets(sender, segments, packets.slab(), replies);
    }

    @Override
    public int doWork(Tick now) {
        int count = tun.read(packets);
        if (count > 0) {
            lane.epoch().begin();
            work(count, now);
            lane.epoch().end();
        }
        return count;
    }

    private void work(int count, Tick now) {
        NodeSnapshot snapshot = lane.snapshots().get();
        for (int i = 0; i < count; i++) {
            PacketOutcome outcome = onPacket(snapshot, i, now.nanos());
            if (outcome != PacketOutcome.SENT) { // the sender counts what is cut from an entry
                counters.countOut(outcome);
            }
        }
        sender.flush();
        if (!replies.isEmpty()) {
            tun.write(replies);
            replies.clear();
        }
    }

    /** One decision for an entry, however many packets are to be cut from it. */
    private PacketOutcome onPacket(NodeSnapshot snapshot, int entry, long nowNanos) {
        MemorySegment slab = packets.slab();
        int at = packets.offset(entry);
        int length = packets.length(entry);
        if (IpPacket.parseOutgoing(slab, at, length, flow) != PacketFault.NONE) {
            return PacketOutcome.MALFORMED;
        }
        if (isNotForPeers(snapshot)) {
            return PacketOutcome.NOT_FOR_PEERS;
        }
        FilterPorts ports = snapshot.filterPorts();
        if (ports.isInUse()) {
            ports.restore(flow, snapshot.own(), lane.firewall());
        }
        long peerHi = flow.remoteHi;
        long peerLo = flow.remoteLo;
        if (!snapshot.own().inNetworks(peerHi, peerLo)) {
            Gateways gateways = snapshot.routes().lookup(peerHi, peerLo);
            if (gateways == null) {
                reject(snapshot, slab, at, length);
                return PacketOutcome.NO_ROUTE;
            }
            Ip gateway = gateways.gateway(gateways.select(flow));
            peerHi = gateway.hi();
            peerLo = gateway.lo();
        }
        Tunnel tunnel = tunnels.byOverlay(peerHi, peerLo);
        if (tunnel == null) {
            return ports.isInUse() && !leadBack(snapshot, entry)
                    ? PacketOutcome.MALFORMED
                    : startHandshake(new Ip(peerHi, peerLo), entry);
        }
        int filterPort = flow.filterPort;
        Verdict verdict =
                firewall.check(snapshot.rules(), ports, flow, tunnel.firewallPeer(), nowNanos);
        if (verdict != Verdict.PASS) {
            refuse(snapshot, verdict, tunnel, slab, at, length, nowNanos);
            return verdict.outcome();
        }
        flow.filterPort = filterPort; // what the packet says of itself goes before what is tracked
        if (ports.isInUse() && !leadBack(snapshot, entry)) {
            return PacketOutcome.MALFORMED;
        }
        PacketOutcome outcome = send(tunnel, entry, nowNanos);
        if (tunnel.traffic().looksSilent(nowNanos)) {
            commands.offer(new ControlCommand.PeerSilent(tunnel));
        }
        return outcome;
    }

    /** To what the peer knows, what comes from the L7 filter. */
    private boolean leadBack(NodeSnapshot snapshot, int entry) {
        return filter.toPeer(
                snapshot,
                packets.slab(),
                packets.offset(entry),
                packets.length(entry),
                flow,
                packets.checksumPartial(entry) || packets.segmentSize(entry) > 0);
    }

    /** {@code SENT} when the sender got all that was cut from the entry, and counted it. */
    private PacketOutcome send(Tunnel tunnel, int entry, long nowNanos) {
        boolean copied = tunnel.isCopied();
        boolean partial = tunnel.session().partialChecksums() && !copied;
        if (!cut(entry, partial)) {
            return PacketOutcome.MALFORMED;
        }
        if (segments.largest() > tunnel.pathLimit().noticeAbove()) {
            notice(tunnel, nowNanos);
            if (!oversize.fits(tunnel)) {
                return oversize.sendPieces(tunnel);
            }
        }
        while (segments.next()) {
            sender.packet(
                    tunnel,
                    packets.slab(),
                    segments.at(),
                    segments.length(),
                    segments.checksumPartial());
            if (copied && tunnel.takeCopy()) {
                Bytes copy = Bytes.copyOf(packets.slab(), segments.at(), segments.length());
                commands.offer(new ControlCommand.PacketCopied(tunnel, copy));
            }
        }
        return PacketOutcome.SENT;
    }

    private void notice(Tunnel tunnel, long nowNanos) {
        if (tunnel.pathLimit().offersNotice(nowNanos)) {
            commands.offer(new ControlCommand.LargePacket(tunnel, segments.largest()));
        }
    }

    private PacketOutcome startHandshake(Ip overlay, int entry) {
        if (!cut(entry, false)) {
            return PacketOutcome.MALFORMED;
        }
        while (segments.next()) {
            Bytes packet = Bytes.copyOf(packets.slab(), segments.at(), segments.length());
            if (!commands.offer(new ControlCommand.StartHandshake(overlay, packet))) {
                return PacketOutcome.QUEUE_FULL;
            }
        }
        return PacketOutcome.QUEUED;
    }

    private boolean cut(int entry, boolean leavePartial) {
        return segments.start(
                packets.slab(),
                packets.offset(entry),
                packets.length(entry),
                packets.segmentSize(entry),
                packets.checksumPartial(entry),
                leavePartial);
    }

    private boolean isNotForPeers(NodeSnapshot snapshot) {
        LocalNetworks own = snapshot.own();
        LanePolicy policy = snapshot.lanes();
        return (policy.dropLocalBroadcast() && own.isBroadcast(flow.remoteHi, flow.remoteLo))
                || own.isOwnAddress(flow.remoteHi, flow.remoteLo)
                || (policy.dropMulticast() && IpPacket.isMulticast(flow.remoteHi, flow.remoteLo));
    }

    private void refuse(
            NodeSnapshot snapshot,
            Verdict verdict,
            Tunnel tunnel,
            MemorySegment slab,
            int at,
            int length,
            long nowNanos) {
        refusals.refused(Direction.OUTBOUND, flow, verdict, tunnel, nowNanos);
        reject(snapshot, slab, at, length);
    }

    private void reject(NodeSnapshot snapshot, MemorySegment slab, int at, int length) {
        if (!snapshot.lanes().rejectOutbound()) {
            return;
        }
        int to = replies.reserve(RejectPacket.MAX_BYTES);
        if (to >= 0) {
            int written = RejectPacket.write(slab, at, length, replies.slab(), to);
            if (written > 0) {
                replies.append(to, written, 0, false);
            }
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public String role() {
        return "outbound";
    }
}
