package dev.asterism.l7.match;

import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The conditions on one place. When they are many, each is kept under the one of its parts that the fewest others
 * share, so that a request meets only those that agree with it in that part. Immutable.
 */
final class Bucket {

    private static final int FEW = 4;

    private static final char METHOD = 'm';
    private static final char FIELD = 'f';
    private static final char FIELD_NAME = 'n';
    private static final char PARAMETER = 'q';
    private static final char NODE = 'c';
    private static final char GROUP = 'g';
    private static final String REST = "";

    private final int least;
    private final Ranked[] rest;
    private final @Nullable ByteTable<Ranked[]> byMethod;
    private final @Nullable ByteTable<Ranked[]> byParameter;
    private final List<@Nullable FieldKeys> byField;
    private final Map<String, Ranked[]> byNode;
    private final Map<String, Ranked[]> byGroup;

    /** What is kept under the values of one field, and under its being there. */
    private record FieldKeys(@Nullable ByteTable<Ranked[]> values, List<Ranked> whenPresent) {}

    Bucket(List<Ranked> byRank) {
        least = byRank.getFirst().rank();
        Map<String, List<Ranked>> chosen = choose(byRank);
        rest = array(chosen.getOrDefault(REST, List.of()));
        byMethod = table(below(chosen, METHOD));
        byParameter = table(below(chosen, PARAMETER));
        byNode = arrays(below(chosen, NODE));
        byGroup = arrays(below(chosen, GROUP));
        byField = fields(chosen);
    }

    // --- making it ---

