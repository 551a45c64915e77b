package dev.asterism.l7.fault;

/**
 * How many requests are under a fault at once: a fault that is forgotten in a file must not hold all of them. Beyond
 * the cap a request goes on as if there were no fault, and is counted. Belongs to one loop; an agent divides its cap
 * by its loops.
 */
public final class ActiveFaults {

    /** The cap of an agent. */
    public static final int CAP = 100;

    private final int cap;
    private int active;
    private long injected;
    private long skipped;

    public ActiveFaults(int cap) {
        this.cap = cap;
    }

    /** True: inject the fault, and call {@link #end} once for it. */
    public boolean begin() {
        if (active >= cap) {
            skipped++;
            return false;
        }
        active++;
        injected++;
        return true;
    }

    public void end() {
        if (active == 0) {
            throw new IllegalStateException("no fault is active");
        }
        active--;
    }

    public int active() {
        return active;
    }

    public long injected() {
        return injected;
    }

    /** Faults that did not happen because of the cap. */
    public long skipped() {
        return skipped;
    }
}
