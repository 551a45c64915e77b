package dev.asterism.overlay.firewall;

import dev.asterism.overlay.packet.FlowKey;
import org.jspecify.annotations.Nullable;

/**
 * Spares a run of packets of one flow the look-up: a packet like its predecessor, to or from the
 * same peer, under the same rules and within a second of the last real check passes. Belongs to one
 * lane and one direction. A flow's entry is so refreshed a second late at worst. Packets that open
 * or close a TCP connection are always checked.
 */
public final class FlowCache {

    static final long REUSE_NANOS = 1_000_000_000L;

    private final Firewall firewall;
    private final Direction direction;
    private final FlowKey last = new FlowKey();
    private @Nullable PeerIdentity lastPeer;
    private long lastVersion;
    private long checkedNanos;

    public FlowCache(Firewall firewall, Direction direction) {
        this.firewall = firewall;
        this.direction = direction;
    }

    /** As {@link Firewall#check}, without a filter. */
    public Verdict check(RuleSet rules, FlowKey flow, PeerIdentity peer, long nowNanos) {
        return check(rules, FilterPorts.NONE, flow, peer, nowNanos);
    }

    /** As {@link Firewall#check}. */
    @SuppressWarnings(
            "ReferenceEquality") // another session is another peer, equal certificate or not
    public Verdict check(
            RuleSet rules, FilterPorts filter, FlowKey flow, PeerIdentity peer, long nowNanos) {
        long version = rules.version();
        if (flow.tcpFlags == 0
                && peer == lastPeer
                && version == lastVersion
                && nowNanos - checkedNanos < REUSE_NANOS
                && last.equals(flow)) {
            flow.filterPort = last.filterPort;
            return Verdict.PASS;
        }
        Verdict verdict = firewall.check(rules, filter, direction, flow, peer, nowNanos);
        lastPeer = verdict == Verdict.PASS ? peer : null;
        lastVersion = version;
        checkedNanos = nowNanos;
        if (verdict == Verdict.PASS) {
            remember(flow);
        }
        return verdict;
    }

    private void remember(FlowKey flow) {
        last.localHi = flow.localHi;
        last.localLo = flow.localLo;
        last.remoteHi = flow.remoteHi;
        last.remoteLo = flow.remoteLo;
        last.localPort = flow.localPort;
        last.remotePort = flow.remotePort;
        last.protocol = flow.protocol;
        last.fragment = flow.fragment;
        last.filterPort = flow.filterPort;
    }
}
