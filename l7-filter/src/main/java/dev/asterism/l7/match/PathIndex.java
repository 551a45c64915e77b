package dev.asterism.l7.match;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The conditions for one host by their paths. Immutable. */
final class PathIndex {

    /** A place in the trie: the conditions on everything at and below it, and the segments that lead on. */
    static final class Node {

        private final @Nullable Bucket bucket;
        private final @Nullable ByteTable<Node> children;

        private Node(Draft draft) {
            bucket = draft.conditions.isEmpty() ? null : new Bucket(draft.conditions);
            Map<String, Node> below = new LinkedHashMap<>();
            draft.children.forEach((segment, child) -> below.put(segment, new Node(child)));
            children = below.isEmpty() ? null : new ByteTable<>(below);
        }
    }

    /** A node while the trie grows. */
    private static final class Draft {

        final List<Ranked> conditions = new ArrayList<>();
        final Map<String, Draft> children = new LinkedHashMap<>();
    }

    private final @Nullable ByteTable<Bucket> exact;
    private final Node root;
    private final int depth;

    PathIndex(List<Ranked> conditions) {
        Map<String, List<Ranked>> byPath = new LinkedHashMap<>();
        Draft tree = new Draft();
        int deepest = 1;
        for (Ranked ranked : conditions) {
            PathTest path = ranked.condition().path();
            if (path.kind() == PathMatch.Kind.EXACT) {
                byPath.computeIfAbsent(path.place(), _ -> new ArrayList<>()).add(ranked);
            } else {
                deepest = Math.max(deepest, grow(tree, path.place(), ranked));
            }
        }
        Map<String, Bucket> buckets = new LinkedHashMap<>();
        byPath.forEach((path, list) -> buckets.put(path, new Bucket(list)));
        exact = buckets.isEmpty() ? null : new ByteTable<>(buckets);
        root = new Node(tree);
        depth = deepest;
    }

    private static int grow(Draft tree, String place, Ranked ranked) {
        Draft node = tree;
        int nodes = 1;
        if (!place.isEmpty()) {
            for (String segment : place.substring(1).split("/", -1)) {
                node = node.children.computeIfAbsent(segment, _ -> new Draft());
                nodes++;
            }
        }
        node.conditions.add(ranked);
        return nodes;
    }

    /** The smallest rank that holds and is before {@code found}; else {@code found}. */
    int find(RequestView view, int found) {
        RequestPath path = view.path();
        byte[] b = path.bytes();
        int best = found;
        if (exact != null) {
            Bucket bucket = exact.get(b, path.at(), path.length());
            best = bucket == null ? best : bucket.find(view, best);
        }
        Node[] trail = view.trail(depth);
        int nodes = walk(path, trail);
        for (int i = nodes - 1; i >= 0; i--) {
            Bucket bucket = trail[i].bucket;
            best = bucket == null ? best : bucket.find(view, best);
        }
        return best;
    }

    private int walk(RequestPath path, Node[] trail) {
        byte[] b = path.bytes();
        int end = path.at() + path.length();
        int p = path.at() + 1;
        Node node = root;
        trail[0] = node;
        int nodes = 1;
        ByteTable<Node> children = node.children;
        while (children != null && p < end) {
            int stop = p;
            while (stop < end && b[stop] != '/') {
                stop++;
            }
            Node child = children.get(b, p, stop - p);
            if (child == null) {
                break;
            }
            trail[nodes++] = child;
            children = child.children;
            p = stop + 1;
        }
        return nodes;
    }
}
