package dev.asterism.overlay.firewall;

import dev.asterism.overlay.packet.FlowKey;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Judges packets. Lanes on any thread ask {@link #check}; one thread at a time installs other rules, which
 * every check that begins afterwards sees. Tracked flows outlive the rules and are judged again under the new ones.
 */
public final class Firewall {

    private static final Direction[] DIRECTIONS = Direction.values();
    private static final int VERDICTS = Verdict.values().length;

    private final Conntrack conntrack;
    private final AtomicLongArray drops = new AtomicLongArray(DIRECTIONS.length * VERDICTS);
    private volatile Installed installed;

    public Firewall(RuleSet rules, Conntrack conntrack) {
        this.conntrack = conntrack;
        installed = new Installed(rules, 1);
    }

    /** Puts other rules in force. */
    public void install(RuleSet rules) {
        installed = new Installed(rules, installed.version + 1);
    }

    public RuleSet rules() {
        return installed.rules;
    }

    /** Grows with every {@link #install}. */
    public long rulesVersion() {
        return installed.version;
    }

    /**
     * Judges a packet in the order of spec behaviour.md 4.2 and tracks its flow if it passes. The addresses
     * come first, so that no tracked flow opens the way to another peer (CVE-2025-62820). Allocates nothing but when
     * the table of flows grows.
     */
    public Verdict check(Direction direction, FlowKey flow, PeerIdentity peer, long nowNanos) {
        Installed current = installed;
        Verdict verdict = judgeAddresses(current.rules, direction, flow, peer);
        if (verdict == Verdict.PASS) {
            verdict = track(current, direction, flow, peer, nowNanos);
        }
        if (verdict != Verdict.PASS) {
            drops.incrementAndGet(counter(direction, verdict));
        }
        return verdict;
    }

    private static Verdict judgeAddresses(
            RuleSet rules, Direction direction, FlowKey flow, PeerIdentity peer) {
        Verdict remote = peer.judgeRemote(direction, flow.remoteHi, flow.remoteLo);
        if (remote != Verdict.PASS) {
            return remote;
        }
        return rules.own().handles(flow.localHi, flow.localLo)
                ? Verdict.PASS
                : Verdict.DROP_LOCAL_ADDRESS;
    }

    private Verdict track(
            Installed current,
            Direction direction,
            FlowKey flow,
            PeerIdentity peer,
            long nowNanos) {
        long hash = conntrack.hash(flow);
        long timeoutNanos = current.rules.timeouts().nanosFor(flow.protocol);
        Conntrack.Tracked tracked =
                conntrack.find(
                        flow,
                        hash,
                        direction,
                        current.version,
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
        if (!current.rules.admits(origin, flow, peer)) {
            if (tracked != Conntrack.Tracked.ABSENT) {
                conntrack.remove(flow, hash);
            }
            if (origin == direction || !current.rules.admits(direction, flow, peer)) {
                return Verdict.DROP_NO_RULE;
            }
            origin = direction;
        }
        conntrack.put(
                flow,
                hash,
                direction,
                origin,
                current.version,
                peer.certificateId(),
                timeoutNanos,
                nowNanos);
        return Verdict.PASS;
    }

    /** What the addresses and the rules say of a flow, tracked flows left out; nothing is counted or kept. */
    public Verdict judge(Direction direction, FlowKey flow, PeerIdentity peer) {
        RuleSet rules = installed.rules;
        Verdict addresses = judgeAddresses(rules, direction, flow, peer);
        if (addresses != Verdict.PASS) {
            return addresses;
        }
        return rules.admits(direction, flow, peer) ? Verdict.PASS : Verdict.DROP_NO_RULE;
    }

    /**
     * The first rule that admits the flow, or null when none does. Says nothing about addresses: {@link #judge}
     * does. Allocates; for people, not for packets.
     */
    public @Nullable RuleMatch explain(Direction direction, FlowKey flow, PeerIdentity peer) {
        return installed.rules.firstMatch(direction, flow, peer);
    }

    /** Packets refused so far with this verdict. */
    public long dropped(Direction direction, Verdict verdict) {
        return drops.get(counter(direction, verdict));
    }

    @SuppressWarnings("EnumOrdinal") // an index within this object's life, never stored
    private static int counter(Direction direction, Verdict verdict) {
        return direction.ordinal() * VERDICTS + verdict.ordinal();
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

    private record Installed(RuleSet rules, long version) {}
}
