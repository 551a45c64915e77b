package dev.asterism.tun.udp;

import dev.asterism.overlay.io.DatagramBatch;

/**
 * Cuts a batch into messages for the kernel, no more than it has room for at a time: neighbours of
 * equal size to one destination become one batch, of which only the last datagram may be shorter
 * (spec linux-io.md 4); GSO batches that are too long for one message are split. Belongs to one
 * thread.
 */
final class GsoPlan {

    static final int MAX_SEGMENTS = 64;
    static final int MAX_BYTES = 65_000;

    private final GsoRejections rejections;
    private final boolean segmentation;
    private final int[] entry;
    private final int[] offset;
    private final int[] length;
    private final int[] segmentSize;
    private final int[] completed;
    private final int[] entryByte;
    private int count;
    private int nextEntry;
    private int nextByte;

    /**
     * @param segmentation false makes every datagram a message of its own
     */
    GsoPlan(int messages, boolean segmentation, GsoRejections rejections) {
        this.rejections = rejections;
        this.segmentation = segmentation;
        entry = new int[messages];
        offset = new int[messages];
        length = new int[messages];
        segmentSize = new int[messages];
        completed = new int[messages];
        entryByte = new int[messages];
    }

    void begin() {
        nextEntry = 0;
        nextByte = 0;
    }

    /** Plans the next messages; their number, 0 at the end of the batch. */
    int fill(DatagramBatch batch) {
        count = 0;
        while (count < entry.length && nextEntry < batch.count()) {
            if (isGsoBatch(batch, nextEntry)) {
                planPart(batch);
            } else {
                planRun(batch);
            }
        }
        return count;
    }

    /** Makes the next {@link #fill} begin again with what message {@code i} carries. */
    void rewind(int i) {
        nextEntry = entry[i];
        nextByte = entryByte[i];
    }

    int count() {
        return count;
    }

    /** First entry that message {@code i} carries; all of a message have its destination. */
    int entry(int i) {
        return entry[i];
    }

    int offset(int i) {
        return offset[i];
    }

    int length(int i) {
        return length[i];
    }

    /** 0 when message {@code i} is one datagram. */
    int segmentSize(int i) {
        return segmentSize[i];
    }

    /** How many entries end with message {@code i}. */
    int completed(int i) {
        return completed[i];
    }

    private static boolean isGsoBatch(DatagramBatch batch, int at) {
        int segment = batch.segmentSize(at);
        return segment != 0 && segment < batch.length(at);
    }

    private boolean maySegment(DatagramBatch batch, int at) {
        return segmentation && !rejections.contains(batch.addressHi(at), batch.addressLo(at));
    }

    private void planPart(DatagramBatch batch) {
        int segment = batch.segmentSize(nextEntry);
        int most = maySegment(batch, nextEntry) ? Math.min(MAX_SEGMENTS, MAX_BYTES / segment) : 1;
        int left = batch.length(nextEntry) - nextByte;
        int part = Math.min(left, segment * Math.max(1, most));
        int at = batch.offset(nextEntry) + nextByte;
        add(at, part, part > segment ? segment : 0, part == left ? 1 : 0);
        nextByte += part;
        if (part == left) {
            nextEntry++;
            nextByte = 0;
        }
    }

    private void planRun(DatagramBatch batch) {
        int first = nextEntry;
        int size = batch.length(first);
        int total = size;
        int end = first + 1;
        if (size > 0 && maySegment(batch, first)) {
            while (end < batch.count()
                    && end - first < MAX_SEGMENTS
                    && joins(batch, first, end, total)) {
                int added = batch.length(end++);
                total += added;
                if (added < size) {
                    break;
                }
            }
        }
        add(batch.offset(first), total, end - first > 1 ? size : 0, end - first);
        nextEntry = end;
    }

    private static boolean joins(DatagramBatch batch, int first, int candidate, int total) {
        int added = batch.length(candidate);
        return added > 0
                && added <= batch.length(first)
                && total + added <= MAX_BYTES
                && !isGsoBatch(batch, candidate)
                && batch.offset(candidate) == batch.offset(first) + total
                && batch.addressLo(candidate) == batch.addressLo(first)
                && batch.addressHi(candidate) == batch.addressHi(first)
                && batch.port(candidate) == batch.port(first);
    }

    private void add(int at, int bytes, int segment, int entriesEnding) {
        entry[count] = nextEntry;
        entryByte[count] = nextByte;
        offset[count] = at;
        length[count] = bytes;
        segmentSize[count] = segment;
        completed[count] = entriesEnding;
        count++;
    }
}
