package dev.asterism.overlay.firewall;

import dev.asterism.overlay.config.FirewallRule;
import dev.asterism.overlay.config.OverlayConfig.FirewallSection;
import dev.asterism.overlay.config.SourcePosition;
import dev.asterism.overlay.packet.FlowKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compiled rules of both directions, what they were compiled from, and the version by which tracked
 * flows know that others came into force since they were judged. Immutable, safe on any thread;
 * made by {@link RuleCompiler}, and part of the snapshot that lanes read.
 */
public final class RuleSet {

    private static final SourcePosition NOWHERE = new SourcePosition("", 0, 0);

    private final FirewallSection section;
    private final LocalNetworks own;
    private final ConntrackTimeouts timeouts;
    private final DirectionTable inbound;
    private final DirectionTable outbound;
    private final List<CompiledRule> inboundRules;
    private final List<CompiledRule> outboundRules;
    private final String hashText;
    private final int size;
    private final long version;

    RuleSet(
            FirewallSection section,
            LocalNetworks own,
            List<CompiledRule> inbound,
            List<CompiledRule> outbound) {
        this.section = section;
        this.own = own;
        timeouts = ConntrackTimeouts.of(section);
        inboundRules = List.copyOf(inbound);
        outboundRules = List.copyOf(outbound);
        this.inbound = new DirectionTable(Direction.INBOUND, inbound);
        this.outbound = new DirectionTable(Direction.OUTBOUND, outbound);
        StringBuilder text = new StringBuilder();
        Stream.concat(outbound.stream(), inbound.stream())
                .forEach(rule -> text.append(rule.hashLine()));
        hashText = text.toString();
        size = inbound.size() + outbound.size();
        version = 1;
    }

    private RuleSet(RuleSet of, long version) {
        section = of.section;
        own = of.own;
        timeouts = of.timeouts;
        inbound = of.inbound;
        outbound = of.outbound;
        inboundRules = of.inboundRules;
        outboundRules = of.outboundRules;
        hashText = of.hashText;
        size = of.size;
        this.version = version;
    }

    /**
     * These rules, to come into force after those: the same version if they say the same, so that
     * flows tracked under those need not be judged again (spec behaviour.md 4.5), else the next
     * one. A rule that only stands on another line of its file says the same.
     */
    public RuleSet after(RuleSet running) {
        return new RuleSet(this, saysAs(running) ? running.version : running.version + 1);
    }

    private boolean saysAs(RuleSet other) {
        return own.equals(other.own)
                && withoutPositions(section).equals(withoutPositions(other.section));
    }

    private static FirewallSection withoutPositions(FirewallSection section) {
        return new FirewallSection(
                withoutPositions(section.inbound()),
                withoutPositions(section.outbound()),
                section.inboundAction(),
                section.outboundAction(),
                section.defaultLocalCidrAny(),
                section.tcpTimeout(),
                section.udpTimeout(),
                section.defaultTimeout());
    }

    private static List<FirewallRule> withoutPositions(List<FirewallRule> rules) {
        return rules.stream().map(rule -> rule.at(NOWHERE)).toList();
    }

    /** Grows whenever rules that say something else come into force; tracked flows keep it. */
    public long version() {
        return version;
    }

    /** What the addresses and the rules say of a flow, tracked flows left out; nothing is counted or kept. */
    public Verdict judge(Direction direction, FlowKey flow, PeerIdentity peer) {
        Verdict addresses = judgeAddresses(direction, flow, peer);
        if (addresses != Verdict.PASS) {
            return addresses;
        }
        return admits(direction, flow, peer) ? Verdict.PASS : Verdict.DROP_NO_RULE;
    }

    Verdict judgeAddresses(Direction direction, FlowKey flow, PeerIdentity peer) {
        Verdict remote = peer.judgeRemote(own, direction, flow.remoteHi, flow.remoteLo);
        if (remote != Verdict.PASS) {
            return remote;
        }
        return own.handles(flow.localHi, flow.localLo) ? Verdict.PASS : Verdict.DROP_LOCAL_ADDRESS;
    }

    /** Default actions and all else that was configured beside the rules. */
    public FirewallSection section() {
        return section;
    }

    public LocalNetworks own() {
        return own;
    }

    /** Number of rules in both directions. */
    public int size() {
        return size;
    }

    ConntrackTimeouts timeouts() {
        return timeouts;
    }

    boolean admits(Direction direction, FlowKey flow, PeerIdentity peer) {
        return table(direction).admits(flow, peer);
    }

    /**
     * The first rule that admits the flow, or null when none does. Says nothing about addresses:
     * {@link #judge} does. Allocates; for people, not for packets.
     */
    public @Nullable RuleMatch firstMatch(Direction direction, FlowKey flow, PeerIdentity peer) {
        CompiledRule rule = table(direction).firstMatch(flow, peer);
        return rule == null ? null : new RuleMatch(rule.direction, rule.number, rule.rule);
    }

    /** Rules that do not admit the flow and which parts of each fail, the closest first. Allocates; for people. */
    public List<RuleMisses.Miss> misses(Direction direction, FlowKey flow, PeerIdentity peer) {
        return RuleMisses.of(
                direction == Direction.INBOUND ? inboundRules : outboundRules, flow, peer);
    }

    private DirectionTable table(Direction direction) {
        return direction == Direction.INBOUND ? inbound : outbound;
    }

    /** One line per rule, outbound first; what both hashes are over. */
    public String hashText() {
        return hashText;
    }

    public String sha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(digest.digest(hashText.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** FNV-1a, 32 bits, unsigned. */
    public long fnv1a() {
        int hash = 0x811C9DC5;
        for (byte b : hashText.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ b & 0xFF) * 0x01000193;
        }
        return Integer.toUnsignedLong(hash);
    }

    /** {@code SHA:…,FNV:…}, as logs carry it. */
    public String hashes() {
        return "SHA:" + sha256() + ",FNV:" + fnv1a();
    }
}
