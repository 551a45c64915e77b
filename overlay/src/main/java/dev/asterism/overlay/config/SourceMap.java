package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.Entry;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import java.util.Optional;

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
        MapNode map = root;
        String[] steps = path.split("\\.", -1);
        for (int i = 0; i < steps.length; i++) {
            Entry entry = map.entries().get(steps[i]);
            if (entry == null) {
                return Optional.empty();
            }
            if (i == steps.length - 1) {
                return Optional.of(entry.value().position());
            }
            if (!(entry.value() instanceof MapNode next)) {
                return Optional.empty();
            }
            map = next;
        }
        return Optional.empty();
    }

    /** The start of the first file, for problems that have no better place. */
    public SourcePosition start() {
        return root.position();
    }
}
