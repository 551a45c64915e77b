package dev.asterism.l7.match;

/**
 * A condition and when its turn is.
 *
 * @param rank smaller is earlier
 */
record Ranked(int rank, RequestCondition condition) {

    /** Behind every rank. */
    static final int WORST = Integer.MAX_VALUE;
}
