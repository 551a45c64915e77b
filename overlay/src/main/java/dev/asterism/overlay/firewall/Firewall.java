package dev.asterism.overlay.firewall;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.packet.IpPacket;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Judges packets and keeps the flows that were admitted. Rules come with each question, from the
 * snapshot of whoever asks; tracked flows outlive them and are judged again once rules of a later
 * version are asked. Safe on any thread.
 */
public final class Firewall {

    private final Conntrack conntrack;

    public Firewall(Conntrack conntrack) {
        this.conntrack = conntrack;
    }

    /**
     * Judges a packet in the order of spec behaviour.md 4.2 and tracks its flow if it passes. The addresses
     * come first, so that no tracked flow opens the way to another peer (CVE-2025-62820). Allocates nothing but when
     * the table of flows grows.
     *
     * @param rules of the snapshot that the caller works under
     */
    public Verdict check(
            RuleSet rules, Direction direction, FlowKey flow, PeerIdentity peer, long nowNanos) {
        return check(rules, FilterPorts.NONE, direction, flow, peer, nowNanos);
    }

    /**
     * As above.
     *
     * @param filter which flows that begin go through the L7 filter; flows that live keep their way
     * @param flow gets the filter's port
     */
    public Verdict check(
            RuleSet rules,
            FilterPorts filter,
            Direction direction,
            FlowKey flow,
            PeerIdentity peer,
            long nowNanos) {
        Verdict verdict = rules.judgeAddresses(direction, flow, peer);
        return verdict == Verdict.PASS
                ? track(rules, filter, direction, flow, peer, nowNanos)
                : verdict;
    }

    private Verdict track(
            RuleSet rules,
            FilterPorts filter,
            Direction direction,
            FlowKey flow,
            PeerIdentity peer,
            long nowNanos) {
        long hash = conntrack.hash(flow);
        long timeoutNanos = rules.timeouts().nanosFor(flow.protocol);
        Conntrack.Tracked tracked =
                conntrack.find(
                        flow,
                        hash,
                        direction,
                        rules.version(),
                        peer.certificateId(),
                        timeoutNanos,
                        nowNanos);
        Direction origin =
                switch (tracked) {
                    case CURRENT -> null;
                    case ABSENT -> direction;
                    case STALE_INBOUND -> Direction.INBOUND;
                    case STALE_OUTBOUND -> Direction.OUTBOUND;
                };
        if (origin == null) {
            return Verdict.PASS;
        }
        if (!rules.admits(origin, flow, peer)) {
            if (tracked != Conntrack.Tracked.ABSENT) {
                conntrack.remove(flow, hash);
            }
            if (origin == direction || !rules.admits(direction, flow, peer)) {
                return Verdict.DROP_NO_RULE;
            }
            origin = direction;
        }
        if (tracked == Conntrack.Tracked.ABSENT && direction == Direction.INBOUND) {
            Verdict way = filter.route(flow, rules.own(), nowNanos);
            if (way != Verdict.PASS) {
                return way;
            }
        }
        conntrack.put(
                flow,
                hash,
                direction,
                origin,
                rules.version(),
                peer.certificateId(),
                timeoutNanos,
                nowNanos);
        if (flow.filterPort != 0) {
            conntrack.noteOrigin(flow, hash, peer);
        }
        return Verdict.PASS;
    }

    /** Port of the L7 filter through which a tracked flow goes, 0 for none or when it is not tracked. */
    public int filterPortOf(FlowKey flow) {
        return conntrack.filterPortOf(flow);
    }

    /**
     * Who stands behind a connection that the L7 filter has accepted; null when the flow is not
     * tracked or goes past the filter. Allocates: once for a connection, not for a packet.
     *
     * @param port the one that the peer asked for, not the filter's
     */
    public @Nullable FlowOrigin originOf(Ip local, int port, Ip remote, int remotePort) {
        FlowKey flow = new FlowKey();
        flow.localHi = local.hi();
        flow.localLo = local.lo();
        flow.remoteHi = remote.hi();
        flow.remoteLo = remote.lo();
        flow.localPort = port;
        flow.remotePort = remotePort;
        flow.protocol = IpPacket.PROTOCOL_TCP;
        PeerIdentity peer = conntrack.originOf(flow);
        return peer == null ? null : new FlowOrigin(peer, local, port, remote, remotePort);
    }

    /** Bound on {@link #trackedFlows}. */
    public int maxTrackedFlows() {
        return conntrack.maxEntries();
    }

    /** Flows that were ended before their time so far, as a new one needed the room. */
    public long evictedFlows() {
        return conntrack.evicted();
    }

    /** Which of the peers has most flows in the table, null when there is none; for people, not for packets. */
    public @Nullable PeerIdentity largestHolder(Stream<PeerIdentity> peers) {
        long largest = conntrack.largestHolder();
        return peers.filter(peer -> peer.certificateId() == largest).findFirst().orElse(null);
    }

    /**
     * Of the tracked flows that are wanted the one whose last packet is youngest, or null. Takes a
     * pass over the table: for people, not for packets.
     *
     * @param rules of the moment, whose time-outs the entries live by
     */
    public @Nullable TrackedFlow lastFlow(
            Ip local, Ip remote, Predicate<FlowKey> wanted, RuleSet rules) {
        return conntrack.last(local, remote, wanted, rules.timeouts());
    }

    /** Tracked flows of one peer. */
    public int trackedFlows(PeerIdentity peer) {
        return conntrack.heldBy(peer.certificateId());
    }

    /** Tracked flows. */
    public int trackedFlows() {
        return conntrack.size();
    }

    /** Frees the room of expired flows; worth a call every minute or so. Returns how many there were. */
    public int purge(long nowNanos) {
        return conntrack.purge(nowNanos);
    }
}
