package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.Entry;
import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;

/** Finds keys nobody reads: unknown ones, those of older Nebulas, and those that have no effect yet. */
final class KeyCheck {

    private final KeyTree known;
    private final KeyHints hints;
    private final PendingKeys pending;
    private final Diagnostics problems;

    private KeyCheck(MapNode root, KeyTree known, Diagnostics problems) {
        this.known = known;
        this.hints = new KeyHints(known);
        this.pending = new PendingKeys(root, known);
        this.problems = problems;
    }

    static void check(MapNode root, KeyTree known, Diagnostics problems) {
        KeyCheck check = new KeyCheck(root, known, problems);
        check.checkMap(root, check.known, "");
        check.pending.tell(problems);
    }

    private void checkMap(MapNode map, KeyTree tree, String path) {
        map.entries()
                .forEach(
                        (key, entry) -> {
                            String keyPath = path.isEmpty() ? key : path + "." + key;
                            KeyTree child = tree.child(key);
                            if (child == null) {
                                problems.doubt(
                                        entry.keyPosition(),
                                        keyPath,
                                        "unknown key " + keyPath,
                                        hints.of(keyPath, key, tree));
                            } else {
                                checkValue(entry, child, keyPath);
                            }
                        });
    }

    private void checkValue(Entry entry, KeyTree tree, String path) {
        KeyRow row = tree.row();
        if (row == null) {
            checkSection(entry.value(), tree, path);
        } else {
            checkRow(entry, row, path);
        }
        descend(entry.value(), tree, path);
    }

    private void checkRow(Entry entry, KeyRow row, String path) {
        switch (row.status()) {
            case SUPPORTED -> {}
            case NOT_YET -> pending.add(entry, row, path);
            case GONE -> problems.notice(entry.keyPosition(), path, gone(row), row.note());
            case GONE_IN_DOUBT -> problems.doubt(entry.keyPosition(), path, gone(row), row.note());
        }
    }

    private static String gone(KeyRow row) {
        String readers =
                row.since().equals("none")
                        ? "no version of Nebula reads it"
                        : "only Nebula %s read it".formatted(row.since());
        return "key %s has no effect: %s".formatted(row.path(), readers);
    }

    private void checkSection(ConfigNode value, KeyTree tree, String path) {
        boolean none = value instanceof ScalarNode scalar && scalar.isNull();
        if (tree.item() == null && !none && !(value instanceof MapNode)) {
            problems.doubt(
                    value.position(),
                    path,
                    "%s must be a map, not a %s".formatted(path, value.kindName()),
                    "");
        }
    }

    private void descend(ConfigNode value, KeyTree tree, String path) {
        KeyTree item = tree.item();
        if (value instanceof MapNode map && item == null && !tree.isLeaf()) {
            checkMap(map, tree, path);
        } else if (value instanceof ListNode list && item != null) {
            for (int i = 0; i < list.items().size(); i++) {
                if (list.items().get(i) instanceof MapNode map) {
                    checkMap(map, item, path + "[" + i + "]");
                } else {
                    descend(list.items().get(i), item, path + "[" + i + "]");
                }
            }
        }
    }
}
