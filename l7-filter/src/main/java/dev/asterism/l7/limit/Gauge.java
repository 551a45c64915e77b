package dev.asterism.l7.limit;

import dev.asterism.l7.upstream.ConnectionGate;
import java.util.concurrent.atomic.AtomicInteger;

/** How many of something there are over all loops, and at most. Safe on any thread, without a lock. */
public final class Gauge implements ConnectionGate {

    private final AtomicInteger count = new AtomicInteger();
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
        if (count.incrementAndGet() <= most) {
            return true;
        }
        count.decrementAndGet();
        return false;
    }

    public void give() {
        count.decrementAndGet();
    }

    @Override
    public boolean tryOpen() {
        return tryTake();
    }

    @Override
    public void closed() {
        give();
    }
}
