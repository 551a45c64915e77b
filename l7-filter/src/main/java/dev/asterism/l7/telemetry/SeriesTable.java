package dev.asterism.l7.telemetry;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Series of one loop by their key. The loop looks up and adds; any thread may read {@link #all}, which grows only.
 *
 * @param <K> with equals; a key that is looked up may change afterwards
 * @param <S> the series
 */
final class SeriesTable<K, S> {

    private static final Object[] NONE = {};

    /** Makes the series of a key. */
    @FunctionalInterface
    interface Maker<K, S> {
        S make(K key);
    }

    private final int most;
    private final UnaryOperator<K> copy;
    private final UnaryOperator<K> coarse;
    private final Maker<K, S> maker;
    private final Map<K, S> byKey = new HashMap<>();
    private volatile Object[] all = NONE;

    /**
     * @param most series; a key beyond it is made {@code coarse} first, of which there are few
     * @param copy of a key, to keep
     */
    SeriesTable(int most, UnaryOperator<K> copy, UnaryOperator<K> coarse, Maker<K, S> maker) {
        this.most = most;
        this.copy = copy;
        this.coarse = coarse;
        this.maker = maker;
    }

    /** The loop's thread only. */
    S of(K key) {
        S found = byKey.get(key);
        return found == null ? add(key) : found;
    }

    private S add(K key) {
        K wanted = byKey.size() < most ? key : coarse.apply(key);
        S found = byKey.get(wanted);
        if (found != null) {
            return found;
        }
        K kept = copy.apply(wanted);
        S made = maker.make(kept);
        byKey.put(kept, made);
        Object[] longer = Arrays.copyOf(all, all.length + 1);
        longer[longer.length - 1] = made;
        all = longer;
        return made;
    }

    /** Any thread. */
    @SuppressWarnings("unchecked")
    List<S> all() {
        return (List<S>) List.of(all);
    }
}
