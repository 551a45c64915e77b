package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.MapNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the values of a loaded configuration were written. */
public final class SourceMap {

    private final MapNode root;

    SourceMap(MapNode root) {
        this.root = root;
    }

    /**
     * The place of the value of a dotted key, such as {@code pki.cert}; empty when the default is in force.
     * Keys that themselves hold dots cannot be asked for.
     */
    public Optional<SourcePosition> of(String path) {
        return Optional.ofNullable(node(path)).map(ConfigNode::position);
    }

    /** The value of a dotted key as written; null when it is not in the files. */
    @Nullable ConfigNode node(String path) {
        ConfigNode node = root;
        for (String step : path.split("\\.", -1)) {
            node = node instanceof MapNode map ? map.get(step) : null;
        }
        return node;
    }

    /** The start of the first file, for problems that have no better place. */
    public SourcePosition start() {
        return root.position();
    }
}
