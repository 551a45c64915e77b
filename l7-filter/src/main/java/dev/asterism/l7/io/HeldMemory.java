package dev.asterism.l7.io;

/**
 * The buffers of a loop that are in use, by owner, in the order in which the owners began to keep some. All together
 * are bounded, as the tunnel ends too when the process runs out of memory. Over the bound the owner that has kept
 * buffers longest gives way: a client or server that reads what it is sent and completes what it sends keeps them for a
 * moment only. At half of the bound everything is kept short: {@link #congested}, {@link
 * #readBytes}. Belongs to one loop's thread.
 */
public final class HeldMemory {

    /** Of one loop, unless a runtime says otherwise: a quarter of the heap of an agent with a filter. */
    public static final long STANDARD_BYTES = 24L << 20;

    /** Of what waits to be sent on one connection when memory is short. */
    private static final int SHORT_CONGESTED = 4 << 10;

    /** Of what is read at once when memory is short. */
    private static final int SHORT_READ = 4 << 10;

    private static final int SPARE_PART = 4;

    private final BufferPool pool;
    private final Holding ends;
    private long most = STANDARD_BYTES;
    private long held;
    private long leaving;
    private Runnable observer = () -> {};

    public HeldMemory(BufferPool pool) {
        this.pool = pool;
        ends = new Holding(this, () -> {});
        ends.linkBefore(ends);
    }

    BufferPool pool() {
        return pool;
    }

    /** Another bound, in bytes. Spare buffers may take a quarter of it besides. */
    public void most(long bytes) {
        most = bytes;
        pool.most(bytes / SPARE_PART);
    }

    /** In use, in bytes. */
    public long held() {
        return held;
    }

    /** Is called for each owner that gives way, in the midst of anything. */
    public void onGivingWay(Runnable call) {
        observer = call;
    }

    private boolean isShort() {
        return held > most / 2;
    }

    /** When more bytes than this wait to be sent on a connection, whoever produces them is to pause. */
    public int congested() {
        return isShort() ? SHORT_CONGESTED : Conn.CONGESTED;
    }

    /** So much is read at once. */
    public int readBytes() {
        return isShort() ? SHORT_READ : Batch.READ_BYTES;
    }

    /** Over the bound, and whoever gives way has not done so yet: nothing is read until then. */
    public boolean isFull() {
        return held > most && leaving > 0;
    }

    /** An owner keeps so many bytes more, or fewer. */
    void changed(Holding owner, int before, int now) {
        held += now - before;
        if (owner.isLeaving()) {
            leaving += now - before;
        }
        if (before == 0) {
            owner.linkBefore(ends);
        } else if (now == 0) {
            owner.unlink();
        }
        while (held - leaving > most && oldest()) {
            observer.run();
        }
    }

    void last(Holding owner) {
        owner.linkBefore(ends);
    }

    /** False: nobody is left who could give way. */
    private boolean oldest() {
        Holding oldest = ends.next();
        if (oldest.equals(ends)) {
            return false;
        }
        leaving += oldest.held();
        oldest.unlink();
        oldest.leave();
        return true;
    }
}
