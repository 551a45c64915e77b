package dev.asterism.l7.http2;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The open streams of a connection by number: open addressing over odd numbers, no object for an entry. */
final class StreamTable {

    private static final int FIRST_SIZE = 8;
    private static final Http2Stream[] NONE = {};

    private int[] ids = new int[FIRST_SIZE];
    private @Nullable Http2Stream[] streams = new @Nullable Http2Stream[FIRST_SIZE];
    private int count;

    int count() {
        return count;
    }

    @Nullable Http2Stream get(int id) {
        int mask = ids.length - 1;
        for (int i = id >> 1 & mask; ids[i] != 0; i = i + 1 & mask) {
            if (ids[i] == id) {
                return streams[i];
            }
        }
        return null;
    }

    void put(int id, Http2Stream stream) {
        count++;
        if (2 * count > ids.length) {
            grow();
        }
        insert(id, stream);
    }

    private void grow() {
        int[] oldIds = ids;
        @Nullable Http2Stream[] oldStreams = streams;
        ids = new int[2 * oldIds.length];
        streams = new @Nullable Http2Stream[2 * oldIds.length];
        for (int i = 0; i < oldIds.length; i++) {
            if (oldIds[i] != 0) {
                insert(oldIds[i], oldStreams[i]);
            }
        }
    }

    private void insert(int id, @Nullable Http2Stream stream) {
        int mask = ids.length - 1;
        int i = id >> 1 & mask;
        while (ids[i] != 0) {
            i = i + 1 & mask;
        }
        ids[i] = id;
        streams[i] = stream;
    }

    /** False when it is not there. */
    boolean remove(int id) {
        int mask = ids.length - 1;
        int hole = id >> 1 & mask;
        while (ids[hole] != id) {
            if (ids[hole] == 0) {
                return false;
            }
            hole = hole + 1 & mask;
        }
        for (int i = hole + 1 & mask; ids[i] != 0; i = i + 1 & mask) {
            int home = ids[i] >> 1 & mask;
            if ((i - home & mask) >= (i - hole & mask)) {
                ids[hole] = ids[i];
                streams[hole] = streams[i];
                hole = i;
            }
        }
        ids[hole] = 0;
        streams[hole] = null;
        count--;
        return true;
    }

    /** All of them, for a walk during which some may go. */
    Http2Stream[] all() {
        if (count == 0) {
            return NONE;
        }
        Http2Stream[] all = new Http2Stream[count];
        int n = 0;
        for (Http2Stream stream : streams) {
            if (stream != null) {
                all[n++] = stream;
            }
        }
        return all;
    }

    void clear() {
        ids = new int[FIRST_SIZE];
        streams = new @Nullable Http2Stream[FIRST_SIZE];
        count = 0;
    }

    @Override
    public String toString() {
        return Arrays.toString(ids);
    }
}