    private static Map<String, List<Ranked>> choose(List<Ranked> byRank) {
        Map<String, List<Ranked>> chosen = new LinkedHashMap<>();
        if (byRank.size() <= FEW) {
            chosen.put(REST, byRank);
            return chosen;
        }
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Ranked ranked : byRank) {
            keysOf(ranked.condition())
                    .forEach(keys -> keys.forEach(key -> counts.merge(key, 1, Integer::sum)));
        }
        for (Ranked ranked : byRank) {
            List<String> best = List.of(REST);
            int fewest = byRank.size();
            for (List<String> keys : keysOf(ranked.condition())) {
                int sharers = keys.stream().mapToInt(counts::get).max().orElseThrow();
                if (sharers < fewest) {
                    fewest = sharers;
                    best = keys;
                }
            }
            best.forEach(key -> chosen.computeIfAbsent(key, _ -> new ArrayList<>()).add(ranked));
        }
        return chosen;
    }

    /** The parts under which a condition can be kept, each as one key or several of which a request has one. */
    private static List<List<String>> keysOf(RequestCondition condition) {
        List<List<String>> parts = new ArrayList<>();
        for (ValueTest header : condition.headers()) {
            String id = (char) header.id() + "";
            parts.add(
                    List.of(
                            header.isExact()
                                    ? FIELD + id + header.match().value()
                                    : FIELD_NAME + id));
        }
        for (ValueTest parameter : condition.query()) {
            if (parameter.isExact()) {
                ValueMatch match = parameter.match();
                parts.add(List.of(PARAMETER + match.name() + "=" + match.value()));
            }
        }
        condition.spec().from().terms().stream()
                .filter(term -> !term.negated())
                .forEach(
                        term -> {
                            switch (term.kind()) {
                                case NODE -> parts.add(List.of(NODE + term.value()));
                                case GROUP -> parts.add(List.of(GROUP + term.value()));
                                case ANY -> {}
                            }
                        });
        List<String> methods = condition.spec().methods();
        if (!methods.isEmpty()) {
            parts.add(methods.stream().distinct().map(name -> METHOD + name).toList());
        }
        return parts;
    }

    private static Map<String, List<Ranked>> below(Map<String, List<Ranked>> chosen, char kind) {
        Map<String, List<Ranked>> below = new LinkedHashMap<>();
        chosen.forEach(
                (key, list) -> {
                    if (!key.isEmpty() && key.charAt(0) == kind) {
                        below.put(key.substring(1), list);
                    }
                });
        return below;
    }

    private static List<@Nullable FieldKeys> fields(Map<String, List<Ranked>> chosen) {
        Map<String, List<Ranked>> values = below(chosen, FIELD);
        Map<String, List<Ranked>> names = below(chosen, FIELD_NAME);
        int most = 0;
        for (String key : values.keySet()) {
            most = Math.max(most, key.charAt(0) + 1);
        }
        for (String key : names.keySet()) {
            most = Math.max(most, key.charAt(0) + 1);
        }
        List<@Nullable FieldKeys> fields = new ArrayList<>();
        for (int id = 0; id < most; id++) {
            List<Ranked> present = names.getOrDefault((char) id + "", List.of());
            Map<String, List<Ranked>> ofField = below(values, (char) id);
            boolean unused = present.isEmpty() && ofField.isEmpty();
            fields.add(unused ? null : new FieldKeys(table(ofField), present));
        }
        return fields;
    }

    private static Ranked[] array(List<Ranked> list) {
        return list.toArray(Ranked[]::new);
    }

    private static Map<String, Ranked[]> arrays(Map<String, List<Ranked>> lists) {
        Map<String, Ranked[]> arrays = new LinkedHashMap<>();
        lists.forEach((key, list) -> arrays.put(key, array(list)));
        return arrays;
    }

    private static @Nullable ByteTable<Ranked[]> table(Map<String, List<Ranked>> lists) {
        return lists.isEmpty() ? null : new ByteTable<>(arrays(lists));
    }

    // --- asking it ---

    /** The smallest rank that holds and is before {@code found}; else {@code found}. */
    int find(RequestView view, int found) {
        if (least >= found) {
            return found;
        }
        int best = first(rest, view, found);
        if (byMethod != null) {
            Head head = view.head();
            int at = head.partAt(Head.METHOD);
            int length = head.partLength(Head.METHOD);
            best = first(byMethod.get(head.bytes(), at, length), view, best);
        }
        if (!byField.isEmpty()) {
            best = findByFields(view, best);
        }
        if (byParameter != null) {
            best = findByParameters(byParameter, view, best);
        }
        if (!byNode.isEmpty()) {
            best = first(byNode.get(view.caller().name()), view, best);
        }
        return byGroup.isEmpty() ? best : findByGroups(view, best);
    }

    private int findByFields(RequestView view, int found) {
        Head head = view.head();
        int best = found;
        for (int row = 0; row < head.count(); row++) {
            int id = head.id(row);
            FieldKeys keys = id < byField.size() ? byField.get(id) : null;
            if (keys == null) {
                continue;
            }
            best = first(keys.whenPresent, view, best);
            if (keys.values != null) {
                int at = head.valueAt(row);
                int length = head.valueLength(row);
                best = first(keys.values.get(head.bytes(), at, length), view, best);
            }
        }
        return best;
    }

    private static int findByParameters(ByteTable<Ranked[]> table, RequestView view, int found) {
        QueryParameters query = view.query();
        int best = found;
        for (int row = 0; row < query.count(); row++) {
            int length = query.wholeLength(row);
            best = first(table.get(query.bytes(), query.nameAt(row), length), view, best);
        }
        return best;
    }

    private int findByGroups(RequestView view, int found) {
        Caller caller = view.caller();
        int best = found;
        for (int i = 0; i < caller.groups().size(); i++) {
            best = first(byGroup.get(caller.groups().get(i)), view, best);
        }
        return best;
    }

    private static int first(Ranked @Nullable [] byRank, RequestView view, int found) {
        if (byRank == null) {
            return found;
        }
        for (Ranked ranked : byRank) {
            if (ranked.rank() >= found) {
                break;
            }
            if (ranked.condition().holdsBesidePlace(view)) {
                return ranked.rank();
            }
        }
        return found;
    }

    private static int first(List<Ranked> byRank, RequestView view, int found) {
        for (int i = 0; i < byRank.size() && byRank.get(i).rank() < found; i++) {
            if (byRank.get(i).condition().holdsBesidePlace(view)) {
                return byRank.get(i).rank();
            }
        }
        return found;
    }
}
