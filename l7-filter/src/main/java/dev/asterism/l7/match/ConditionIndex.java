package dev.asterism.l7.match;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first of many conditions that holds, trying only those whose host, path and one further part fit: hosts
 * and exact paths by hash, prefixes in a trie of whole segments, expressions in the same trie by their literal
 * beginning. What a look-up costs depends on the request and not on how many conditions there are. Immutable; safe on
 * any thread. Allocates nothing when asked, but for expressions.
 */
public final class ConditionIndex {

    /** No condition holds. */
    public static final int NONE = -1;

    /** A condition and one of its hosts; null: every host. In {@link ConditionIndex} its rank is its place. */
    public record Entry(RequestCondition condition, @Nullable String host) {

        /** The condition once for each of its hosts. */
        public static List<Entry> of(RequestCondition condition) {
            List<String> hosts = condition.spec().hosts();
            return hosts.isEmpty()
                    ? List.of(new Entry(condition, null))
                    : hosts.stream().map(host -> new Entry(condition, host)).toList();
        }

        /** How much the host says: names before suffixes, longer suffixes before shorter ones, then every host. */
        public int hostWeight() {
            return host == null ? 0 : HostText.weight(host);
        }

        /** Whether it is for the request's host; for explanations only. */
        public boolean holdsForHost(RequestView view) {
            return host == null || HostText.holds(host, view.hostText());
        }
    }

    private final @Nullable PathIndex everyHost;
    private final @Nullable ByteTable<PathIndex> names;
    private final @Nullable ByteTable<PathIndex> suffixes;

    /**
     * @param byRank the first that holds is the one that is found
     */
    public ConditionIndex(List<Entry> byRank) {
        List<Ranked> every = new ArrayList<>();
        Map<String, List<Ranked>> byName = new LinkedHashMap<>();
        Map<String, List<Ranked>> bySuffix = new LinkedHashMap<>();
        for (int rank = 0; rank < byRank.size(); rank++) {
            Entry entry = byRank.get(rank);
            Ranked ranked = new Ranked(rank, entry.condition());
            String host = entry.host();
            if (host == null) {
                every.add(ranked);
            } else {
                (HostText.isWildcard(host) ? bySuffix : byName)
                        .computeIfAbsent(HostText.key(host), _ -> new ArrayList<>())
                        .add(ranked);
            }
        }
        everyHost = every.isEmpty() ? null : new PathIndex(every);
        names = table(byName);
        suffixes = table(bySuffix);
    }

    private static @Nullable ByteTable<PathIndex> table(Map<String, List<Ranked>> entries) {
        if (entries.isEmpty()) {
            return null;
        }
        Map<String, PathIndex> paths = new LinkedHashMap<>();
        entries.forEach((host, conditions) -> paths.put(host, new PathIndex(conditions)));
        return new ByteTable<>(paths);
    }

    /** The rank of the first that holds, or {@link #NONE}. */
    public int find(RequestView view) {
        int best = Ranked.WORST;
        if (names != null) {
            PathIndex paths = names.get(view.host(), 0, view.hostLength());
            best = paths == null ? best : paths.find(view, best);
        }
        if (suffixes != null) {
            best = findBySuffix(suffixes, view, best);
        }
        if (everyHost != null) {
            best = everyHost.find(view, best);
        }
        return best == Ranked.WORST ? NONE : best;
    }

    private static int findBySuffix(ByteTable<PathIndex> table, RequestView view, int found) {
        byte[] host = view.host();
        int length = view.hostLength();
        int best = found;
        int hash = 0;
        for (int p = length - 1; p > 0; p--) {
            hash = ByteTable.step(hash, host[p]);
            if (host[p] == '.') {
                PathIndex paths = table.get(host, p, length - p, hash);
                best = paths == null ? best : paths.find(view, best);
            }
        }
        return best;
    }
}
