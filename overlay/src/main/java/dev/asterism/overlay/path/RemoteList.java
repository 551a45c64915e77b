package dev.asterism.overlay.path;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Candidate underlay addresses of one peer, by owner of the knowledge (spec wire.md 9.6): the peer itself, each
 * lighthouse, and our own configuration. One list serves all overlay addresses of the peer. Control plane only.
 */
public final class RemoteList {

    /** Of learned-from-others kinds: IPv4, IPv6 and relays, each. Our own configuration has no limit. */
    public static final int MAX_PER_OWNER = 10;

    private static final int MAX_BLOCKED = 32;

    private final Supplier<CandidateFilter> rules;
    private final Map<Ip, ReportedAddrs> byOwner = new LinkedHashMap<>();
    private final Set<UnderlayAddr> blocked = new LinkedHashSet<>();
    private List<Ip> overlay;
    private List<UnderlayAddr> configured = List.of();
    private List<UnderlayAddr> resolved = List.of();
    private List<UnderlayAddr> calculated = List.of();

    /**
     * @param overlay the peer's overlay addresses as far as known, primary first
     * @param rules asked at each use, so that a reload acts at once
     */
    public RemoteList(List<Ip> overlay, Supplier<CandidateFilter> rules) {
        this.overlay = List.copyOf(overlay);
        this.rules = rules;
    }

    public List<Ip> overlay() {
        return overlay;
    }

    /** Effective candidates, filtered, deduplicated and sorted by wire.md 9.6. */
    public List<UnderlayAddr> candidates(List<Cidr> preferredRanges) {
        List<UnderlayAddr> all = new ArrayList<>(configured);
        all.addAll(resolved);
        all.addAll(calculated);
        for (ReportedAddrs owner : byOwner.values()) {
            owner.addTo(all);
        }
        CandidateFilter current = rules.get();
        return all.stream()
                .filter(a -> !blocked.contains(a) && current.usable(overlay, a))
                .distinct()
                .sorted(new CandidateOrder(preferredRanges))
                .toList();
    }

    /** Addresses of relays through which the peer says it can be reached, from all owners, sorted. */
    public List<Ip> relays() {
        Set<Ip> all = new TreeSet<>();
        for (ReportedAddrs owner : byOwner.values()) {
            all.addAll(owner.relays());
        }
        return List.copyOf(all);
    }

    /** Stores where an authenticated packet of the peer came from; one IPv4 and one IPv6 place per owner. */
    public void learn(Ip owner, UnderlayAddr address) {
        recordOf(owner).learn(address);
    }

    /** What the owner's packets were last seen from, or null. */
    public @Nullable UnderlayAddr learnedIpv4(Ip owner) {
        ReportedAddrs record = byOwner.get(owner);
        return record == null ? null : record.learnedIpv4();
    }

    /** Replaces what the owner reported: the first ten of each kind that pass the rules. */
    public void report(Ip owner, List<UnderlayAddr> addresses, List<Ip> relays) {
        CandidateFilter current = rules.get();
        recordOf(owner).report(addresses, relays, a -> current.admits(overlay, a));
    }

    /** Replaces the literals of static_host_map. */
    public void configure(List<UnderlayAddr> literals) {
        configured = List.copyOf(literals);
    }

    /** Replaces what names of static_host_map resolved to; true when it differs from before. */
    public boolean resolve(List<UnderlayAddr> addresses) {
        boolean changed = !resolved.equals(addresses);
        resolved = List.copyOf(addresses);
        return changed;
    }

    /** Replaces the calculated remotes; they are never told to others. */
    public void calculate(List<UnderlayAddr> addresses) {
        calculated = List.copyOf(addresses);
    }

    /** What we ourselves contribute: literals, resolved names, calculated remotes. */
    public AddrSnapshot ours() {
        List<UnderlayAddr> all = new ArrayList<>(configured);
        all.addAll(resolved);
        all.addAll(calculated);
        return new AddrSnapshot(List.of(), all, List.of());
    }

    /** What the owner learned and reported, or null when it never did. */
    public @Nullable AddrSnapshot knowledgeOf(Ip owner) {
        ReportedAddrs record = byOwner.get(owner);
        return record == null ? null : record.view();
    }

    /** A copy by owner, without {@link #ours}. */
    public Map<Ip, AddrSnapshot> knowledge() {
        Map<Ip, AddrSnapshot> copy = new LinkedHashMap<>();
        byOwner.forEach((owner, record) -> copy.put(owner, record.view()));
        return Collections.unmodifiableMap(copy);
    }

    /** Leaves an address out of the candidates: another host answered there. */
    public void block(UnderlayAddr bad) {
        if (blocked.size() >= MAX_BLOCKED) {
            blocked.remove(blocked.iterator().next());
        }
        blocked.add(bad);
    }

    public void unblockAll() {
        blocked.clear();
    }

    /** The peer's certificate is known: this list is the one for exactly these addresses, primary first. */
    public void serve(List<Ip> addresses) {
        overlay = List.copyOf(addresses);
    }

    /** Takes over what another list of the same peer holds and this one lacks; the other is to be thrown away. */
    public void absorb(RemoteList other) {
        other.byOwner.forEach((owner, record) -> recordOf(owner).fillFrom(record));
        configured = union(configured, other.configured);
        resolved = union(resolved, other.resolved);
        calculated = union(calculated, other.calculated);
        other.blocked.forEach(this::block);
    }

    private static List<UnderlayAddr> union(List<UnderlayAddr> a, List<UnderlayAddr> b) {
        Set<UnderlayAddr> both = new LinkedHashSet<>(a);
        both.addAll(b);
        return List.copyOf(both);
    }

    private ReportedAddrs recordOf(Ip owner) {
        return byOwner.computeIfAbsent(owner, _ -> new ReportedAddrs());
    }
}
