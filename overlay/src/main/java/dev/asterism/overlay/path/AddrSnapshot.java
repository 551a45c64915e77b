package dev.asterism.overlay.path;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.ArrayList;
import java.util.List;

/**
 * A copy of what one owner knows about a peer, for answers of a lighthouse and for inspection.
 *
 * @param learned where authenticated packets came from, IPv4 first
 * @param reported in the order of the report, IPv4 before IPv6, duplicates kept
 */
public record AddrSnapshot(
        List<UnderlayAddr> learned, List<UnderlayAddr> reported, List<Ip> relays) {

    public static final AddrSnapshot EMPTY = new AddrSnapshot(List.of(), List.of(), List.of());

    public AddrSnapshot {
        learned = List.copyOf(learned);
        reported = List.copyOf(reported);
        relays = List.copyOf(relays);
    }

    /** Learned addresses first, then the reported ones; an address may be there twice (wire.md 9.3). */
    public List<UnderlayAddr> all() {
        List<UnderlayAddr> all = new ArrayList<>(learned);
        all.addAll(reported);
        return all;
    }

    /** Without addresses. */
    AddrSnapshot relaysOnly() {
        return relays.isEmpty() ? EMPTY : new AddrSnapshot(List.of(), List.of(), relays);
    }

    public boolean isEmpty() {
        return learned.isEmpty() && reported.isEmpty() && relays.isEmpty();
    }
}
