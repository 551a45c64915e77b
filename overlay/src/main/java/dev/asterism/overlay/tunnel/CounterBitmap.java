package dev.asterism.overlay.tunnel;

import java.util.Arrays;

/**
 * One bit for each of the last {@code length} counters; counters a multiple of the length apart share a bit. It begins
 * small and grows with the counters: most peers of a large mesh send a few hundred packets in a session. Not
 * thread-safe: {@link ReplayWindow} guards it.
 */
final class CounterBitmap {

    /** 64 bytes with the array's head. */
    private static final int FIRST_SLOTS = 256;

    private final int length;
    private final int slotsPerWord;

    /** How many there are so far: the length, or a power of two above every counter that was marked. */
    private int slots;

    private long[] words;
    private long wordsCleared;

    /**
     * @param length bits, a power of two
     */
    CounterBitmap(int length) {
        this.length = length;
        slotsPerWord = Math.min(Long.SIZE, length);
        slots = Math.min(FIRST_SLOTS, length);
        words = new long[slots / slotsPerWord];
    }

    /** To be called before anything is done with a counter that is higher than all before. */
    void reach(long counter) {
        if (slots < length && Long.compareUnsigned(counter, slots) >= 0) {
            grow(counter);
        }
    }

    /** Counters so far keep their places, as each is lower than the number of slots. */
    private void grow(long counter) {
        boolean whole = Long.compareUnsigned(counter, length) >= 0;
        slots = whole ? length : Math.min(length, (int) Long.highestOneBit(counter) << 1);
        words = Arrays.copyOf(words, slots / slotsPerWord);
    }

    /** Bytes of the bits. */
    int bytes() {
        return words.length * Long.BYTES;
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
        return (int) counter & slots - 1;
    }

    private int word(long counter) {
        return slot(counter) >>> 6;
    }

    private long bit(long counter) {
        return 1L << slot(counter);
    }
}
