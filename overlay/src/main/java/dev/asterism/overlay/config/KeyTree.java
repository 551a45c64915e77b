package dev.asterism.overlay.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link KnownKeys} as a tree. */
final class KeyTree {

    private static final String LIST_ITEM = "[]";
    private static final String ANY_KEY = "*";

    private final Map<String, KeyTree> children = new LinkedHashMap<>();
    private @Nullable KeyRow row;

    private KeyTree() {}

    static KeyTree ofKnownKeys() {
        KeyTree root = new KeyTree();
        KnownKeys.rows().forEach(root::add);
        return root;
    }

    private void add(KeyRow row) {
        KeyTree node = this;
        for (String step : row.path().replace(LIST_ITEM, "." + LIST_ITEM).split("\\.", -1)) {
            node = node.children.computeIfAbsent(step, _ -> new KeyTree());
        }
        node.row = row;
    }

    /**
     * The row of a dotted path without items of lists.
     *
     * @throws IllegalStateException when there is none
     */
    KeyRow at(String path) {
        KeyTree node = this;
        for (String step : path.split("\\.", -1)) {
            node = node == null ? null : node.child(step);
        }
        return rowOf(node, path);
    }

    /**
     * The row of a key right below.
     *
     * @throws IllegalStateException when there is none
     */
    KeyRow rowOf(String key) {
        return rowOf(child(key), key);
    }

    private static KeyRow rowOf(@Nullable KeyTree node, String path) {
        KeyRow found = node == null ? null : node.row;
        if (found == null) {
            throw new IllegalStateException("no row for " + path);
        }
        return found;
    }

    /** Null when this is only a step on the way to other keys. */
    @Nullable KeyRow row() {
        return row;
    }

    boolean isLeaf() {
        return children.isEmpty();
    }

    @Nullable KeyTree child(String key) {
        KeyTree exact = key.equals(LIST_ITEM) ? null : children.get(key);
        return exact != null ? exact : children.get(ANY_KEY);
    }

    @Nullable KeyTree item() {
        return children.get(LIST_ITEM);
    }

    /** Names a user may write here, those of older versions left out. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        children.forEach(
                (name, node) -> {
                    if (!node.isGone() && !name.equals(LIST_ITEM) && !name.equals(ANY_KEY)) {
                        names.add(name);
                    }
                });
        return names;
    }

    /** True when nothing below this node is read any more. */
    private boolean isGone() {
        if (row != null) {
            return row.status() == KeyRow.Status.GONE
                    || row.status() == KeyRow.Status.GONE_IN_DOUBT;
        }
        return children.values().stream().allMatch(KeyTree::isGone);
    }

    /** True when every key from here on has no effect yet. */
    boolean isAllPending() {
        boolean here = row == null || row.status() == KeyRow.Status.NOT_YET;
        return here && children.values().stream().allMatch(c -> c.isGone() || c.isAllPending());
    }

    /** Full paths of the keys below this node, of maps in lists too. */
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        collect("", paths);
        return paths;
    }

    private void collect(String path, List<String> into) {
        children.forEach(
                (name, child) -> {
                    if (name.equals(LIST_ITEM)) {
                        child.collect(path + LIST_ITEM, into);
                    } else if (!child.isGone() && !name.equals(ANY_KEY)) {
                        String full = path.isEmpty() ? name : path + "." + name;
                        into.add(full);
                        child.collect(full, into);
                    }
                });
    }
}
