package dev.asterism.overlay.tunnel;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Tunnels by local index: open addressing, one writer, lock-free readers. A reader sees every entry that was put
 * before it looked and not removed; a look-up costs one or two loads from 10 to 10,000 tunnels and allocates
 * nothing.
 */
final class IndexTable {

    private static final int MIN_CAPACITY = 64;

    private volatile AtomicReferenceArray<Slot> slots = new AtomicReferenceArray<>(MIN_CAPACITY);
    private int live;
    private int filled;

    private record Slot(int index, @Nullable Tunnel tunnel) {}

    @Nullable Tunnel get(int index) {
        AtomicReferenceArray<Slot> table = slots;
        int mask = table.length() - 1;
        for (int at = spread(index) & mask; ; at = at + 1 & mask) {
            Slot slot = table.getAcquire(at);
            if (slot == null) {
                return null;
            }
            if (slot.index == index) {
                return slot.tunnel;
            }
        }
    }

    /** How many slots a look-up reads; for tests of the bound. */
    int probes(int index) {
        AtomicReferenceArray<Slot> table = slots;
        int mask = table.length() - 1;
        int at = spread(index) & mask;
        int probes = 1;
        for (Slot slot = table.get(at); slot != null && slot.index != index; probes++) {
            at = at + 1 & mask;
            slot = table.get(at);
        }
        return probes;
    }

    void put(int index, Tunnel tunnel) {
        if (filled * 2 >= slots.length()) {
            rebuild();
        }
        if (place(slots, new Slot(index, tunnel))) {
            filled++;
        }
        live++;
    }

    /** Leaves the index as a tombstone until the next rebuild. */
    void remove(int index) {
        if (get(index) != null) {
            place(slots, new Slot(index, null));
            live--;
        }
    }

    int size() {
        return live;
    }

    private static boolean place(AtomicReferenceArray<Slot> table, Slot entry) {
        int mask = table.length() - 1;
        for (int at = spread(entry.index) & mask; ; at = at + 1 & mask) {
            Slot slot = table.getPlain(at);
            if (slot == null || slot.index == entry.index) {
                table.setRelease(at, entry);
                return slot == null;
            }
        }
    }

    private void rebuild() {
        int wanted = Math.max(MIN_CAPACITY, Integer.highestOneBit(Math.max(1, live)) * 8);
        AtomicReferenceArray<Slot> fresh = new AtomicReferenceArray<>(wanted);
        AtomicReferenceArray<Slot> old = slots;
        filled = 0;
        for (int i = 0; i < old.length(); i++) {
            Slot slot = old.getPlain(i);
            if (slot != null && slot.tunnel != null) {
                place(fresh, slot);
                filled++;
            }
        }
        slots = fresh;
    }

    private static int spread(int index) {
        int mixed = index * 0x9E3779B9;
        return mixed ^ mixed >>> 15;
    }
}
