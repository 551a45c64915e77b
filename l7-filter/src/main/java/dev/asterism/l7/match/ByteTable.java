package dev.asterism.l7.match;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by keys of bytes, made once and only read afterwards. A look-up takes a range of bytes and allocates
 * nothing. Keys come from a configuration, so nobody can fill one chain of it from outside. Immutable; safe on any
 * thread.
 */
public final class ByteTable<V> {

    private final byte[][] keys;
    private final int[] hashes;
    private final List<@Nullable V> values;
    private final int mask;

    /**
     * @param entries by ASCII text
     */
    public ByteTable(Map<String, V> entries) {
        int slots = Math.max(4, Integer.highestOneBit(Math.max(1, entries.size())) << 2);
        keys = new byte[slots][];
        hashes = new int[slots];
        values = new ArrayList<@Nullable V>(Collections.<@Nullable V>nCopies(slots, null));
        mask = slots - 1;
        entries.forEach(this::put);
    }

    private void put(String text, V value) {
        byte[] key = Texts.bytes(text);
        int hash = hash(key, 0, key.length);
        int slot = slot(hash);
        while (keys[slot] != null) {
            slot = slot + 1 & mask;
        }
        keys[slot] = key;
        hashes[slot] = hash;
        values.set(slot, value);
    }

    /** From the end to the start, so that the hashes of all ends of a text come in one pass. */
    static int hash(byte[] b, int at, int length) {
        int hash = 0;
        for (int i = at + length - 1; i >= at; i--) {
            hash = step(hash, b[i]);
        }
        return hash;
    }

    static int step(int hash, byte b) {
        return 31 * hash + b;
    }

    private int slot(int hash) {
        int mixed = hash * 0x9e3779b9;
        return (mixed ^ mixed >>> 15) & mask;
    }

    /** Null: there is no such key. */
    public @Nullable V get(byte[] b, int at, int length) {
        return get(b, at, length, hash(b, at, length));
    }

    @Nullable V get(byte[] b, int at, int length, int hash) {
        int slot = slot(hash);
        while (true) {
            byte[] key = keys[slot];
            if (key == null) {
                return null;
            }
            if (hashes[slot] == hash
                    && key.length == length
                    && Arrays.equals(key, 0, length, b, at, at + length)) {
                return values.get(slot);
            }
            slot = slot + 1 & mask;
        }
    }
}
