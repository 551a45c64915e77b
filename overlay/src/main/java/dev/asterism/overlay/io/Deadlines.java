package dev.asterism.overlay.io;

import java.util.PriorityQueue;

/**
 * Things to do at a time, in the order of (time, insertion), so that equal times replay equally. Cancelling
 * is the caller's: it checks on delivery whether the item still means something.
 */
public final class Deadlines<T> {

    private final PriorityQueue<Entry<T>> queue = new PriorityQueue<>();
    private long sequence;

    public void at(long nanos, T item) {
        queue.add(new Entry<>(nanos, sequence++, item));
    }

    /** The next due item, or null when none is due. */
    public @org.jspecify.annotations.Nullable T pollDue(long nowNanos) {
        Entry<T> head = queue.peek();
        if (head == null || head.nanos > nowNanos) {
            return null;
        }
        queue.remove();
        return head.item;
    }

    /** {@link Long#MAX_VALUE} when nothing waits. */
    public long nextNanos() {
        Entry<T> head = queue.peek();
        return head == null ? Long.MAX_VALUE : head.nanos;
    }

    public int size() {
        return queue.size();
    }

    private record Entry<T>(long nanos, long sequence, T item) implements Comparable<Entry<T>> {
        @Override
        public int compareTo(Entry<T> other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }
}
