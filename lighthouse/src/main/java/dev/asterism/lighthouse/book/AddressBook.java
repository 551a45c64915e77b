package dev.asterism.lighthouse.book;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.CandidateFilter;
import dev.asterism.overlay.path.RemoteList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The candidate lists of all peers, by each of their overlay addresses. Peers with a tunnel and static ones
 * stay; of the others, such as targets of handshakes that nobody answered, only the newest are kept.
 */
public final class AddressBook {

    private static final int SCANNED_PER_EVICTION = 64;

    private final Supplier<CandidateFilter> rules;
    private final Predicate<Ip> pinned;
    private final int capacity;
    private final Consumer<RemoteList> onChange;
    private final Map<Ip, RemoteList> byOverlay = new LinkedHashMap<>();

    /**
     * @param pinned which addresses must not be evicted
     * @param capacity addresses kept beside the pinned ones, roughly
     * @param onChange called when a list has learned something
     */
    public AddressBook(
            Supplier<CandidateFilter> rules,
            Predicate<Ip> pinned,
            int capacity,
            Consumer<RemoteList> onChange) {
        this.onChange = onChange;
        this.rules = rules;
        this.pinned = pinned;
        this.capacity = capacity;
    }

    /** The peer's list, made when absent. */
    public RemoteList listOf(Ip overlay) {
        RemoteList known = byOverlay.get(overlay);
        if (known != null) {
            return known;
        }
        RemoteList list = new RemoteList(List.of(overlay), rules, onChange);
        add(overlay, list);
        return list;
    }

    public @Nullable RemoteList known(Ip overlay) {
        return byOverlay.get(overlay);
    }

    /** One list for all addresses of a certificate, primary first; what several lists held is joined. */
    public RemoteList unify(List<Ip> addresses) {
        RemoteList known = byOverlay.get(addresses.getFirst());
        if (known != null && serves(known, addresses)) {
            if (known.overlay().equals(addresses)) {
                known.serve(addresses); // so that one list in memory does for all who name the peer
            }
            return known;
        }
        Set<RemoteList> before = new LinkedHashSet<>();
        for (Ip address : addresses) {
            RemoteList list = byOverlay.get(address);
            if (list != null && !before.contains(list) && !leftTo(list, addresses)) {
                before.add(list);
            }
        }
        RemoteList one =
                before.isEmpty()
                        ? new RemoteList(addresses, rules, onChange)
                        : before.iterator().next();
        for (RemoteList list : before) {
            list.overlay().forEach(address -> byOverlay.remove(address, list));
            if (list != one) {
                one.absorb(list);
            }
        }
        one.serve(addresses);
        addresses.forEach(address -> add(address, one));
        return one;
    }

    /**
     * Whether the list is another host's, from which addresses have moved to this one: its primary address is not among
     * them, and it is in use. It keeps what is left, and all that is known of where that host is.
     */
    private boolean leftTo(RemoteList list, List<Ip> addresses) {
        List<Ip> left = list.overlay().stream().filter(ip -> !addresses.contains(ip)).toList();
        if (addresses.contains(list.overlay().getFirst()) || left.stream().noneMatch(pinned)) {
            return false;
        }
        addresses.forEach(moved -> byOverlay.remove(moved, list));
        list.serve(left);
        return true;
    }

    /**
     * Whether the list is that host's already. A tunnel made with a certificate of version 1 says nothing of the IPv6
     * addresses that another tunnel to the same host is for.
     */
    private boolean serves(RemoteList list, List<Ip> addresses) {
        List<Ip> served = list.overlay();
        return served.equals(addresses)
                || served.getFirst().equals(addresses.getFirst())
                        && served.containsAll(addresses)
                        && served.stream().filter(ip -> !addresses.contains(ip)).allMatch(pinned);
    }

    /** The peer disappears under all of its addresses. */
    public void forget(List<Ip> addresses) {
        for (Ip address : addresses) {
            RemoteList list = byOverlay.get(address);
            if (list != null) {
                list.overlay().forEach(a -> byOverlay.remove(a, list));
                byOverlay.remove(address);
            }
        }
    }

    /** Each peer once, in the order of first mention. */
    public List<RemoteList> lists() {
        return List.copyOf(new LinkedHashSet<>(byOverlay.values()));
    }

    public int size() {
        return byOverlay.size();
    }

    private void add(Ip overlay, RemoteList list) {
        byOverlay.put(overlay, list);
        if (byOverlay.size() > capacity) {
            evictOne(overlay);
        }
    }

    /** Pinned entries met on the way move to the end, so that the next search does not meet them again. */
    private void evictOne(Ip added) {
        List<Ip> oldest =
                new ArrayList<>(byOverlay.keySet().stream().limit(SCANNED_PER_EVICTION).toList());
        oldest.remove(added);
        for (Ip candidate : oldest) {
            RemoteList list = byOverlay.get(candidate);
            if (list == null) {
                continue;
            }
            if (list.overlay().stream().noneMatch(pinned)) {
                forget(list.overlay());
                return;
            }
            byOverlay.remove(candidate);
            byOverlay.put(candidate, list);
        }
    }
}
