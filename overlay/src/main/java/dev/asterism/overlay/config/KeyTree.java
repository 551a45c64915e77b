package dev.asterism.overlay.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@link KnownKeys} as a tree. */
final class KeyTree {

    enum Fate {
        /** Only a step on the way to other keys. */
        SECTION,
        SUPPORTED,
        NOT_YET,
        OLD
    }

    private static final String LIST_ITEM = "[]";
    private static final String ANY_KEY = "*";

    private final Map<String, KeyTree> children = new LinkedHashMap<>();
    private Fate fate = Fate.SECTION;
    private List<String> harmless = List.of();

    private KeyTree() {}

    static KeyTree ofKnownKeys() {
        KeyTree root = new KeyTree();
        KnownKeys.SUPPORTED.lines().forEach(line -> root.add(line, Fate.SUPPORTED));
        KnownKeys.NOT_YET.lines().forEach(line -> root.add(line, Fate.NOT_YET));
        KnownKeys.OLD.lines().forEach(line -> root.add(line, Fate.OLD));
        return root;
    }

    private void add(String line, Fate fate) {
        int space = line.indexOf(' ');
        String path = space < 0 ? line : line.substring(0, space);
        KeyTree node = this;
        for (String step : path.replace(LIST_ITEM, "." + LIST_ITEM).split("\\.", -1)) {
            node = node.children.computeIfAbsent(step, _ -> new KeyTree());
        }
        node.fate = fate;
        node.harmless = space < 0 ? List.of() : List.of(line.substring(space + 1).split("\\|", -1));
    }

    Fate fate() {
        return fate;
    }

    /** Canonical texts of values that change nothing. */
    List<String> harmless() {
        return harmless;
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

    /** Names a user may write here, old ones left out. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        children.forEach(
                (name, node) -> {
                    if (node.fate != Fate.OLD && !name.equals(LIST_ITEM) && !name.equals(ANY_KEY)) {
                        names.add(name);
                    }
                });
        return names;
    }

    /** Full paths of map keys below this node, by last step; of several equal ones the first. */
    Map<String, String> pathsByName() {
        Map<String, String> paths = new TreeMap<>();
        collect("", paths);
        return paths;
    }

    private void collect(String path, Map<String, String> into) {
        for (String name : names()) {
            String full = path.isEmpty() ? name : path + "." + name;
            KeyTree child = children.get(name);
            if (child != null) {
                into.putIfAbsent(name, full);
                child.collect(full, into);
            }
        }
    }
}
