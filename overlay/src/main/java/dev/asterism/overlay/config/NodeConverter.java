package dev.asterism.overlay.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Copies SnakeYAML's nodes into ours: resolves {@code <<}, refuses duplicate keys, foreign tags, and documents
 * that aliases blow up to far more nodes than their text could hold.
 */
final class NodeConverter {

    private static final int ALIAS_NODES = 100_000;
    private static final String CORE_TAGS = "tag:yaml.org,2002:";

    private final String file;
    private final Diagnostics problems;
    private final int nodeLimit;
    private int nodes;
    private int depth;
    private boolean stopped;

    NodeConverter(String file, int textLength, Diagnostics problems) {
        this.file = file;
        this.nodeLimit = textLength + ALIAS_NODES;
        this.problems = problems;
    }

    /** Null when something was refused. */
    @Nullable ConfigNode convert(Node node) {
        SourcePosition position = YamlSource.position(file, node.getStartMark());
        if (stopped) {
            return null;
        }
        if (++nodes > nodeLimit || depth > YamlSource.DEPTH_LIMIT) {
            stopped = true;
            problems.error(position, "", "aliases make this file too large or refer to themselves");
            return null;
        }
        depth++;
        ConfigNode converted =
                switch (node) {
                    case MappingNode map -> map(map, position);
                    case SequenceNode list -> list(list, position);
                    case org.yaml.snakeyaml.nodes.ScalarNode scalar -> scalar(scalar, position);
                    default -> null;
                };
        depth--;
        return converted;
    }

    private @Nullable ConfigNode list(SequenceNode list, SourcePosition position) {
        checkTag(list.getTag(), Tag.SEQ, position);
        List<ConfigNode> items = new ArrayList<>();
        for (Node item : list.getValue()) {
            ConfigNode converted = convert(item);
            if (converted != null) {
                items.add(converted);
            }
        }
        return new ConfigNode.ListNode(position, Collections.unmodifiableList(items));
    }

    private @Nullable ConfigNode map(MappingNode map, SourcePosition position) {
        checkTag(map.getTag(), Tag.MAP, position);
        Map<String, ConfigNode.Entry> own = new LinkedHashMap<>();
        List<Node> merged = new ArrayList<>();
        for (NodeTuple tuple : map.getValue()) {
            if (isMergeKey(tuple.getKeyNode())) {
                merged.add(tuple.getValueNode());
            } else {
                addEntry(tuple, own);
            }
        }
        for (Node source : merged) {
            merge(source, own);
        }
        return new ConfigNode.MapNode(position, Collections.unmodifiableMap(own));
    }

    private static boolean isMergeKey(Node key) {
        return key instanceof org.yaml.snakeyaml.nodes.ScalarNode scalar
                && scalar.getValue().equals("<<")
                && (scalar.getTag().equals(YamlSource.UNQUOTED)
                        || scalar.getTag().equals(Tag.MERGE));
    }

    private void addEntry(NodeTuple tuple, Map<String, ConfigNode.Entry> into) {
        SourcePosition at = YamlSource.position(file, tuple.getKeyNode().getStartMark());
        if (!(tuple.getKeyNode() instanceof org.yaml.snakeyaml.nodes.ScalarNode key)) {
            problems.error(at, "", "a key must be a single value");
            return;
        }
        ConfigNode value = convert(tuple.getValueNode());
        if (value == null) {
            return;
        }
        ConfigNode.Entry before = into.putIfAbsent(key.getValue(), new ConfigNode.Entry(at, value));
        if (before != null) {
            problems.error(
                    at,
                    "",
                    "duplicate key `" + key.getValue() + "`",
                    "first given at line " + before.keyPosition().line());
        }
    }

    /** Keys of the map itself win, then those of earlier merged maps. */
    private void merge(Node source, Map<String, ConfigNode.Entry> into) {
        ConfigNode converted = convert(source);
        switch (converted) {
            case null -> {}
            case ConfigNode.MapNode map -> map.entries().forEach(into::putIfAbsent);
            case ConfigNode.ListNode list -> mergeAll(list, into);
            case ConfigNode.ScalarNode scalar -> refuseMerge(scalar);
        }
    }

    private void mergeAll(ConfigNode.ListNode list, Map<String, ConfigNode.Entry> into) {
        for (ConfigNode item : list.items()) {
            if (item instanceof ConfigNode.MapNode map) {
                map.entries().forEach(into::putIfAbsent);
            } else {
                refuseMerge(item);
            }
        }
    }

    private void refuseMerge(ConfigNode node) {
        problems.error(node.position(), "", "`<<` takes a map or a list of maps");
    }

    private @Nullable ConfigNode scalar(
            org.yaml.snakeyaml.nodes.ScalarNode scalar, SourcePosition position) {
        Tag tag = scalar.getTag();
        String text = scalar.getValue();
        if (tag.equals(Tag.STR)) {
            return new ConfigNode.ScalarNode(position, text, ScalarKind.STRING);
        }
        ScalarKind kind = ScalarKind.of(text);
        if (tag.equals(YamlSource.UNQUOTED) || tag.equals(tagOf(kind))) {
            return new ConfigNode.ScalarNode(position, text, kind);
        }
        if (tag.equals(Tag.FLOAT) && kind == ScalarKind.INTEGER) {
            return new ConfigNode.ScalarNode(position, text, kind);
        }
        if (tag.equals(Tag.BINARY)) {
            return binary(text, position);
        }
        if (tag.startsWith(CORE_TAGS)) {
            refuseTag(tag, position);
            return null;
        }
        doubtTag(tag, position);
        return new ConfigNode.ScalarNode(position, text, ScalarKind.STRING);
    }

    private @Nullable ConfigNode binary(String text, SourcePosition position) {
        try {
            byte[] bytes = Base64.getMimeDecoder().decode(text);
            String decoded = new String(bytes, StandardCharsets.UTF_8);
            return new ConfigNode.ScalarNode(position, decoded, ScalarKind.STRING);
        } catch (IllegalArgumentException _) {
            problems.error(position, "", "!!binary value contains invalid base64 data");
            return null;
        }
    }

    private static Tag tagOf(ScalarKind kind) {
        return switch (kind) {
            case STRING -> Tag.STR;
            case INTEGER -> Tag.INT;
            case FLOAT -> Tag.FLOAT;
            case BOOLEAN -> Tag.BOOL;
            case NULL -> Tag.NULL;
            case DATE -> Tag.TIMESTAMP;
        };
    }

    private void checkTag(Tag tag, Tag expected, SourcePosition position) {
        if (!tag.equals(expected)) {
            doubtTag(tag, position);
        }
    }

    private void doubtTag(Tag tag, SourcePosition position) {
        String message = "the YAML tag " + tag.getValue() + " is not supported here";
        problems.doubt(position, "", message, "", "it is ignored");
    }

    private void refuseTag(Tag tag, SourcePosition position) {
        problems.error(position, "", "the YAML tag " + tag.getValue() + " is not supported here");
    }
}
