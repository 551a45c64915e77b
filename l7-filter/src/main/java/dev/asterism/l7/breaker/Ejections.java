package dev.asterism.l7.breaker;

import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Ejection}s of one pool, for all loops. A loop asks {@link #changes} before it picks, one read of memory,
 * and looks at the endpoints when the number has changed. Outlives a change of the configuration. Safe on any thread.
 */
public final class Ejections {

    /** With how many loops hold it. */
    private record Held(Ejection ejection, int loops) {}

    private final ConcurrentHashMap<SocketAddress, Held> byAddress = new ConcurrentHashMap<>();
    private final AtomicInteger changes = new AtomicInteger();

    /** The endpoint is in a loop's pool from now on, until {@link #leave}. */
    public Ejection join(SocketAddress address) {
        return byAddress.merge(
                        address,
                        new Held(new Ejection(), 1),
                        (old, _) -> new Held(old.ejection, old.loops + 1))
                .ejection;
    }

    /** One loop less has it; behind the last it is forgotten. */
    public void leave(SocketAddress address) {
        byAddress.computeIfPresent(
                address, (_, old) -> old.loops == 1 ? null : new Held(old.ejection, old.loops - 1));
    }

    /** Null: no loop has such an endpoint. */
    public @Nullable Ejection of(SocketAddress address) {
        Held held = byAddress.get(address);
        return held == null ? null : held.ejection;
    }

    /** Another number: something has changed since. */
    public int changes() {
        return changes.getOpaque();
    }

    /** Tells the loops to look again. */
    public void changed() {
        changes.incrementAndGet();
    }
}
