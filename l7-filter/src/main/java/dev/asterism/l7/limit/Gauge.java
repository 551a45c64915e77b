package dev.asterism.l7.limit;

import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** How many of something there are over all loops, and at most. Safe on any thread, without a lock. */
public final class Gauge {

    private final AtomicInteger count = new AtomicInteger();
    private final CopyOnWriteArrayList<Runnable> holders = new CopyOnWriteArrayList<>();
    private volatile int most;

    public Gauge(int most) {
        this.most = most;
    }

    /** Another limit; what is over it stays until it ends. */
    public void most(int limit) {
        most = limit;
    }

    public int count() {
        return count.get();
    }

    /** Takes a place; false: there is none. */
    public boolean tryTake() {
        return tryTake(most);
    }

    /** Takes a place if fewer than so many are taken; false: it has not taken one. */
    public boolean tryTake(int within) {
        if (count.incrementAndGet() <= Math.min(within, most)) {
            return true;
        }
        count.decrementAndGet();
        return false;
    }

    public void give() {
        count.decrementAndGet();
    }

    public int most() {
        return most;
    }

    /** From now on this is called on any thread where a place is lacking. It must not block. */
    public void onLack(Runnable call) {
        holders.add(call);
    }

    public void onLackNoMore(Runnable call) {
        holders.remove(call);
    }

    /** Says to all others that a place is lacking. */
    @SuppressWarnings("ReferenceEquality") // which of them asks
    public void lacks(Runnable asking) {
        for (Runnable holder : holders) {
            if (holder != asking) {
                holder.run();
            }
        }
    }
}
