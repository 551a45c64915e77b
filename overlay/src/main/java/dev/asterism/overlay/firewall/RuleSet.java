package dev.asterism.overlay.firewall;

import dev.asterism.overlay.config.OverlayConfig.FirewallSection;
import dev.asterism.overlay.packet.FlowKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compiled rules of both directions and what they were compiled from. Immutable, safe on any thread; made by {@link
 * RuleCompiler}.
 */
public final class RuleSet {

    private final FirewallSection section;
    private final LocalNetworks own;
    private final ConntrackTimeouts timeouts;
    private final DirectionTable inbound;
    private final DirectionTable outbound;
    private final List<CompiledRule> inboundRules;
    private final List<CompiledRule> outboundRules;
    private final String hashText;
    private final int size;

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
    }

    /** Whether compiling these again would give the same rules (spec behaviour.md 4.5). */
    public boolean builtFrom(FirewallSection otherSection, LocalNetworks otherOwn) {
        return section.equals(otherSection) && own.equals(otherOwn);
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

    @Nullable RuleMatch firstMatch(Direction direction, FlowKey flow, PeerIdentity peer) {
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
