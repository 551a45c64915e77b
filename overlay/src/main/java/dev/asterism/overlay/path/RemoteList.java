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
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Candidate underlay addresses of one peer, by owner of the knowledge (spec wire.md 9.6): the peer itself, each
 * lighthouse, and our own configuration. One list serves all overlay addresses of the peer. Control plane only.
 */
public final class RemoteList {

    /** Of learned-from-others kinds: IPv4, IPv6 and relays, each. Our own configuration has no limit. */
    public static final int MAX_PER_OWNER = 10;

    private static final int MAX_BLOCKED = 32;

    /** Of handshakes to remembered addresses: the peer may be away for a while at first. */
    private static final int MAX_FAILURES = 3;

    private final Supplier<CandidateFilter> rules;
    private final Consumer<RemoteList> onChange;

    /**
     * By owner, in the order of first mention. Replaced at each addition, as few are: of most peers only the peer
     * itself tells, of others their lighthouses besides, and a map for one of them takes four times the memory.
     */
    private List<ReportedAddrs> owners = List.of();

    /** An empty one until the first is added, as few lists ever have one. */
    private Set<UnderlayAddr> blocked = Collections.emptySet();

    private List<Ip> overlay;
    private List<UnderlayAddr> configured = List.of();
    private List<UnderlayAddr> resolved = List.of();
    private List<UnderlayAddr> calculated = List.of();

    /** Where an earlier process reached the peer; used only while nothing newer is known. */
    private AddrSnapshot remembered = AddrSnapshot.EMPTY;

    /** Those by which the peer has been reached, whoever else knows of them. */
    private List<Ip> reachedThrough = List.of();

    private int failures;

    /**
     * @param overlay the peer's overlay addresses as far as known, primary first
     * @param rules asked at each use, so that a reload acts at once
     */
    public RemoteList(List<Ip> overlay, Supplier<CandidateFilter> rules) {
        this(overlay, rules, _ -> {});
    }

    /**
     * As above.
     *
     * @param onChange called when what an owner learned or reported has become another
     */
    public RemoteList(
            List<Ip> overlay, Supplier<CandidateFilter> rules, Consumer<RemoteList> onChange) {
        this.onChange = onChange;
        this.overlay = List.copyOf(overlay);
        this.rules = rules;
    }

    public List<Ip> overlay() {
        return overlay;
    }

    /** Effective candidates, filtered, deduplicated and sorted by wire.md 9.6. */
    public List<UnderlayAddr> candidates(List<Cidr> preferredRanges) {
        return unsorted().distinct().sorted(new CandidateOrder(preferredRanges)).toList();
    }

    private Stream<UnderlayAddr> unsorted() {
        List<UnderlayAddr> all = new ArrayList<>(configured);
        all.addAll(resolved);
        all.addAll(calculated);
        owners.forEach(owner -> owner.addTo(all));
        if (configured.isEmpty() && resolved.isEmpty()) {
            all.addAll(remembered.learned());
        }
        CandidateFilter current = rules.get();
        return all.stream().filter(a -> !blocked.contains(a) && current.usable(overlay, a));
    }

    /** Whether a candidate, at any port, has that address; sorts nothing. */
    public boolean isCandidate(Ip address) {
        return unsorted().anyMatch(known -> known.ip().equals(address));
    }

    /** Relays through which the peer has been reached or says it can be, from all owners, sorted. */
    public List<Ip> relays() {
        Set<Ip> all = new TreeSet<>();
        owners.forEach(owner -> all.addAll(owner.relays()));
        all.addAll(remembered.relays());
        all.addAll(reachedThrough);
        return List.copyOf(all);
    }

    /**
     * The peer has been reached through that relay. Not told to others: they hear of relays from the peer itself. The
     * latest few are kept.
     */
    public void learnRelay(Ip relay) {
        if (!reachedThrough.contains(relay)) {
            List<Ip> more = new ArrayList<>(reachedThrough);
            more.add(relay);
            reachedThrough =
                    List.copyOf(
                            more.subList(Math.max(0, more.size() - MAX_PER_OWNER), more.size()));
        }
    }

