package dev.asterism.cert.inventory;

import dev.asterism.overlay.text.NearestWord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** One mapping of the file whose keys are known; what is wrong goes to the list of problems with its place. */
final class YamlMapping {

    private final String file;
    private final List<InventoryProblem> problems;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Node place;

    private YamlMapping(String file, Node place, List<InventoryProblem> problems) {
        this.file = file;
        this.place = place;
        this.problems = problems;
    }

    /**
     * @param node null stands for an empty mapping
     * @param what it is, for the message when it is no mapping
     */
    static YamlMapping of(
            String file,
            Node node,
            String what,
            List<String> known,
            List<InventoryProblem> problems) {
        YamlMapping mapping = new YamlMapping(file, node, problems);
        if (node instanceof MappingNode given) {
            given.getValue().forEach(tuple -> mapping.take(tuple, known));
        } else {
            mapping.problem(
                    node, what + " is not a mapping", "write keys and values: " + keys(known));
        }
        return mapping;
    }

    private static String keys(List<String> known) {
        return String.join(", ", known);
    }

    private void take(NodeTuple tuple, List<String> known) {
        Node key = tuple.getKeyNode();
        String name = key instanceof ScalarNode scalar ? scalar.getValue() : "";
        if (!known.contains(name)) {
            String nearest = NearestWord.of(name, known);
            problem(
                    key,
                    "unknown key \"" + name + "\"",
                    nearest.isEmpty()
                            ? "known are " + keys(known)
                            : "did you mean " + nearest + "?");
        } else if (values.putIfAbsent(name, tuple.getValueNode()) != null) {
            problem(key, "the key " + name + " stands here twice", "remove one");
        }
    }

    void problem(Node where, String message, String fix) {
        Mark mark = where.getStartMark();
        problems.add(
                new InventoryProblem(file, mark.getLine() + 1, mark.getColumn() + 1, message, fix));
    }

    Node place() {
        return place;
    }

    @Nullable Node node(String key) {
        return values.get(key);
    }

    /** The text of a value; null when there is none, or none that can be used. */
    @Nullable String text(String key) {
        Node node = values.get(key);
        if (node == null) {
            return null;
        }
        if (!(node instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
            problem(node, key + " has no value", "write one text behind the colon");
            return null;
        }
        return scalar.getValue().strip();
    }

    /** A list with the places of its entries: a sequence, or one text with commas; null when the key is missing. */
    @Nullable List<Entry> list(String key) {
        Node node = values.get(key);
        if (node == null) {
            return null;
        }
        List<Entry> entries = new ArrayList<>();
        if (node instanceof ScalarNode scalar) {
            for (String part : scalar.getValue().split(",", -1)) {
                if (!part.isBlank()) {
                    entries.add(new Entry(part.strip(), node));
                }
            }
        } else if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(element -> addEntry(key, element, entries));
        } else {
            problem(node, key + " is not a list", "write [one, two]");
        }
        return entries;
    }

    private void addEntry(String key, Node element, List<Entry> entries) {
        String value = element instanceof ScalarNode scalar ? scalar.getValue().strip() : "";
        if (value.isEmpty()) {
            problem(element, "an entry of " + key + " is no text", "write one text per entry");
        } else if (value.indexOf(',') >= 0) {
            problem(
                    element,
                    "an entry of " + key + " has a comma: \"" + value + "\"",
                    "write an entry of its own for each");
        } else {
            entries.add(new Entry(value, element));
        }
    }

    /** A text and where it stands. */
    record Entry(String text, Node node) {}
}
