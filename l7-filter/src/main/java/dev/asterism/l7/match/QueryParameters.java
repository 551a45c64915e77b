package dev.asterism.l7.match;

import java.util.Arrays;

/**
 * The parameters of a query, with escapes undone; an escape that is none stays as it is, and a plus sign is one.
 * Belongs to one loop; what it says is true until the next {@link #read}.
 */
final class QueryParameters {

    private static final int ROW = 3;

    private byte[] bytes = new byte[128];
    private int[] rows = new int[ROW * 16];
    private int count;
    private int length;

    void read(byte[] in, int from, int queryLength) {
        count = 0;
        length = 0;
        if (bytes.length < queryLength) {
            bytes = new byte[2 * queryLength];
        }
        int end = from + queryLength;
        int p = from;
        while (p < end) {
            int stop = p;
            while (stop < end && in[stop] != '&') {
                stop++;
            }
            if (stop > p) {
                parameter(in, p, stop);
            }
            p = stop + 1;
        }
    }

    private void parameter(byte[] in, int from, int end) {
        int equals = from;
        while (equals < end && in[equals] != '=') {
            equals++;
        }
        if (ROW * count == rows.length) {
            rows = Arrays.copyOf(rows, 2 * rows.length);
        }
        int row = ROW * count++;
        rows[row] = length;
        decode(in, from, equals);
        rows[row + 1] = length;
        decode(in, equals, end);
        rows[row + 2] = length;
    }

    private void decode(byte[] in, int from, int end) {
        for (int p = from; p < end; p++) {
            int value = in[p] == '%' ? RequestPath.escaped(in, p, end) : -1;
            if (value >= 0) {
                p += 2;
                bytes[length++] = (byte) value;
            } else {
                bytes[length++] = in[p];
            }
        }
    }

    int count() {
        return count;
    }

    byte[] bytes() {
        return bytes;
    }

    int nameAt(int row) {
        return rows[ROW * row];
    }

    int nameLength(int row) {
        return rows[ROW * row + 1] - rows[ROW * row];
    }

    int valueAt(int row) {
        return Math.min(rows[ROW * row + 1] + 1, rows[ROW * row + 2]);
    }

    int valueLength(int row) {
        return rows[ROW * row + 2] - valueAt(row);
    }

    /** Of name, equals sign and value together. */
    int wholeLength(int row) {
        return rows[ROW * row + 2] - rows[ROW * row];
    }
}