    /** Stores where an authenticated packet of the peer came from; one IPv4 and one IPv6 place per owner. */
    public void learn(Ip owner, UnderlayAddr address) {
        // Remembered relays stay of use: nobody need have said by which the peer is reached now.
        remembered = remembered.relaysOnly();
        if (recordOf(owner).learn(address)) {
            onChange.accept(this);
        }
    }

    /**
     * Where an earlier process of this node reached the peer: candidates until a packet of the peer or a report
     * says something newer, and none at all beside addresses of static_host_map.
     */
    public void remember(List<UnderlayAddr> addresses, List<Ip> relays) {
        failures = 0;
        remembered = new AddrSnapshot(addresses, List.of(), relays);
    }

    /** A handshake ran out of tries: what is remembered has had its chance after a few. */
    public void handshakeFailed() {
        if (++failures >= MAX_FAILURES) {
            remembered = AddrSnapshot.EMPTY;
        }
    }

    /** What the owner's packets were last seen from, or null. */
    public @Nullable UnderlayAddr learnedIpv4(Ip owner) {
        ReportedAddrs record = knownOf(owner);
        return record == null ? null : record.learnedIpv4();
    }

    /** Replaces what the owner reported: the first ten of each kind that pass the rules. */
    public void report(Ip owner, List<UnderlayAddr> addresses, List<Ip> relays) {
        CandidateFilter current = rules.get();
        if (!addresses.isEmpty() || !relays.isEmpty()) {
            remembered = AddrSnapshot.EMPTY;
        }
        if (recordOf(owner).report(addresses, relays, a -> current.admits(overlay, a))) {
            onChange.accept(this);
        }
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
        ReportedAddrs record = knownOf(owner);
        return record == null ? null : record.view();
    }

    /** A copy by owner, without {@link #ours}. */
    public Map<Ip, AddrSnapshot> knowledge() {
        Map<Ip, AddrSnapshot> copy = new LinkedHashMap<>();
        owners.forEach(record -> copy.put(record.owner(), record.view()));
        return Collections.unmodifiableMap(copy);
    }

    /** Leaves an address out of the candidates: another host answered there. */
    public void block(UnderlayAddr bad) {
        if (blocked.isEmpty()) {
            blocked = new LinkedHashSet<>();
        }
        if (blocked.size() >= MAX_BLOCKED) {
            blocked.remove(blocked.iterator().next());
        }
        blocked.add(bad);
    }

    public void unblockAll() {
        blocked = Collections.emptySet();
    }

    /** The peer's certificate is known: this list is the one for exactly these addresses, primary first. */
    public void serve(List<Ip> addresses) {
        overlay = List.copyOf(addresses);
    }

    /** Takes over what another list of the same peer holds and this one lacks; the other is to be thrown away. */
    public void absorb(RemoteList other) {
        other.owners.forEach(record -> recordOf(record.owner()).fillFrom(record));
        configured = union(configured, other.configured);
        resolved = union(resolved, other.resolved);
        calculated = union(calculated, other.calculated);
        if (remembered.isEmpty()) {
            remembered = other.remembered;
        }
        other.reachedThrough.forEach(this::learnRelay);
        other.blocked.forEach(this::block);
    }

    private static List<UnderlayAddr> union(List<UnderlayAddr> a, List<UnderlayAddr> b) {
        Set<UnderlayAddr> both = new LinkedHashSet<>(a);
        both.addAll(b);
        return List.copyOf(both);
    }

    private @Nullable ReportedAddrs knownOf(Ip owner) {
        for (ReportedAddrs record : owners) {
            if (record.owner().equals(owner)) {
                return record;
            }
        }
        return null;
    }

    private ReportedAddrs recordOf(Ip owner) {
        ReportedAddrs known = knownOf(owner);
        if (known != null) {
            return known;
        }
        ReportedAddrs added = new ReportedAddrs(owner);
        List<ReportedAddrs> more = new ArrayList<>(owners);
        more.add(added);
        owners = List.copyOf(more);
        return added;
    }
}
