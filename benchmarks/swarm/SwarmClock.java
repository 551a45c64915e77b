/**
 * The hosts' clock. From one reading to the next it goes on by 20 ms at most, however long that takes; each turn of
 * the hosts reads it twice. Hosts of a real mesh do not all stop for one's garbage, nor wait until thousands of others
 * have had their turn, nor send together what they have missed meanwhile. So where this program is too slow for all of
 * its hosts, they live more slowly. One thread.
 */
final class SwarmClock {

    private static final long MOST_BETWEEN_READINGS = 20_000_000L;

    private long readNanos = System.nanoTime();
    private long mayWaitNanos;
    private long stoodStillNanos;

    long nanos() {
        long real = System.nanoTime();
        long gap = real - readNanos - mayWaitNanos;
        if (gap > MOST_BETWEEN_READINGS) {
            stoodStillNanos += gap - MOST_BETWEEN_READINGS;
        }
        readNanos = real;
        mayWaitNanos = 0;
        return real - stoodStillNanos;
    }

    /** How long the clock has stood still until now. */
    long stoodStillNanos() {
        return stoodStillNanos;
    }

    /** The program is about to sleep for so long at most, which counts. */
    void mayWait(long nanos) {
        mayWaitNanos = nanos;
    }
}
