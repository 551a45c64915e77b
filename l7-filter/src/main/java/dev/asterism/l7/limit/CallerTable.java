package dev.asterism.l7.limit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each caller, by name. Holds {@value #MOST} callers, and one more for each further thread that adds
 * one at the same moment; who adds asks {@link #hasRoom} before. Safe on any thread, without a lock.
 */
final class CallerTable<V> {

    /** Callers are nodes of a mesh. */
    static final int MOST = 4096;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ConcurrentHashMap<String, V> callers = new ConcurrentHashMap<>();
    private final AtomicLong lookedNanos;

    CallerTable(long nowNanos) {
        lookedNanos = new AtomicLong(nowNanos - LOOK_NANOS);
    }

    /** Null: nothing is known of the caller. */
    @Nullable V get(String name) {
        return callers.get(name);
    }

    boolean isFull() {
        return callers.size() >= MOST;
    }

    /**
     * Whether one more caller has room. When it has none, looks through all, at most ten times a second, as that takes
     * a while.
     *
     * @param forgets whether this one makes room
     */
    boolean hasRoom(long nowNanos, Predicate<V> forgets) {
        if (!isFull()) {
            return true;
        }
        long last = lookedNanos.get();
        if (nowNanos - last < LOOK_NANOS || !lookedNanos.compareAndSet(last, nowNanos)) {
            return false;
        }
        callers.values().removeIf(forgets);
        return !isFull();
    }

    /**
     * Puts what comes of what is known; nobody else changes it meanwhile.
     *
     * @param change gets null when nothing is known
     */
    V change(String name, Function<@Nullable V, V> change) {
        return callers.compute(name, (_, known) -> change.apply(known));
    }

    int size() {
        return callers.size();
    }
}
