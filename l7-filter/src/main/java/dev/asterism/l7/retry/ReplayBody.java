package dev.asterism.l7.retry;

import dev.asterism.l7.io.BufferPool;

/**
 * What has come of a request's body, so that it can be sent again, or at all once there is an endpoint.
 * When it grows over its limit, or over what all may take together, it is given up: the request is then sent once. Is
 * used again and again; empty, it owns no memory. Belongs to one loop's thread.
 */
public final class ReplayBody {

    private static final byte[] NONE = {};
    private static final int FIRST_BYTES = 4 << 10;

    private final BufferPool pool;
    private final ReplayQuota quota;
    private byte[] bytes = NONE;
    private int length;
    private int mostBytes;
    private boolean whole;
    private boolean ended;

    public ReplayBody(BufferPool pool, ReplayQuota quota) {
        this.pool = pool;
        this.quota = quota;
    }

    /** A new request, whose body may take so many bytes. */
    public void begin(int most) {
        clear();
        mostBytes = most;
        whole = true;
    }

    /** Everything that has come is here. */
    public boolean isWhole() {
        return whole;
    }

    /** The end of the body has come. */
    public boolean hasEnded() {
        return ended;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public boolean isTooLarge() {
        return length > mostBytes;
    }

    /** Keeps a piece, or gives the body up. */
    public void keep(byte[] in, int from, int to, boolean end) {
        if (!whole) {
            return;
        }
        ended = end;
        int needed = length + (to - from);
        if (needed > mostBytes || needed > bytes.length && !grow(needed)) {
            giveUp();
            return;
        }
        System.arraycopy(in, from, bytes, length, to - from);
        length = needed;
    }

    /**
     * Keeps a piece that no endpoint has got yet, even over the body's own limit; the client is to pause. Only while
     * whole. False: all bodies together have no room for it, and nothing of it is kept.
     */
    public boolean hold(byte[] in, int from, int to, boolean end) {
        int needed = length + (to - from);
        if (needed > bytes.length && !grow(needed)) {
            return false;
        }
        ended = end;
        System.arraycopy(in, from, bytes, length, to - from);
        length = needed;
        return true;
    }

    private boolean grow(int needed) {
        byte[] bigger = pool.take(Math.max(FIRST_BYTES, Math.max(needed, 2 * length)));
        int more = bigger.length - bytes.length;
        if (!quota.tryTake(more)) {
            pool.give(bigger);
            return false;
        }
        System.arraycopy(bytes, 0, bigger, 0, length);
        pool.give(bytes);
        bytes = bigger;
        return true;
    }

    /** It cannot be sent again. */
    public void giveUp() {
        clear();
        whole = false;
    }

    /** Forgets it. */
    public void clear() {
        if (bytes.length > 0) {
            quota.give(bytes.length);
            pool.give(bytes);
            bytes = NONE;
        }
        length = 0;
        ended = false;
        whole = false;
    }
}
