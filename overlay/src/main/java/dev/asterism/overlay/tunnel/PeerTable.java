package dev.asterism.overlay.tunnel;

import dev.asterism.overlay.net.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Tunnels by overlay address, the primary first (spec wire.md 10) and those last that do not serve the address. One
 * writer; {@link #primary} is lock-free and allocates nothing.
 */
final class PeerTable {

    private static final int MIN_CAPACITY = 64;

    private volatile AtomicReferenceArray<Peer> slots = new AtomicReferenceArray<>(MIN_CAPACITY);
    private int filled;

    /** One overlay address. Stays in the table without tunnels until the next rebuild. */
    private static final class Peer {
        final long hi;
        final long lo;
        volatile @Nullable Tunnel primary;

        /** Replaced at each change: nearly every peer has one tunnel, for which an ArrayList takes twice the memory. */
        List<Tunnel> all = List.of();

        Peer(long hi, long lo) {
            this.hi = hi;
            this.lo = lo;
        }

        void add(int at, Tunnel tunnel) {
            List<Tunnel> more = new ArrayList<>(all);
            more.add(at, tunnel);
            all = List.copyOf(more);
        }

        boolean remove(Tunnel tunnel) {
            List<Tunnel> fewer = new ArrayList<>(all);
            boolean held = fewer.remove(tunnel);
            all = List.copyOf(fewer);
            return held;
        }
    }

    @Nullable Tunnel primary(long hi, long lo) {
        Peer peer = find(slots, hi, lo);
        return peer == null ? null : peer.primary;
    }

    /** How many slots a look-up reads; for tests of the bound. */
    int probes(long hi, long lo) {
        AtomicReferenceArray<Peer> table = slots;
        int mask = table.length() - 1;
        int at = spread(hi, lo) & mask;
        int probes = 1;
        for (Peer peer = table.get(at);
                peer != null && (peer.hi != hi || peer.lo != lo);
                probes++) {
            at = at + 1 & mask;
            peer = table.get(at);
        }
        return probes;
    }

    List<Tunnel> all(Ip address) {
        Peer peer = find(slots, address.hi(), address.lo());
        return peer == null ? List.of() : peer.all;
    }

    void add(Ip address, Tunnel tunnel, boolean asPrimary) {
        Peer peer = findOrAdd(address);
        if (!tunnel.serves(address)) {
            peer.add(peer.all.size(), tunnel);
            return;
        }
        if (asPrimary || peer.primary == null) {
            peer.add(0, tunnel);
        } else {
            peer.add(1, tunnel);
        }
        peer.primary = peer.all.getFirst();
    }

    /** No effect on a tunnel that is not (or no longer) held for the address, or does not serve it. */
    void promote(Ip address, Tunnel tunnel) {
        Peer peer = find(slots, address.hi(), address.lo());
        if (peer != null && tunnel.serves(address) && peer.remove(tunnel)) {
            peer.add(0, tunnel);
            peer.primary = tunnel;
        }
    }

    void remove(Ip address, Tunnel tunnel) {
        Peer peer = find(slots, address.hi(), address.lo());
        if (peer != null && peer.remove(tunnel)) {
            if (peer.primary == tunnel) {
                confirmedFirst(peer, address);
            }
            boolean none = peer.all.isEmpty() || !peer.all.getFirst().serves(address);
            peer.primary = none ? null : peer.all.getFirst();
        }
    }

    /** Whoever has not proven to be there must not take the place of a primary that is gone, while another has. */
    private static void confirmedFirst(Peer peer, Ip address) {
        for (Tunnel next : peer.all) {
            if (next.isConfirmed() && next.serves(address)) {
                peer.remove(next);
                peer.add(0, next);
                return;
            }
        }
    }

    private static @Nullable Peer find(AtomicReferenceArray<Peer> table, long hi, long lo) {
        int mask = table.length() - 1;
        for (int at = spread(hi, lo) & mask; ; at = at + 1 & mask) {
            Peer peer = table.getAcquire(at);
            if (peer == null || peer.hi == hi && peer.lo == lo) {
                return peer;
            }
        }
    }

    private Peer findOrAdd(Ip address) {
        Peer peer = find(slots, address.hi(), address.lo());
        if (peer != null) {
            return peer;
        }
        if (filled * 2 >= slots.length()) {
            rebuild();
        }
        peer = new Peer(address.hi(), address.lo());
        place(slots, peer);
        filled++;
        return peer;
    }

    private static void place(AtomicReferenceArray<Peer> table, Peer peer) {
        int mask = table.length() - 1;
        int at = spread(peer.hi, peer.lo) & mask;
        while (table.getPlain(at) != null) {
            at = at + 1 & mask;
        }
        table.setRelease(at, peer);
    }

    private void rebuild() {
        AtomicReferenceArray<Peer> old = slots;
        List<Peer> kept = new ArrayList<>();
        for (int i = 0; i < old.length(); i++) {
            Peer peer = old.getPlain(i);
            if (peer != null && !peer.all.isEmpty()) {
                kept.add(peer);
            }
        }
        int wanted = Math.max(MIN_CAPACITY, Integer.highestOneBit(Math.max(1, kept.size())) * 8);
        AtomicReferenceArray<Peer> fresh = new AtomicReferenceArray<>(wanted);
        kept.forEach(peer -> place(fresh, peer));
        filled = kept.size();
        slots = fresh;
    }

    private static int spread(long hi, long lo) {
        long mixed = (lo ^ hi * 0x9E3779B97F4A7C15L) * 0xD6E8FEB86659FD93L;
        return (int) (mixed >>> 32);
    }
}
