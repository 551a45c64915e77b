package dev.asterism.overlay.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** YAML as a tree, every node with its place; aliases and merge keys are resolved already. */
sealed interface ConfigNode {

    SourcePosition position();

    /** The word for messages. */
    String kindName();

    /**
     * @param entries by the text of the key, in file order
     */
    record MapNode(SourcePosition position, Map<String, Entry> entries) implements ConfigNode {

        @Override
        public String kindName() {
            return "map";
        }

        @Nullable ConfigNode get(String key) {
            Entry entry = entries.get(key);
            return entry == null ? null : entry.value();
        }
    }

    record Entry(SourcePosition keyPosition, ConfigNode value) {}

    record ListNode(SourcePosition position, List<ConfigNode> items) implements ConfigNode {

        @Override
        public String kindName() {
            return "list";
        }
    }

    /**
     * @param text as written, without quotes
     */
    record ScalarNode(SourcePosition position, String text, ScalarKind kind) implements ConfigNode {

        @Override
        public String kindName() {
            return kind.word();
        }

        /** The form in which Nebula's accessors see the value: 0x10 and 16.0 are 16. */
        String canonical() {
            return kind.canonical(text);
        }

        boolean isNull() {
            return kind == ScalarKind.NULL;
        }
    }
}
