package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.Entry;
import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys that a file sets and that have no effect here yet: of Nebula's one notice per section, of {@code l7}'s one for
 * each, none for values that change nothing and for features that are switched off.
 */
final class PendingKeys {

    private record Found(SourcePosition position, String path) {}

    private final MapNode root;
    private final KeyTree known;
    private final Map<String, List<Found>> bySection = new LinkedHashMap<>();

    PendingKeys(MapNode root, KeyTree known) {
        this.root = root;
        this.known = known;
    }

    void add(Entry entry, KeyRow row, String path) {
        boolean nested = path.indexOf('[') >= 0;
        if (!nested && !changesNothing(entry.value(), row) && isSwitchedOn(row.switchedBy())) {
            int dot = path.indexOf('.');
            bySection
                    .computeIfAbsent(
                            dot < 0 ? path : path.substring(0, dot), _ -> new ArrayList<>())
                    .add(new Found(entry.keyPosition(), path));
        }
    }

    void tell(Diagnostics problems) {
        bySection.forEach(
                (section, found) -> {
                    if (section.equals("l7")) {
                        found.forEach(one -> problems.notice(one.position(), section, ours(one)));
                    } else {
                        SourcePosition first = found.getFirst().position();
                        problems.notice(first, section, sentence(section, found));
                    }
                });
    }

    /** Each at its place: they are far from each other, and by several hands. */
    private static String ours(Found key) {
        return "key %s is not built yet: it has no effect".formatted(key.path());
    }

    private String sentence(String section, List<Found> found) {
        KeyTree tree = known.child(section);
        if (tree != null && tree.isAllPending()) {
            return "section %s is known to Nebula but not supported yet: it has no effect"
                    .formatted(section);
        }
        List<String> paths = found.stream().map(Found::path).toList();
        return paths.size() == 1
                ? "key %s is known to Nebula but not supported yet: it has no effect"
                        .formatted(paths.getFirst())
                : "keys %s are known to Nebula but not supported yet: they have no effect"
                        .formatted(String.join(", ", paths));
    }

    private static boolean changesNothing(ConfigNode value, KeyRow row) {
        return switch (value) {
            case MapNode map -> map.entries().isEmpty();
            case ListNode list -> list.items().isEmpty();
            case ScalarNode scalar ->
                    scalar.isNull()
                            || scalar.text().isEmpty()
                            || isHarmless(scalar.text(), row)
                            || isHarmless(word(scalar), row);
        };
    }

    private static boolean isHarmless(String text, KeyRow row) {
        return text.equals(row.textByDefault()) || row.harmless().contains(text);
    }

    private static String word(ScalarNode scalar) {
        Boolean value = Scalars.bool(scalar.canonical());
        return value == null ? scalar.canonical().toLowerCase(Locale.ROOT) : value.toString();
    }

    private boolean isSwitchedOn(String path) {
        if (path.isEmpty()) {
            return true;
        }
        KeyTree tree = known;
        ConfigNode value = root;
        for (String step : path.split("\\.", -1)) {
            tree = tree == null ? null : tree.child(step);
            value = value instanceof MapNode map ? map.get(step) : null;
        }
        KeyRow row = tree == null ? null : tree.row();
        return switch (state(value, row)) {
            case "", "none", "false" -> false;
            default -> true;
        };
    }

    private static String state(@Nullable ConfigNode value, @Nullable KeyRow row) {
        return value instanceof ScalarNode scalar && !scalar.isNull()
                ? word(scalar)
                : row == null ? "" : row.textByDefault();
    }
}
