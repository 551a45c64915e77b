package dev.asterism.overlay.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * YAML as a tree, every node with its place; aliases and merge keys are resolved already. Only who translates another
 * language's documents ({@link ConfigDocuments}) sees trees; sections of a configuration are read through {@link
 * Section}. Immutable.
 */
public sealed interface ConfigNode {

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

        public @Nullable ConfigNode get(String key) {
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

        /** As if it stood there in quotation marks. */
        public static ScalarNode of(SourcePosition position, String text) {
            return new ScalarNode(position, text, ScalarKind.STRING);
        }

        @Override
        public String kindName() {
            return kind.word();
        }

        /** The form in which Nebula's accessors see the value: 0x10 and 16.0 are 16. */
        String canonical() {
            return kind.canonical(text);
        }

        public boolean isNull() {
            return kind == ScalarKind.NULL;
        }
    }
}
