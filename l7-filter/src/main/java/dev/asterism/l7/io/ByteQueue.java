package dev.asterism.l7.io;

/**
 * Bytes that wait to be sent, {@code bytes[from, from + pending)}, in an array from the pool; when it is empty it
 * owns none. Belongs to one loop's thread.
 */
public final class ByteQueue {

    private static final byte[] NONE = {};

    private final Holding memory;
    private byte[] bytes = NONE;
    private int from;
    private int to;

    public ByteQueue(Holding memory) {
        this.memory = memory;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int from() {
        return from;
    }

    public int pending() {
        return to - from;
    }

    /** Makes room for so many bytes and returns where it begins; {@link #bytes} may be another array afterwards. */
    public int room(int more) {
        if (bytes.length - to < more) {
            grow(more);
        }
        return to;
    }

    private void grow(int more) {
        int pending = to - from;
        int needed = pending + more;
        if (needed <= bytes.length / 2) {
            System.arraycopy(bytes, from, bytes, 0, pending);
        } else {
            byte[] bigger = memory.take(Math.max(2 * pending, needed));
            System.arraycopy(bytes, from, bigger, 0, pending);
            memory.give(bytes);
            bytes = bigger;
        }
        from = 0;
        to = pending;
    }

    /** The room up to here has been written. */
    public void end(int at) {
        to = at;
    }

    public void append(byte[] source, int at, int length) {
        int place = room(length);
        System.arraycopy(source, at, bytes, place, length);
        to = place + length;
    }

    public void sent(int count) {
        from += count;
        if (from == to) {
            clear();
        }
    }

    public void clear() {
        memory.give(bytes);
        bytes = NONE;
        from = 0;
        to = 0;
    }
}
