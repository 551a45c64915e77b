package dev.asterism.l7.io;

import org.jspecify.annotations.Nullable;

/**
 * What one owner has of its loop's buffers. The owner may be told to give way, in the midst of anything: then it only
 * makes a note, and gives its buffers back after the events at hand. Belongs to one loop's thread.
 */
public final class Holding {

    private final HeldMemory memory;
    private final Runnable giveWay;
    private @Nullable Holding before;
    private @Nullable Holding after;
    private int bytes;
    private boolean leaving;
    private boolean gaveWay;
    private boolean closed;

    public Holding(HeldMemory memory, Runnable giveWay) {
        this.memory = memory;
        this.giveWay = giveWay;
    }

    /** An array of at least so many bytes, with anything in it. */
    public byte[] take(int least) {
        byte[] taken = memory.pool().take(least);
        holds(taken.length);
        return taken;
    }

    /** Takes an array back; the owner forgets it. */
    public void give(byte[] taken) {
        memory.pool().give(taken);
        holds(-taken.length);
    }

    /** The owner keeps so many bytes more, or fewer, in an array that is not from here. */
    public void holds(int more) {
        if (more != 0 && !closed) {
            int had = bytes;
            bytes += more;
            memory.changed(this, had, bytes);
            leaving &= bytes > 0;
        }
    }

    /** The owner has just used what it keeps, and is the last to give way from now on. */
    public void used() {
        if (bytes > 0 && !leaving && !closed) {
            unlink();
            memory.last(this);
        }
    }

    /** What the owner still has is not counted any more. */
    public void forget() {
        holds(-bytes);
    }

    /** As {@link #forget}, and nothing is counted from now on: the owner has ended. */
    public void close() {
        forget();
        closed = true;
    }

    /** In bytes. */
    public int held() {
        return bytes;
    }

    /** It has been told to give way and has not done so yet. */
    public boolean isLeaving() {
        return leaving;
    }

    /** It has been told to give way at some time. For an owner that ends when it gives way. */
    public boolean gaveWay() {
        return gaveWay;
    }

    void leave() {
        leaving = true;
        gaveWay = true;
        giveWay.run();
    }

    // --- its place in the order ---

    Holding next() {
        return after == null ? this : after;
    }

    void linkBefore(Holding end) {
        Holding last = end.before == null ? end : end.before;
        before = last;
        after = end;
        last.after = this;
        end.before = this;
    }

    void unlink() {
        if (before != null && after != null) {
            before.after = after;
            after.before = before;
        }
        before = null;
        after = null;
    }
}
