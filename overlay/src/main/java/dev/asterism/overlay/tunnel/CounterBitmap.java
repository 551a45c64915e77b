package dev.asterism.overlay.tunnel;

/**
 * One bit for each of the last {@code length} counters; counters a multiple of the length apart share a bit. Not
 * thread-safe: {@link ReplayWindow} guards it.
 */
final class CounterBitmap {

    private final int length;
    private final int slotsPerWord;
    private final long[] words;
    private long wordsCleared;

    /**
     * @param length bits, a power of two
     */
    CounterBitmap(int length) {
        this.length = length;
        slotsPerWord = Math.min(Long.SIZE, length);
        words = new long[length / slotsPerWord];
    }

    boolean isMarked(long counter) {
        return (words[word(counter)] & bit(counter)) != 0;
    }

    void mark(long counter) {
        words[word(counter)] |= bit(counter);
    }

    /**
     * Clears the bits of {@code count} counters from {@code from} on, by words, so that a peer that jumps costs a
     * pass over the words and not over the bits.
     *
     * @param count 0 to the length
     * @return how many of them were clear before
     */
    int clear(long from, int count) {
        int wereClear = 0;
        long counter = from;
        int left = count;
        while (left > 0) {
            int first = slot(counter) & slotsPerWord - 1;
            int span = Math.min(left, slotsPerWord - first);
            long mask = -1L >>> Long.SIZE - span << first;
            int word = word(counter);
            wereClear += span - Long.bitCount(words[word] & mask);
            words[word] &= ~mask;
            wordsCleared++;
            counter += span;
            left -= span;
        }
        return wereClear;
    }

    /**
     * How many of {@code count} counters from {@code from} on are clear.
     *
     * @param count 0 to the length
     */
    int countClear(long from, int count) {
        int clear = 0;
        long counter = from;
        int left = count;
        while (left > 0) {
            int first = slot(counter) & slotsPerWord - 1;
            int span = Math.min(left, slotsPerWord - first);
            long mask = -1L >>> Long.SIZE - span << first;
            clear += span - Long.bitCount(words[word(counter)] & mask);
            counter += span;
            left -= span;
        }
        return clear;
    }

    /** Words that {@link #clear} has written so far: what jumps cost. */
    long wordsCleared() {
        return wordsCleared;
    }

    private int slot(long counter) {
        return (int) counter & length - 1;
    }

    private int word(long counter) {
        return slot(counter) >>> 6;
    }

    private long bit(long counter) {
        return 1L << slot(counter);
    }
}
