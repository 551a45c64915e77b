package dev.asterism.overlay.relay;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.IndexTable;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All relay entries, by local index and by tunnel and other end (spec wire.md 8.1). Bounded: an entry takes about 250
 * bytes, so a full table takes 65 MB. Written by the control plane only; {@link #byIndex} may be called by any thread
 * and allocates nothing.
 */
public final class RelayTable {

    /** Of all tunnels: the last defence, as 128 hosts that all reach each other through one relay take 16,256. */
    public static final int MAX_ENTRIES = 262_144;

    /** On the tunnel to one neighbour: what it may ask a relay to remember, or a relay asks of it. */
    public static final int MAX_PER_TUNNEL = 1_024;

    /** Packets in and out, bytes in and out. */
    private static final int COUNTS = 4;

    private final TunnelTable tunnels;
    private final IndexTable<RelayEntry> byIndex = new IndexTable<>();
    private final Map<Tunnel, Map<Ip, RelayEntry>> byTunnel = new LinkedHashMap<>();

    /** Of entries that are gone, by role. */
    private final long[][] gone = new long[RelayRole.values().length][COUNTS];

    /**
     * @param tunnels on which the entries stand
     */
    public RelayTable(TunnelTable tunnels) {
        this.tunnels = tunnels;
    }

    public @Nullable RelayEntry byIndex(int localIndex) {
        return byIndex.get(localIndex);
    }

    public int size() {
        return byIndex.size();
    }

    /** The entry on that tunnel for the other end, or null. */
    public @Nullable RelayEntry entry(Tunnel tunnel, Ip peer) {
        return of(tunnel).get(peer);
    }

    /** In the order they were made; a view. */
    public Collection<RelayEntry> entries(Tunnel tunnel) {
        return of(tunnel).values();
    }

    private Map<Ip, RelayEntry> of(Tunnel tunnel) {
        Map<Ip, RelayEntry> held = byTunnel.get(tunnel);
        return held == null ? Collections.emptySortedMap() : held;
    }

    boolean hasRoom(Tunnel tunnel) {
        return size() < MAX_ENTRIES && of(tunnel).size() < MAX_PER_TUNNEL;
    }

    /** The caller has asked {@link #hasRoom}, and that the tunnel is in its table. */
    void add(RelayEntry entry) {
        byTunnel.computeIfAbsent(entry.tunnel(), _ -> new LinkedHashMap<>())
                .put(entry.peer(), entry);
        byIndex.put(entry.localIndex(), entry);
    }

    /**
     * Makes room on a tunnel: removes the oldest entry that carries nothing any more, if there is one. Those that never
     * carried anything go first, as the other end may still hold the index of one that did.
     */
    void dropOneUnusable(Tunnel tunnel) {
        RelayEntry dropped = null;
        for (RelayEntry entry : entries(tunnel)) {
            boolean unusable = entry.state() == RelayState.DISESTABLISHED;
            if (unusable && !entry.hasCarried()) {
                dropped = entry;
                break;
            }
            dropped = dropped == null && unusable ? entry : dropped;
        }
        if (dropped != null) {
            of(tunnel).remove(dropped.peer());
            byIndex.remove(dropped.localIndex());
            dropped.removed();
            add(gone, dropped);
        }
    }

    /** Takes out the entries of a tunnel that is gone. */
    List<RelayEntry> remove(Tunnel tunnel) {
        Map<Ip, RelayEntry> held = byTunnel.remove(tunnel);
        if (held == null) {
            return List.of();
        }
        for (RelayEntry entry : held.values()) {
            byIndex.remove(entry.localIndex());
            entry.removed();
            add(gone, entry);
        }
        return List.copyOf(held.values());
    }

    @SuppressWarnings("EnumOrdinal") // an index within this object's life, never stored
    private static void add(long[][] sums, RelayEntry entry) {
        long[] sum = sums[entry.role().ordinal()];
        sum[0] += entry.packets().packetsIn();
        sum[1] += entry.packets().packetsOut();
        sum[2] += entry.packets().bytesIn();
        sum[3] += entry.packets().bytesOut();
    }

    /** What went by all entries since the node started, by role. Control plane only. */
    @SuppressWarnings("EnumOrdinal") // an index within this object's life, never stored
    List<RelayTotals.Role> totals() {
        long[][] sums = new long[gone.length][];
        int[] entries = new int[gone.length];
        for (int i = 0; i < gone.length; i++) {
            sums[i] = gone[i].clone();
        }
        for (Map<Ip, RelayEntry> held : byTunnel.values()) {
            for (RelayEntry entry : held.values()) {
                add(sums, entry);
                entries[entry.role().ordinal()]++;
            }
        }
        List<RelayTotals.Role> totals = new ArrayList<>();
        for (RelayRole role : RelayRole.values()) {
            long[] sum = sums[role.ordinal()];
            totals.add(
                    new RelayTotals.Role(
                            role, entries[role.ordinal()], sum[0], sum[1], sum[2], sum[3]));
        }
        return totals;
    }

    /**
     * The usable entry of that role on a tunnel to {@code neighbour}, its primary one first, for one of the {@code
     * ends}; null when there is none.
     */
    @Nullable RelayEntry usable(Ip neighbour, List<Ip> ends, RelayRole role) {
        for (Tunnel tunnel : tunnels.allOf(neighbour)) {
            for (Ip end : ends) {
                RelayEntry entry = entry(tunnel, end);
                if (entry != null && entry.role() == role && entry.isUsable()) {
                    return entry;
                }
            }
        }
        return null;
    }

    /** Sets anew by which leg packets go on that come by this entry or by its opposite ones. */
    void link(RelayEntry changed) {
        if (changed.role() != RelayRole.FORWARDING) {
            return;
        }
        linkOne(changed);
        for (Tunnel opposite : tunnels.allOf(changed.peer())) {
            for (Ip end : changed.tunnel().addresses()) {
                RelayEntry entry = entry(opposite, end);
                if (entry != null && entry.role() == RelayRole.FORWARDING) {
                    linkOne(entry);
                }
            }
        }
    }

    private void linkOne(RelayEntry entry) {
        entry.onward(
                entry.tunnel().isRemoved()
                        ? null
                        : usable(entry.peer(), entry.tunnel().addresses(), RelayRole.FORWARDING));
    }
}
