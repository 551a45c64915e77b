package dev.asterism.l7.hpack;

import dev.asterism.l7.http.Head;

/**
 * The decoder's dynamic table, RFC 7541 2.3.2 and 4, of at most 4,096 bytes: names and values one behind the other in
 * one array, made when first needed and moved down when it is full. Index 0 is the newest.
 */
final class DynamicTable {

    static final int MOST_BYTES = 4096;

    /** What an entry counts beside its bytes, RFC 7541 4.1. */
    private static final int OVERHEAD = 32;

    /** Of {@link #store}: there is room for all entries and a new one behind them. */
    private static final int MOST_STORE = 2 * MOST_BYTES;

    private static final int MOST_ENTRIES = MOST_BYTES / OVERHEAD;
    private static final int MASK = MOST_ENTRIES - 1;
    private static final int ROW = 4;
    private static final byte[] NO_BYTES = {};
    private static final int[] NO_ROWS = {};

    private byte[] store = NO_BYTES;
    private int[] rows = NO_ROWS;
    private int storeEnd;
    private int first;
    private int count;
    private int size;
    private int limit = MOST_BYTES;

    int count() {
        return count;
    }

    /** In memory, for as long as the connection lasts. */
    int bytes() {
        return store.length + rows.length * Integer.BYTES;
    }

    private int row(int index) {
        return ROW * (first + count - 1 - index & MASK);
    }

    int nameLength(int index) {
        return rows[row(index) + 1];
    }

    int valueLength(int index) {
        return rows[row(index) + 2];
    }

    int id(int index) {
        return rows[row(index) + 3];
    }

    void appendName(int index, Head to) {
        int row = row(index);
        to.append(store, rows[row], rows[row + 1]);
    }

    void appendField(int index, Head to) {
        int row = row(index);
        to.append(store, rows[row], rows[row + 1] + rows[row + 2]);
    }

    void resize(int bytes) {
        limit = bytes;
        evict(0);
    }

    private void evict(int more) {
        while (count > 0 && size + more > limit) {
            int row = ROW * (first & MASK);
            size -= rows[row + 1] + rows[row + 2] + OVERHEAD;
            first++;
            count--;
        }
    }

    /**
     * Adds a field whose value stands straight behind its name. One that is larger than the table empties it, RFC
     * 7541 4.4.
     */
    void insert(byte[] from, int at, int nameLength, int valueLength, int id) {
        int length = nameLength + valueLength;
        evict(length + OVERHEAD);
        if (length + OVERHEAD > limit) {
            return;
        }
        if (rows.length == 0) {
            store = new byte[1024];
            rows = new int[ROW * MOST_ENTRIES];
        }
        if (store.length - storeEnd < length) {
            moveDown(length);
        }
        System.arraycopy(from, at, store, storeEnd, length);
        int row = ROW * (first + count & MASK);
        rows[row] = storeEnd;
        rows[row + 1] = nameLength;
        rows[row + 2] = valueLength;
        rows[row + 3] = id;
        storeEnd += length;
        size += length + OVERHEAD;
        count++;
    }

    private void moveDown(int more) {
        int from = count == 0 ? storeEnd : rows[ROW * (first & MASK)];
        int live = storeEnd - from;
        byte[] to = store;
        if (live + more > store.length / 2 && store.length < MOST_STORE) {
            to = new byte[Math.min(2 * Math.max(store.length, more), MOST_STORE)];
        }
        System.arraycopy(store, from, to, 0, live);
        for (int i = 0; i < count; i++) {
            rows[ROW * (first + i & MASK)] -= from;
        }
        store = to;
        storeEnd = live;
    }
}
